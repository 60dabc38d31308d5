"""Episodes in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import to_millis
from rebasket.aws.carts import expiry
from rebasket.aws.episode_codec import (
    pack_credit,
    pack_header,
    pack_refunds,
    pack_touch,
    unpack_credit,
    unpack_episode,
    unpack_refunds,
)
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import MAX_CREDITS, EpisodeRef, TouchState
from rebasket.domain.shops.policy import MOST_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from rebasket.aws.table import Table
    from rebasket.domain.reminders.episode import Credit, Episode, Header, Touch
    from rebasket.domain.sending.delivery_events import DeliveryEvent
    from rebasket.ports import Clock

EPISODES_RETENTION = timedelta(days=400)
"""Episodes hold no address; finance compares a season with the last one. Longer than `books.COUNTED_FOR`."""

_STEPS = range(1, MOST_STEPS + 1)
_PARTS = ("header", "order", "more", "back", "click", "twin", *(f"{kind}{step}" for step in _STEPS for kind in "cn"))
_OF_TOUCH = ("state", "why", "at", "due", "channel", "contact", "attempt", "parts", "cost", "price", "id")
_PATHS = ("sk", *(f"#{part}" for part in _PARTS), *(f"t{step}.#{of}" for step in _STEPS for of in _OF_TOUCH))

WITHOUT_CHECKS: Mapping[str, Any] = {
    "ProjectionExpression": ", ".join(_PATHS),
    "ExpressionAttributeNames": {f"#{name}": name for name in (*_PARTS, *_OF_TOUCH)},
}
"""Whatever an episode has but the touches' checks, which are three quarters of the work of reading it."""


@dataclass(frozen=True)
class DynamoEpisodes:
    """See ports.Episodes. Each part of an episode is its own attribute, written by an upsert on condition of itself."""

    table: Table
    clock: Clock

    def get(self, ref: EpisodeRef) -> Episode | None:
        """See ports.Episodes."""
        item = self.table.get(keys.episode(ref))
        return unpack_episode(ref, item) if item else None

    def head(self, ref: EpisodeRef, header: Header) -> Episode:
        """See ports.Episodes."""
        _, item = self._set(ref, "header", pack_header(header), "attribute_not_exists(#part)")
        return unpack_episode(ref, item)

    def mark_twin(self, ref: EpisodeRef) -> None:
        """See ports.Episodes."""
        self._set(ref, "twin", True, "attribute_not_exists(#part)")  # the value stored

    def choose(self, ref: EpisodeRef, step: int, channel: Channel) -> Channel:
        """See ports.Episodes."""
        _, item = self._set(ref, f"c{step}", channel.value, "attribute_not_exists(#part)")
        return Channel(item[f"c{step}"])

    def record(self, ref: EpisodeRef, step: int, touch: Touch) -> bool:
        """See ports.Episodes."""
        condition, more = "attribute_not_exists(#part)", {}
        if touch.state is TouchState.SENT:
            condition += " OR #part.#state = :unknown"
            more = {":unknown": TouchState.UNKNOWN.value}
        done, _ = self._set(ref, f"t{step}", pack_touch(touch), condition, more, {"#state": "state"} if more else {})
        return done

    def credit(self, ref: EpisodeRef, order: Credit) -> bool:
        """See ports.Episodes."""
        later = "attribute_not_exists(#part.#told) AND #part.#at <= :told OR #part.#told <= :told"
        done, item = self._set(
            ref,
            "order",
            pack_credit(order),
            f"attribute_not_exists(#part) OR (#part.#id = :id AND ({later}))",
            {":id": order.order, ":told": to_millis(order.told)},
            {"#id": "id", "#at": "at", "#told": "told"},
        )
        if done or unpack_credit(item["order"]).is_of(order.order):
            return self._renamed(ref, unpack_credit(item["order"]), order) if not done else True
        return self._credit_more(ref, order)

    def _renamed(self, ref: EpisodeRef, first: Credit, order: Credit) -> bool:
        """The first order, told by its other name: what was told later of it is kept under the name that it has."""
        if first.order != order.order and first.told <= order.told:
            return self.credit(ref, replace(order, order=first.order, also=first.also or order.also))
        return True

    def _credit_more(self, ref: EpisodeRef, order: Credit) -> bool:
        """Another order of the same cart, in a map beside the first; the map itself is put with the first that it holds."""
        value, names = pack_credit(order), {"#more": "more"}
        done, item = self._update_more(ref, "#more = :value", {order.order: value}, "attribute_not_exists(#more)", {}, names)
        if done:
            return True
        later = "attribute_not_exists(#more.#name.#told) AND #more.#name.#at <= :told OR #more.#name.#told <= :told"
        room = "attribute_not_exists(#more.#name) AND size(#more) < :most"
        told = {":told": to_millis(order.told), ":most": MAX_CREDITS}
        names |= {"#name": order.order, "#at": "at", "#told": "told"}
        _, item = self._update_more(ref, "#more.#name = :value", value, f"{room} OR ({later})", told, names)
        return order.order in item["more"]

    def _update_more(
        self,
        ref: EpisodeRef,
        what: str,
        value: Mapping[str, Any],
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str],
    ) -> tuple[bool, dict[str, Any]]:
        return self.table.update(keys.episode(ref), f"SET {what}", {":value": value, **values}, condition, names)

    def attribute_order(self, shop: str, order: str, ref: EpisodeRef) -> EpisodeRef:
        """See ports.Episodes."""
        _, item = self.table.update(
            keys.order(shop, order),
            "SET #day = :day, #cart = :cart, #generation = :generation, #expires = :expires",
            {
                ":day": ref.day,
                ":cart": ref.cart,
                ":generation": ref.generation,
                ":expires": expiry(self.clock(), EPISODES_RETENTION),
            },
            "attribute_not_exists(#day) AND attribute_not_exists(#is)",
            {"#day": "day", "#cart": "cart", "#generation": "generation", "#expires": "expires", "#is": "is"},
        )
        return _bound(shop, item) if "day" in item else self.attribute_order(shop, item["is"], ref)

    def one_name(self, shop: str, order: str, number: str) -> str:
        """See ports.Episodes. On the item of the binding by the id, which then only leads on."""
        _, item = self.table.update(
            keys.order(shop, order),
            "SET #is = :number, #expires = if_not_exists(#expires, :expires)",
            {":number": number, ":expires": expiry(self.clock(), EPISODES_RETENTION)},
            "attribute_not_exists(#day) AND attribute_not_exists(#is)",
            {"#is": "is", "#day": "day", "#expires": "expires"},
        )
        return str(item.get("is", order))

    def file_order(self, shop: str, order: str, cart: str) -> None:
        """See ports.Episodes. Beside the binding."""
        self.table.update(
            keys.order(shop, order),
            "SET #of = if_not_exists(#of, :cart), #expires = if_not_exists(#expires, :expires)",
            {":cart": cart, ":expires": expiry(self.clock(), EPISODES_RETENTION)},
            names={"#of": "of", "#expires": "expires"},
        )

    def cart_of(self, shop: str, order: str) -> str | None:
        """See ports.Episodes."""
        return (self.table.get(keys.order(shop, order)) or {}).get("of")

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """See ports.Episodes."""
        item = self.table.get(keys.order(shop, order)) or {}
        if "day" in item:
            return _bound(shop, item)
        return self.bound(shop, item["is"]) if "is" in item else None

    def add_pending_refunds(self, shop: str, order: str, refunds: Refunds) -> EpisodeRef | None:
        """See ports.Episodes. On the same item as the binding: of whoever writes both at once, one sees what the other wrote."""
        item = self._pay_back(keys.order(shop, order), order, refunds)
        if "day" in item:
            return _bound(shop, item)
        return self.bound(shop, item["is"]) if "is" in item else None

    def pending_refunds(self, shop: str, order: str) -> Refunds:
        """See ports.Episodes."""
        item = self.table.get(keys.order(shop, order)) or {}
        return unpack_refunds(item.get("back", ())).get(order, Refunds())

    def refund(self, ref: EpisodeRef, order: str, refunds: Refunds) -> None:
        """See ports.Episodes."""
        self._pay_back(keys.episode(ref), order, refunds)

    def _pay_back(self, key: keys.Key, order: str, refunds: Refunds) -> dict[str, Any]:
        """Add to the item; as it then is. A set of texts, since adding to it needs no condition and a repeat changes nothing."""
        _, item = self.table.update(
            key,
            "ADD #back :back SET #expires = if_not_exists(#expires, :expires)",
            {":back": pack_refunds(order, refunds), ":expires": expiry(self.clock(), EPISODES_RETENTION)},
            names={"#back": "back", "#expires": "expires"},
        )
        return item

    def note(self, ref: EpisodeRef, step: int, word: DeliveryEvent) -> bool:
        """See ports.Episodes."""
        done, _ = self._set(ref, f"n{step}", word.weight, "attribute_not_exists(#part) OR #part < :value")
        return done

    def click(self, ref: EpisodeRef, at: datetime) -> None:
        """See ports.Episodes."""
        self._set(ref, "click", to_millis(at), "attribute_not_exists(#part)")

    def of_day(self, shop: str, day: str) -> Iterator[Episode]:
        """See ports.Episodes."""
        for shard in range(keys.EPISODE_SHARDS):
            for item in self.table.query(keys.episode_partition(shop, day, shard), as_of_now=True, parts=WITHOUT_CHECKS):
                cart, generation = item["sk"].rsplit("#", 1)
                ref = EpisodeRef(shop=shop, day=day, cart=cart, generation=int(generation))
                yield unpack_episode(ref, item)

    def _set(
        self,
        ref: EpisodeRef,
        part: str,
        value: Any,  # noqa: ANN401  # plain data, as attributes.py takes it
        condition: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> tuple[bool, dict[str, Any]]:
        return self.table.update(
            keys.episode(ref),
            "SET #part = :value, #expires = if_not_exists(#expires, :expires)",
            {":value": value, ":expires": expiry(self.clock(), EPISODES_RETENTION), **(values or {})},
            condition,
            {"#part": part, "#expires": "expires", **(names or {})},
        )


def _bound(shop: str, item: Mapping[str, Any]) -> EpisodeRef:
    return EpisodeRef(shop=shop, day=item["day"], cart=item["cart"], generation=item["generation"])

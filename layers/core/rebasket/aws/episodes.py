"""Episodes in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
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
    unpack_episode,
    unpack_refunds,
)
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import EpisodeRef, TouchState
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
_PARTS = ("header", "order", "back", "click", "twin", *(f"{kind}{step}" for step in _STEPS for kind in "cn"))
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
        greater = "#part.#total.#minor < :minor OR (#part.#total.#minor = :minor AND #part.#total.#currency < :currency)"
        later = f"#part.#at < :at OR (#part.#at = :at AND ({greater}))"
        _, item = self._set(
            ref,
            "order",
            pack_credit(order),
            f"attribute_not_exists(#part) OR (#part.#id = :id AND ({later}))",
            {
                ":id": order.order,
                ":at": to_millis(order.at),
                ":minor": order.total.minor,
                ":currency": order.total.currency,
            },
            {"#id": "id", "#at": "at", "#total": "total", "#minor": "minor", "#currency": "currency"},
        )
        return bool(item["order"]["id"] == order.order)

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
            "attribute_not_exists(#day)",
            {"#day": "day", "#cart": "cart", "#generation": "generation", "#expires": "expires"},
        )
        return _bound(shop, item)

    def bound(self, shop: str, order: str) -> EpisodeRef | None:
        """See ports.Episodes."""
        item = self.table.get(keys.order(shop, order))
        return _bound(shop, item) if item and "day" in item else None

    def add_pending_refunds(self, shop: str, order: str, refunds: Refunds) -> EpisodeRef | None:
        """See ports.Episodes. On the same item as the binding: of whoever writes both at once, one sees what the other wrote."""
        item = self._pay_back(keys.order(shop, order), order, refunds)
        return _bound(shop, item) if "day" in item else None

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

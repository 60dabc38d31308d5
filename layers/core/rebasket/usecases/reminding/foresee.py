"""What will come of a cart, as things stand: its next reminder, or why there will be none. Nothing is written.

By the very questions that `remind` asks when the time comes: a cart that is not declared yet is so here, as it would be then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.identities import ids_of
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.decision import LATE, Hold, Postpone, Send
from rebasket.domain.reminders.episode import Episode, EpisodeRef, Header
from rebasket.usecases.reminding.ahead import Outlook, Person
from rebasket.usecases.reminding.newest_cart import NewestCart

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart, Declared
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.person import Person as Root
    from rebasket.domain.reminders.decision import Skip
    from rebasket.domain.shops.policy import Shop
    from rebasket.domain.shops.sms_limits import Destination
    from rebasket.ports import AddressHash, Carts, Clock, Contacts, Episodes, Shops, ZoneOf

NO_CART: Final = "it is about no cart"
EMPTY: Final = "there is nothing in the cart"
REASONS: Final = {
    "somebody to reach": "nobody is known whom to write to",
    "not bought since": "the shopper bought since",
    "nobody said no": "somebody of the cart said no",
    "cart not empty": EMPTY,
    "after activation": "the cart was left before the shop began to send reminders",
    LATE: "it would come too late",
}
"""Of checks that failed; those of an address are told by their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The next reminder; or, without a `step`, why there is `none`."""

    due: datetime | None = None
    channel: Channel | None = None
    step: int | None = None
    none: str | None = None


@dataclass(frozen=True, kw_only=True)
class Foresee:
    """Reads what it needs. `destination` says where a phone number is, `zone_of` where an address is read."""

    carts: Carts
    contacts: Contacts
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash
    destination: Callable[[Address], Destination]
    clock: Clock
    zone_of: ZoneOf = lambda _address: None

    def __call__(self, shop: Shop, cart_id: str) -> Foreseen:
        """Of a cart as it is stored now."""
        cart = self.carts.get(shop.id, cart_id) if cart_id else None
        if cart is None:
            return Foreseen(none=NO_CART)
        if cart.phase is Phase.BOUGHT:
            return Foreseen(none="the cart is bought")
        if cart.phase is Phase.ACTIVE:
            return self._of_active(shop, cart)
        if not cart.episodes:
            return Foreseen(none=f"the cart is over: {cart.why or cart.phase}")
        return self._of_declared(shop, cart, cart.episodes[-1])

    def _of_active(self, shop: Shop, cart: Cart) -> Foreseen:
        if not cart.facts.lines or cart.active_at is None:
            return Foreseen(none=EMPTY)
        due = schedule.quiet_due(cart, shop.policy)
        timer = schedule.timer_for(cart, cart.generation, due)
        found = schedule.evaluate(cart, timer, shop.policy, shop.activated_at, max(due, self.clock()))
        if not isinstance(found, schedule.Write) or not found.cart.episodes:
            return Foreseen(none="the cart would be closed without a reminder")
        return self._of_declared(shop, found.cart, found.cart.episodes[-1])

    def _of_declared(self, shop: Shop, cart: Cart, declared: Declared) -> Foreseen:
        ref = EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation)
        stored = self.episodes.get(ref)
        header = stored.header if stored and stored.header else self._header(shop, cart, declared)
        policy = self.shops.policy(shop.id, header.policy)
        if policy is None:
            return Foreseen(none="the rules that it follows are not stored any more")
        outlook = Outlook(
            shop=shop,
            cart=cart,
            episode=stored or Episode(ref=ref),
            header=header,
            policy=policy,
            people={person.key: person for person in (self._person(shop.id, address) for address in cart.facts.named)},
            by_id=[self._root(shop.id, self.address_hash(shop.id, each), each.kind) for each in ids_of(cart.facts)],
            destination=self.destination,
            newer=NewestCart(self.carts, self.contacts, self.address_hash),
        )
        ahead = next(iter(outlook.ahead(self.clock())), None)
        if ahead is None or ahead.decision is None:
            return Foreseen(none="every reminder of it is over")
        match ahead.decision:
            case Send(channel) if shop.paused is None:
                return Foreseen(due=max(ahead.due, self.clock()), channel=channel, step=ahead.step)
            case Postpone(channel, until) if shop.paused is None:
                return Foreseen(due=until, channel=channel, step=ahead.step)
            case Send() | Postpone():
                return Foreseen(none="sending is paused")
            case Hold():
                return Foreseen(none="held back for comparison")
            case skipped:
                return Foreseen(none=_reason(skipped))

    def _header(self, shop: Shop, cart: Cart, declared: Declared) -> Header:
        """As `follow_up` would file it."""
        named = {channel: cart.facts.address(channel) for channel in Channel}
        contacts = {c: self.address_hash(shop.id, address) for c, address in named.items() if address is not None}
        phone = named[Channel.SMS]
        return Header(
            declared_at=declared.at,
            due=declared.due,
            value=declared.value,
            currency=cart.facts.currency,
            contacts=contacts,
            policy=shop.policy.version,
            locale=cart.facts.text("locale"),
            time_zone=cart.facts.text("time_zone") or (self.zone_of(phone) if phone else None) or shop.time_zone,
        )

    def _person(self, shop: str, address: Address) -> Person:
        key, channel = self.address_hash(shop, address), address.channel
        return Person(address=address, key=key, channel=channel, root=self._root(shop, key, Kind.of(channel)))

    def _root(self, shop: str, key: str, kind: Kind) -> Root:
        return root_of(shop, key, kind, partial(self.contacts.get_item, shop))


def _reason(skipped: Skip) -> str:
    """Of the last check of each kind that failed: an address may fail where another one was tried before it."""
    failed = next((check for check in reversed(skipped.checks) if not check.passed), None)
    if skipped.why == "episode still open":
        return f"it is over: {failed.seen}" if failed else "it is over"
    return REASONS.get(skipped.why, f"without {skipped.why}")

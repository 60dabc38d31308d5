"""The promises, held against the ledger: what was acknowledged, and what left although it should not have.

Nothing of Rebasket's own books is read here. A message is known to be about a touch by its tags or its link, a purchase and a
"no" by the 2xx that the shop or the shopper got.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rebasket_local.traffic.ledger import Acknowledged, SaidNo, Sent, cart_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.basket import Event
    from rebasket_local.traffic.ledger import Entry

ACTIVITY: Final = frozenset({"cart.updated", "cart.item_added", "cart.item_removed", "contact.identified", "checkout.started"})
"""Types of events that show the shopper at work on the cart."""


@dataclass(frozen=True, slots=True, order=True)
class TouchKey:
    """What a message is about: a step of one abandonment of one cart."""

    cart: str
    generation: int
    step: int


@dataclass(frozen=True, slots=True)
class Broken:
    """One message that broke a promise."""

    message: Message
    what: str


@dataclass
class Audit:
    """`duplicates` are messages beyond one per touch; `after_…` left after a 2xx had forbidden them; `without_consent` left
    without a 2xx that allowed them.
    """

    duplicates: list[Broken] = field(default_factory=list)
    after_purchase: list[Broken] = field(default_factory=list)
    after_optout: list[Broken] = field(default_factory=list)
    without_consent: list[Broken] = field(default_factory=list)


@dataclass
class _CartSeen:
    """A cart as the acknowledged events have it, so far. `changed` counts entries of the ledger."""

    addresses: set[str] = field(default_factory=set)
    active_at: datetime | None = None
    changed: int = -1
    orders: list[datetime] = field(default_factory=list)


@dataclass
class _Purchase:
    """The latest purchase of one address: the shop's time, and which entry of the ledger acknowledged it."""

    placed_at: datetime
    acknowledged: int


@dataclass
class _Auditor:
    audit: Audit = field(default_factory=Audit)
    carts: defaultdict[str, _CartSeen] = field(default_factory=lambda: defaultdict(_CartSeen))
    purchases: dict[str, _Purchase] = field(default_factory=dict)
    consent: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    opted_out: dict[str, str] = field(default_factory=dict)
    touches: Counter[TouchKey] = field(default_factory=Counter)
    seen: set[object] = field(default_factory=set)

    def acknowledged(self, number: int, entry: Acknowledged) -> None:
        event = entry.event
        at = _time(event["at"])
        for address, granted, said_at in _consents(event):
            known = self.consent.get(address)
            if known is None or (said_at, not granted) >= (known[0], not known[1]):
                self.consent[address] = (said_at, granted)
        name = cart_of(event)
        if name is None:
            return
        cart, repeated = self.carts[name], event["id"] in self.seen
        self.seen.add(event["id"])
        new = _addresses(event) - cart.addresses
        cart.addresses |= new
        if event["type"] in ACTIVITY:
            cart.active_at = at if cart.active_at is None else max(cart.active_at, at)
        if entry.changed:
            cart.changed = number
        if event["type"] == "order.placed" and not repeated:
            cart.orders.append(at)
            self._bought(cart.addresses, at, number)
        elif cart.orders:
            self._bought(new, max(cart.orders), number)

    def sent(self, message: Message, touch: TouchKey) -> None:
        self.touches[touch] += 1
        if self.touches[touch] > 1:
            self.audit.duplicates.append(Broken(message, f"message {self.touches[touch]} of {touch}"))
        cart = self.carts[touch.cart]
        for address in sorted(cart.addresses | {message.to}):
            bought = self.purchases.get(address)
            if bought is None:
                continue
            since_change = bought.acknowledged >= cart.changed
            since_activity = cart.active_at is not None and bought.placed_at >= cart.active_at
            if since_change or since_activity:
                self.audit.after_purchase.append(Broken(message, f"about cart {touch.cart}, bought since by the same person"))
                break
        if message.to in self.opted_out:
            self.audit.after_optout.append(Broken(message, f"opted out by {self.opted_out[message.to]}"))
        elif message.to not in self.consent:
            self.audit.without_consent.append(Broken(message, "nobody ever said yes"))
        elif not self.consent[message.to][1]:
            self.audit.after_optout.append(Broken(message, "consent was withdrawn or refused"))

    def _bought(self, addresses: Iterable[str], placed_at: datetime, number: int) -> None:
        for address in addresses:
            known = self.purchases.get(address)
            latest = max(known.placed_at, placed_at) if known else placed_at
            self.purchases[address] = _Purchase(latest, number)


def audit(entries: Iterable[Entry], touch_of: Callable[[Message], TouchKey]) -> Audit:
    """Go through the ledger in order."""
    auditor = _Auditor()
    for number, entry in enumerate(entries):
        match entry:
            case Acknowledged():
                auditor.acknowledged(number, entry)
            case SaidNo():
                auditor.opted_out[entry.address] = entry.how
            case Sent():
                auditor.sent(entry.message, touch_of(entry.message))
    return auditor.audit


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _addresses(event: Event) -> set[str]:
    contact: Any = event.get("contact") or {}
    return {contact[name] for name in ("email", "phone") if name in contact}


def _consents(event: Event) -> Iterator[tuple[str, bool, datetime]]:
    contact: Any = event.get("contact") or {}
    for channel, name in (("email", "email"), ("sms", "phone")):
        said = (contact.get("consent") or {}).get(channel)
        if said is not None:
            yield contact[name], said["granted"], _time(said["at"])

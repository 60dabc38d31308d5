"""What the events say of a cart, merged so that order and repetition do not matter.

A state-based CRDT (Shapiro et al., INRIA RR-7506): each part is a join semilattice, so merging is commutative, associative
and idempotent. Registers keep the latest value by the shop's time. Snapshots and deltas together: the latest snapshot is the
base; deltas are a set, keyed by event id, of which only those later than the base count (the others are in the snapshot
already). The lines are derived from both, whenever they are asked for. Of two things at one time see `ties`: there, where no
`sequence` tells, arrival does. The last activity is judged as the shop's words arrive: whether a snapshot changed anything.

No bound refuses anything: beyond them the first lines are kept, and the oldest deltas are played into the base.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.contents import MAX_LINES, Contents, with_activity, with_contents, with_deletion
from rebasket.domain.carts.lines import amount, currencies, priced_lines, shape
from rebasket.domain.carts.order import Order, OrderEvent, told
from rebasket.domain.carts.ties import Moment, fingerprint, remembered, was_replaced
from rebasket.domain.people.consent import Consent, later_consent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rebasket.domain.carts.lines import PricedLine
    from rebasket.domain.people.addresses import Address, Channel

MAX_ADDRESSES = 20
"""Kept are those named last: a no, or a purchase, is heard whatever was typed before."""
MAX_ORDERS = 20
"""Kept are those of which something was said last. What was told of the others has long reached their buyers and episodes."""
FORGOTTEN_ON_LEAVING = ("name", "customer_id", "earlier_orders", "anonymous_id")
"""Registers of whoever was at the cart. The time zone is the place's."""

Value = str | int
"""What a register holds."""


@dataclass(frozen=True, slots=True)
class Register:
    """The latest value said of one thing, and when."""

    at: datetime
    value: Value
    sequence: int | None = None

    @property
    def moment(self) -> Moment:
        """When, by time and number."""
        return Moment(self.at, self.sequence)


@dataclass(frozen=True, slots=True)
class Named:
    """That an address was named for this cart: when last, and the latest consent said with it."""

    at: datetime
    consent: Consent | None = None


@dataclass(frozen=True, kw_only=True)
class CartFacts(Contents):
    """All that was ever said of a cart, merged. `registers` are keyed by the field's name (see `Details` and `Person`).

    `left_at`: until when whoever was at the cart is forgotten for it.
    """

    registers: Mapping[str, Register]
    named: Mapping[Address, Named]
    orders: Mapping[str, Order]
    left_at: datetime | None = None

    @classmethod
    def nothing(cls) -> CartFacts:
        """The bottom of the lattice: nothing said yet."""
        return cls(registers={}, named={}, orders={})

    def said(self, name: str) -> Value | None:
        """The latest value of one register, None when it was never said."""
        found = self.registers.get(name)
        return None if found is None else found.value

    def text(self, name: str) -> str | None:
        """A register that holds text."""
        found = self.said(name)
        return found if isinstance(found, str) else None

    def number(self, name: str) -> int | None:
        """A register that holds a whole number."""
        found = self.said(name)
        return found if isinstance(found, int) else None

    def address(self, channel: Channel) -> Address | None:
        """The address named last on this channel."""
        found = [(named.at, address) for address, named in self.named.items() if address.channel is channel]
        return max(found)[1] if found else None

    @cached_property
    def _priced(self) -> Sequence[PricedLine]:
        return priced_lines(self.base, self.deltas)

    @cached_property
    def lines(self) -> tuple[ev.Line, ...]:
        """The cart's lines, as the shop tells them and in its order; the first `MAX_LINES`."""
        return tuple(line for line, _ in self._priced[:MAX_LINES])

    @property
    def incomplete(self) -> bool:
        """Whether there are more lines than these, as far as it is known."""
        return (self.base is not None and self.base.incomplete) or len(self._priced) > MAX_LINES

    @property
    def total(self) -> int | None:
        """What the shop's checkout asks for what is in the cart now, minor units; None where it was not said since it changed."""
        told, currency = self.registers.get("total"), self.registers.get("currency")
        changed = [self.base.at] if self.base else []
        changed += [delta.at for delta in self.deltas[-1:]]
        if told is None or told.at < max(changed, default=told.at) or (currency and currency.value != self.currency):
            return None
        return self.number("total")

    @property
    def currency(self) -> str | None:
        """The currency of all its prices; None when nobody said one, or when they are in several."""
        said = currencies(self._priced)
        return None if len(said) > 1 else next(iter(said), None) or self.text("currency")

    @property
    def value(self) -> int | None:
        """Sum of the lines, minor units of the cart's currency; None when they are in several, which nobody can add.

        Never the total: that has shipping and tax in it where a shop tells it, and carts are compared by their goods.
        """
        return None if len(currencies(self._priced)) > 1 else sum(amount(line) for line in self.lines)

    @property
    def bought(self) -> bool:
        """Whether any order that was paid came of this cart: bought stays bought, also when it is refunded."""
        return any(order.paid for order in self.orders.values())

    @property
    def placed_at(self) -> datetime | None:
        """The shop's time of the latest order."""
        return max((o.placed_at for o in self.orders.values() if o.placed_at is not None), default=None)

    @property
    def deleted(self) -> bool:
        """Whether the cart was thrown away and not touched since."""
        if self.deleted_at is None or self.refilled:
            return False
        return self.active_at is None or self.deleted_at >= self.active_at

    def join(self, event: ev.Event) -> CartFacts:
        """These facts and what the event says; equal to self when it says nothing new. No bound refuses it."""
        new = _with_person(self, event)
        if isinstance(event, ev.CartUpdated | ev.ItemAdded | ev.CheckoutStarted):
            new = _with_registers(new, event, event.details)
        if isinstance(event, ev.CartUpdated | ev.ItemAdded | ev.ItemRemoved | ev.CheckoutStarted):
            new = with_contents(new, event)
        elif isinstance(event, ev.CartDeleted):
            new = with_deletion(new, event)
        elif isinstance(event, ev.ContactLeft):
            new = _without_person(new, event.at)
        elif isinstance(event, OrderEvent):
            new = _with_order(new, event)
        if _shopper_did(self, new, event):
            new = with_activity(new, event)
        return self if new == self else new


def _shopper_did(old: CartFacts, new: CartFacts, event: ev.Event) -> bool:
    """Whether it was the shopper's doing: no price rule, profile sync, or nightly job that tells the same cart again."""
    if not isinstance(event, ev.ACTIVITY) or event.by is ev.By.SHOP:
        return False
    if not isinstance(event, ev.CartUpdated) or old.active_at is None or (old.deleted and new.base != old.base):
        return True
    if any(said.address not in old.named and said.address in new.named for said in event.person.statements):
        return True
    return shape(event.lines[:MAX_LINES]) != shape(old.lines)


def _with_registers(facts: CartFacts, event: ev.Event, said: ev.Details | ev.Person) -> CartFacts:
    registers, marks = dict(facts.registers), facts.replaced
    for name in said.__slots__:
        value = getattr(said, name)
        if not isinstance(value, str | int):
            continue
        register, known = Register(event.at, value, event.sequence), registers.get(name)
        if known is None or known.moment.before(register.moment):
            registers[name] = register
        elif known.moment.ties(register.moment) and repr(known.value) != repr(value):
            again = was_replaced(marks, event.at, fingerprint(name, value))
            told = None if again else remembered(marks, event.at, fingerprint(name, known.value))
            if told is not None:
                registers[name], marks = register, told
    return facts if registers == facts.registers else replace(facts, registers=registers, replaced=marks)


def _without_person(facts: CartFacts, at: datetime) -> CartFacts:
    """Forgets whoever was named up to then."""
    if facts.left_at is not None and facts.left_at >= at:
        return facts
    registers = {n: r for n, r in facts.registers.items() if n not in FORGOTTEN_ON_LEAVING or r.at > at}
    named = {address: known for address, known in facts.named.items() if known.at > at}
    return replace(facts, registers=registers, named=named, left_at=at)


def _remains(facts: CartFacts, event: ev.Event) -> ev.Person:
    """What an event says of whoever is at the cart still. Of who left before, a "no" is heard."""
    if facts.left_at is None or event.at > facts.left_at:
        return event.person
    refusals = tuple(said for said in event.person.statements if said.consent is not None and not said.consent.granted)
    return ev.Person(statements=refusals, time_zone=event.person.time_zone)


def _with_person(facts: CartFacts, event: ev.Event) -> CartFacts:
    person = _remains(facts, event)
    new = _with_registers(facts, event, person)
    if not person.statements:
        return new
    named = dict(new.named)
    for naming in person.statements:
        known = named.get(naming.address)
        named[naming.address] = Named(
            max(known.at, event.at) if known else event.at,
            later_consent(known.consent if known else None, naming.consent),
        )
    said_now = {naming.address for naming in event.person.statements}
    oldest = sorted(named, key=lambda address: (address in said_now, named[address].at, address))
    for address in oldest[: max(0, len(named) - MAX_ADDRESSES)]:
        del named[address]
    return new if named == new.named else replace(new, named=named)


def _with_order(facts: CartFacts, event: OrderEvent) -> CartFacts:
    name = _name_of(facts, event)
    order = told(facts.orders.get(name, Order()), event)
    orders = {**facts.orders, name: order}
    oldest = sorted(orders, key=lambda known: (known == name, orders[known].newest, known))
    for forgotten in oldest[: max(0, len(orders) - MAX_ORDERS)]:
        del orders[forgotten]
    return facts if orders == facts.orders else replace(facts, orders=orders)


def _name_of(facts: CartFacts, event: OrderEvent) -> str:
    """The name that the order is known by: shops have an id and a number for one, and tell it by either."""
    number = event.number if isinstance(event, ev.OrderPlaced) else None
    names = {event.order, number} - {None}
    if event.order in facts.orders:
        return event.order
    return next((name for name, order in sorted(facts.orders.items()) if {name, order.number} & names), event.order)

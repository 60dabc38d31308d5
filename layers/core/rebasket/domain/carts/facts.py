"""What the events say of a cart, merged so that order and repetition do not matter.

A state-based CRDT (Shapiro et al., INRIA RR-7506): each part is a join semilattice, so merging is commutative, associative
and idempotent. Registers keep the latest value by the shop's time, the greater value where times are equal. Snapshots and
deltas together: the latest snapshot is the base; deltas are a set, keyed by event id, of which only those later than the base
count (the others are in the snapshot already). The lines are derived from both, whenever they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.lines import Delta, Snapshot, amount, currencies, priced_lines
from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.consent import Consent, later_consent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rebasket.domain.carts.lines import PricedLine
    from rebasket.domain.money import Money
    from rebasket.domain.people.addresses import Address, Channel

MAX_DELTAS = 300
"""Deltas kept since the last snapshot: forgetting one would make the cart depend on the order of arrival."""
MAX_ADDRESSES = 20
MAX_ORDERS = 20
MAX_REFUNDS = 50
MAX_LINES = 200

Value = str | int
"""What a register holds."""


@dataclass(frozen=True, slots=True)
class Register:
    """The latest value said of one thing, and when. Equal times: the greater value, so that all replicas choose the same."""

    at: datetime
    value: Value

    def join(self, other: Register) -> Register:
        """The one that wins."""
        mine, theirs = (self.at, repr(self.value)), (other.at, repr(other.value))
        return self if mine >= theirs else other


@dataclass(frozen=True, slots=True)
class Named:
    """That an address was named for this cart: when last, and the latest consent said with it."""

    at: datetime
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is known of one order. A refund may come before its order: then `placed_at` and `total` are still None."""

    placed_at: datetime | None = None
    total: Money | None = None
    refunds: tuple[tuple[str, Money], ...] = ()
    cancelled_at: datetime | None = None

    @property
    def paid_back(self) -> Refunds:
        """What was paid back of it."""
        return Refunds(dict(self.refunds), self.cancelled_at is not None)

    @property
    def refunded(self) -> int:
        """The same in minor units; never more than was paid, 0 while nobody said how much that was."""
        return self.paid_back.of(self.total) if self.total else 0


@dataclass(frozen=True, kw_only=True)
class CartFacts:
    """All that was ever said of a cart, merged. `registers` are keyed by the field's name (see `Details` and `Person`)."""

    base: Snapshot | None = None
    deltas: tuple[Delta, ...] = ()
    registers: Mapping[str, Register]
    named: Mapping[Address, Named]
    orders: Mapping[str, Order]
    stage: ev.Stage | None = None
    active_at: datetime | None = None
    deleted_at: datetime | None = None

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
        """The cart's lines."""
        return tuple(line for line, _ in self._priced)

    @property
    def currency(self) -> str | None:
        """The currency of all its prices; None when nobody said one, or when they are in several."""
        said = currencies(self._priced)
        return None if len(said) > 1 else next(iter(said), None) or self.text("currency")

    @property
    def value(self) -> int | None:
        """Sum of the lines, minor units of the cart's currency; None when they are in several, which nobody can add."""
        return None if len(currencies(self._priced)) > 1 else sum(amount(line) for line in self.lines)

    @property
    def bought(self) -> bool:
        """Whether any order came of this cart: bought stays bought, also when it is refunded."""
        return any(order.placed_at is not None for order in self.orders.values())

    @property
    def placed_at(self) -> datetime | None:
        """The shop's time of the latest order."""
        return max((o.placed_at for o in self.orders.values() if o.placed_at is not None), default=None)

    @property
    def deleted(self) -> bool:
        """Whether the cart was thrown away and not touched since."""
        return self.deleted_at is not None and (self.active_at is None or self.deleted_at >= self.active_at)

    def join(self, event: ev.Event) -> CartFacts:
        """These facts and what the event says; equal to self when it says nothing new.

        Raises Invalid where a bound is passed (too many deltas since the last snapshot, lines, addresses, orders or refunds).
        """
        new = _with_person(self, event)
        if isinstance(event, ev.ACTIVITY):
            new = replace(new, active_at=event.at if new.active_at is None else max(new.active_at, event.at))
        if isinstance(event, ev.CartUpdated | ev.ItemAdded | ev.CheckoutStarted):
            new = _with_registers(new, event.at, event.details)
        if isinstance(event, ev.CartUpdated):
            new = _with_snapshot(new, Snapshot(event.at, event.lines, event.details.currency))
        elif isinstance(event, ev.ItemAdded):
            new = _with_delta(
                new, Delta(event.at, event.id, event.line.sku, event.line.quantity, event.line, event.details.currency)
            )
        elif isinstance(event, ev.ItemRemoved):
            new = _with_delta(new, Delta(event.at, event.id, event.sku, event.quantity, None))
        elif isinstance(event, ev.CheckoutStarted):
            new = replace(new, stage=event.stage if new.stage is None else max(new.stage, event.stage))
            if event.lines is not None:
                new = _with_snapshot(new, Snapshot(event.at, event.lines, event.details.currency))
        elif isinstance(event, ev.CartDeleted):
            new = replace(new, deleted_at=event.at if new.deleted_at is None else max(new.deleted_at, event.at))
        elif isinstance(event, ev.OrderPlaced | ev.OrderRefunded | ev.OrderCancelled):
            new = _with_order(new, event)
        return self if new == self else new


def _bounded(count: int, limit: int, pointer: str, what: str) -> None:
    if count > limit:
        detail = f"more than {limit} {what}"
        raise Invalid(detail, (FieldError(pointer, detail),))


def _with_snapshot(facts: CartFacts, snapshot: Snapshot) -> CartFacts:
    _bounded(len(snapshot.lines), MAX_LINES, "/lines", "lines in a cart")
    base = facts.base
    if base is not None and (base.at, repr(base)) >= (snapshot.at, repr(snapshot)):
        return facts
    later = tuple(delta for delta in facts.deltas if delta.at > snapshot.at)
    new = replace(facts, base=snapshot, deltas=later)
    _bounded(len(new.lines), MAX_LINES, "/lines", "lines in a cart")
    return new


def _with_delta(facts: CartFacts, delta: Delta) -> CartFacts:
    if facts.base is not None and delta.at <= facts.base.at:
        return facts
    if any(known.id == delta.id for known in facts.deltas):
        return facts
    _bounded(len(facts.deltas) + 1, MAX_DELTAS, "/type", "changes since the last cart.updated; send the whole cart as one")
    deltas = tuple(sorted((*facts.deltas, delta), key=lambda d: (d.at, d.id)))
    new = replace(facts, deltas=deltas)
    _bounded(len(new.lines), MAX_LINES, "/line", "lines in a cart")
    return new


def _with_registers(facts: CartFacts, at: datetime, said: ev.Details | ev.Person) -> CartFacts:
    registers = dict(facts.registers)
    for name in said.__slots__:
        value = getattr(said, name)
        if isinstance(value, str | int):
            register = Register(at, value)
            registers[name] = registers[name].join(register) if name in registers else register
    return facts if registers == facts.registers else replace(facts, registers=registers)


def _with_person(facts: CartFacts, event: ev.Event) -> CartFacts:
    new = _with_registers(facts, event.at, event.person)
    if not event.person.statements:
        return new
    named = dict(new.named)
    for naming in event.person.statements:
        known = named.get(naming.address)
        named[naming.address] = Named(
            max(known.at, event.at) if known else event.at,
            later_consent(known.consent if known else None, naming.consent),
        )
    _bounded(len(named), MAX_ADDRESSES, "/contact", "addresses for one cart")
    return new if named == new.named else replace(new, named=named)


def _with_order(facts: CartFacts, event: ev.OrderPlaced | ev.OrderRefunded | ev.OrderCancelled) -> CartFacts:
    known = facts.orders.get(event.order, Order())
    if isinstance(event, ev.OrderPlaced):
        said = (event.at, event.total)
        order = known
        if known.placed_at is None or known.total is None or (known.placed_at, known.total) < said:
            order = replace(known, placed_at=event.at, total=event.total)
    elif isinstance(event, ev.OrderRefunded):
        refunds = dict(known.refunds)
        refunds.setdefault(event.id, event.amount)
        _bounded(len(refunds), MAX_REFUNDS, "/order", "refunds of one order")
        order = replace(known, refunds=tuple(sorted(refunds.items())))
    else:
        order = replace(known, cancelled_at=min(known.cancelled_at or event.at, event.at))
    orders = {**facts.orders, event.order: order}
    _bounded(len(orders), MAX_ORDERS, "/order", "orders of one cart")
    return facts if orders == facts.orders else replace(facts, orders=orders)

"""One order as a shop tells it: placed, paid or not, whose it is, what it comes to and what was paid back.

Merged so that order and repetition of events do not matter: of two words about the payment, or about the total, the later one
counts. What has the same time is told apart by the shop's sequence, and after that: of payments the weightier word, of totals the
one that arrived last, but for one that was replaced already (told again, it would come back).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.holds import PaymentWord

if TYPE_CHECKING:
    from rebasket.domain.money import Money

MAX_REFUNDS = 50
"""Kept one by one in a cart; those beyond are kept as one sum, which an event told again is added to again. The episode, which
the figures are counted from, has all of them one by one."""

UNPAID_FOR = timedelta(days=7)
"""How long a pending order without a `pay_by` keeps its cart back: a bank transfer is made within a week, or not at all."""

LONGEST_UNPAID = timedelta(days=30)
"""However late a `pay_by` is: a cart is kept no longer than 60 days, and must not be promised to a timer beyond that."""

STOPS_FOR = timedelta(days=1)
"""An order that is so much older than what the shopper does has nothing to do with it, whenever it is told."""

MAX_REPLACED = 8
"""Totals of one time that are known to be replaced; of more, the first could be told again and come back."""

STOP_NOTHING = frozenset({ev.Origin.RENEWAL, ev.Origin.IMPORT})
RECOVERABLE = frozenset({ev.Origin.STOREFRONT, ev.Origin.PHONE})

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = {ev.Payment.PENDING: PaymentWord.PENDING, ev.Payment.FAILED: PaymentWord.FAILED, ev.Payment.PAID: PaymentWord.PAID}
_WEIGHT = list(_WORD)


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """How an order was last said to stand, and when (the shop's time and sequence)."""

    at: datetime
    payment: ev.Payment
    sequence: int | None = None

    def later(self, other: PaymentSaid | None) -> PaymentSaid:
        """Of two words the one that counts."""
        return self if other is None else max(self, other, key=PaymentSaid._rank)

    def _rank(self) -> tuple[datetime, int, int]:
        return (self.at, -1 if self.sequence is None else self.sequence, _WEIGHT.index(self.payment))


@dataclass(frozen=True, slots=True)
class TotalSaid:
    """When the total that counts was told, where that is not when the order was placed; `replaced` by it: others of that time."""

    at: datetime
    sequence: int | None = None
    replaced: tuple[Money, ...] = ()

    @property
    def rank(self) -> tuple[datetime, int]:
        """What its lateness is told by."""
        return (self.at, -1 if self.sequence is None else self.sequence)


@dataclass(frozen=True, slots=True)
class Order:
    """What is known of one order. A refund may come before its order: then `placed_at` and `total` are still None.

    placed_at    the shop's time of the order, the earliest that was told
    total        as told last; None where the shop said none that can be read
    payment      None: paid when it was placed
    learnt_at    our time when an order that was not paid yet became known
    folded       refunds beyond those kept one by one, a sum for each currency
    """

    placed_at: datetime | None = None
    total: Money | None = None
    refunds: tuple[tuple[str, Money], ...] = ()
    cancelled_at: datetime | None = None
    payment: PaymentSaid | None = None
    origin: ev.Origin = ev.Origin.STOREFRONT
    number: str | None = None
    told: TotalSaid | None = None
    pay_url: str | None = None
    pay_by: datetime | None = None
    discounts: tuple[tuple[str, int], ...] = ()
    learnt_at: datetime | None = None
    folded: tuple[Money, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether somebody bought: an order that is paid, whatever becomes of it later."""
        return self.placed_at is not None and (self.payment is None or self.payment.payment is ev.Payment.PAID)

    @property
    def cancelled(self) -> bool:
        """Whether it is called off, and was not paid after that."""
        return self.cancelled_at is not None and not (
            self.payment is not None and self.payment.payment is ev.Payment.PAID and self.payment.at > self.cancelled_at
        )

    @property
    def word(self) -> PaymentWord:
        """The latest word on it."""
        said = PaymentWord.PAID if self.payment is None else _WORD[self.payment.payment]
        if self.cancelled_at is None or said is PaymentWord.PAID:
            return PaymentWord.CANCELLED if self.cancelled else said
        return PaymentWord.CANCELLED if self.payment is None or self.cancelled_at >= self.payment.at else said

    @property
    def word_at(self) -> datetime | None:
        """When that was said; None for an order of which only refunds are known."""
        if self.word is PaymentWord.CANCELLED:
            return self.cancelled_at
        return self.payment.at if self.payment else self.placed_at

    @property
    def stops(self) -> bool:
        """Whether it is of a kind that keeps its buyer from being reminded."""
        return self.origin not in STOP_NOTHING

    @property
    def recoverable(self) -> bool:
        """Whether a reminder can have brought it."""
        return self.origin in RECOVERABLE

    @property
    def until(self) -> datetime | None:
        """Until when it keeps its cart back while it is not paid; None for an order that does not."""
        if self.word is not PaymentWord.PENDING or self.placed_at is None:
            return None
        return min(self.pay_by or self.placed_at + UNPAID_FOR, self.placed_at + LONGEST_UNPAID)

    @property
    def told_at(self) -> datetime | None:
        """When its total was told."""
        return self.told.at if self.told else self.placed_at

    @property
    def paid_back(self) -> Refunds:
        """What was paid back of it, as far as it is kept one by one. Of what was never paid, nothing is."""
        unpaid = self.placed_at is not None and not self.paid
        return Refunds(dict(self.refunds), self.cancelled and not unpaid)

    @property
    def refunded(self) -> int:
        """All that was paid back in minor units; never more than was paid, 0 while nobody said how much that was."""
        if not self.total:
            return 0
        more = sum(part.minor for part in self.folded if part.currency == self.total.currency)
        return min(self.total.minor, self.paid_back.of(self.total) + more)

    @property
    def newest(self) -> datetime:
        """Of all that is known of it, the latest time: what the oldest of a cart's orders is told by."""
        return max((at for at in (self.placed_at, self.cancelled_at, self.payment and self.payment.at) if at), default=_NEVER)


OrderEvent = ev.OrderPlaced | ev.OrderPaid | ev.PaymentFailed | ev.OrderRefunded | ev.OrderCancelled


def told(order: Order, event: OrderEvent) -> Order:
    """The order with what an event says of it; an equal one when that is nothing new."""
    match event:
        case ev.OrderPlaced():
            return _placed(order, event)
        case ev.OrderPaid():
            return _with_payment(order, PaymentSaid(event.at, ev.Payment.PAID, event.sequence))
        case ev.PaymentFailed():
            return _with_payment(order, PaymentSaid(event.at, ev.Payment.FAILED, event.sequence))
        case ev.OrderCancelled():
            return replace(order, cancelled_at=max(order.cancelled_at or event.at, event.at))
        case ev.OrderRefunded():
            return _refunded(order, event)


def _with_payment(order: Order, said: PaymentSaid, placed_at: datetime | None = None) -> Order:
    """Of an order that was placed and of which nothing else was said, "paid, at that time" is the word to compare with; what is
    no more than that is not kept.
    """
    known = order.payment
    if known is None and order.placed_at is not None:
        known = PaymentSaid(order.placed_at, ev.Payment.PAID)
    counts = said.later(known)
    placed_at = placed_at or order.placed_at
    usual = counts.payment is ev.Payment.PAID and counts.at == placed_at and counts.sequence is None
    return replace(order, payment=None if usual else counts, placed_at=placed_at)


def _placed(order: Order, event: ev.OrderPlaced) -> Order:
    placed_at = min(order.placed_at or event.at, event.at)
    total, total_said = _later_total(order, event)
    usual = total_said is None or total_said == TotalSaid(placed_at)
    new = replace(
        order,
        total=total,
        told=None if usual else total_said,
        origin=max(order.origin, event.origin, key=lambda origin: (origin is not ev.Origin.STOREFRONT, origin.value)),
        number=_either(order.number, event.number),
        pay_url=_either(order.pay_url, event.pay_url),
        pay_by=max((at for at in (order.pay_by, event.pay_by) if at), default=None),
        discounts=max(order.discounts, event.discounts),
    )
    return _with_payment(new, PaymentSaid(event.at, event.payment, event.sequence), placed_at)


def _either(one: str | None, other: str | None) -> str | None:
    """Of two texts the greater, so that it does not matter which came first."""
    return max((text for text in (one, other) if text is not None), default=None)


def _later_total(order: Order, event: ev.OrderPlaced) -> tuple[Money | None, TotalSaid | None]:
    """The total that counts, and when it was told. None is no total, and replaces none."""
    known = order.told or (TotalSaid(order.placed_at) if order.placed_at is not None and order.total is not None else None)
    if event.total is None:
        return order.total, known
    said = TotalSaid(event.revised_at or event.at, event.sequence)
    if known is None or order.total is None or said.rank > known.rank:
        return event.total, said
    if said.rank == known.rank and event.total != order.total and event.total not in known.replaced:
        return event.total, replace(known, replaced=(*known.replaced, order.total)[-MAX_REPLACED:])
    return order.total, known


def _refunded(order: Order, event: ev.OrderRefunded) -> Order:
    refunds = dict(order.refunds)
    if event.id in refunds:
        return order
    folded = {money.currency: money for money in order.folded}
    for oldest in sorted(refunds)[: max(0, len(refunds) + 1 - MAX_REFUNDS)]:
        money = refunds.pop(oldest)
        had = folded.get(money.currency)
        folded[money.currency] = replace(money, minor=money.minor + had.minor) if had else money
    refunds[event.id] = event.amount
    return replace(order, refunds=tuple(sorted(refunds.items())), folded=tuple(folded[c] for c in sorted(folded)))

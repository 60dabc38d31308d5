"""What orders do to the cart that they came of: which of them end its present life, keep it back, or give it back.

Orders placed up to `settled` (the shop's time; None: never) are of earlier lives: something was put into the cart after them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.carts.lines import Snapshot
from rebasket.domain.carts.order import STOPS_FOR, Order
from rebasket.domain.people.holds import PaymentWord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.domain.carts.facts import CartFacts

ECHO = timedelta(hours=1)
"""The very lines that were ordered, told so soon after: the page's last word of the old cart, and no new one. Whatever is told so
soon of a cart of which only the order was known is taken for those."""

INSTANT = timedelta(milliseconds=1)
"""Between two times that can be told apart: what was told of the order's own moment is of the old life."""

UNPAID = (PaymentWord.FAILED, PaymentWord.CANCELLED)


def idle_since(facts: CartFacts, settled: datetime | None) -> datetime | None:
    """The last activity, or later: when the wait for a payment ends, or ended without one."""
    times = [facts.active_at]
    for _, order in _of_this_life(facts, settled):
        if not order.paid and _covers(order, facts):
            times.append(order.word_at if order.word in UNPAID else order.until)
    return max((at for at in times if at is not None), default=None) if facts.active_at else None


def settled_by(old: CartFacts, new: CartFacts, event: ev.Event, settled: datetime | None) -> datetime | None:
    """When the last order was placed that an event fills the cart after; None where it does not, or there was none."""
    fills = isinstance(event, ev.CartUpdated | ev.ItemAdded) or (
        isinstance(event, ev.CheckoutStarted) and event.lines is not None
    )
    if not fills or event.by is not ev.By.SHOPPER:
        return None
    took = [(order.placed_at, order) for _, order in _of_this_life(old, settled) if order.paid or order.until is not None]
    placed_at, last = max(took, key=lambda one: one[0] or event.at, default=(None, None))
    if placed_at is None or last is None or event.at <= placed_at:
        return None
    filled = _emptied(new, placed_at).lines
    unknown = old.base is None and not old.deltas
    echoes = event.at <= placed_at + ECHO and last.word not in UNPAID and (unknown or _contents(filled) == _contents(old.lines))
    return None if echoes or not filled else placed_at


def begun(facts: CartFacts, event: ev.Event, settled: datetime) -> CartFacts:
    """The facts of a new life: what was ordered lies in the cart no longer."""
    return replace(_emptied(facts, settled), active_at=max(facts.active_at or event.at, event.at))


def newly_bought(old: CartFacts, new: CartFacts, settled: datetime | None) -> bool:
    """Whether an order of this life was paid that was not paid before. One placed more than a day before the last activity, and
    told only now, stops nothing.
    """
    return any(
        order.paid and not _known(old, name).paid and (_known(old, name).placed_at is not None or _covers(order, new))
        for name, order in _of_this_life(new, settled)
    )


def still_bought(facts: CartFacts, settled: datetime | None) -> bool:
    """Whether an order of this life is paid, or is known no longer."""
    orders = [order for _, order in _of_this_life(facts, settled)]
    return not orders or any(order.paid for order in orders)


def stirred(old: CartFacts, new: CartFacts, settled: datetime | None, now: datetime) -> bool:
    """Whether an order that is not paid shows the shopper at work, or gives the cart back to them."""
    if not new.lines or new.active_at is None:
        return False
    for name, order in _of_this_life(new, settled):
        before = _known(old, name)
        waited = before.until is not None and now < before.until
        if not order.paid and order.word is not before.word and _covers(order, new):
            return waited or before.placed_at is None or before.paid
    return False


def learnt(old: CartFacts, new: CartFacts, now: datetime) -> CartFacts:
    """With our time at every order that became known unpaid."""
    fresh = {
        name: replace(order, learnt_at=now)
        for name, order in new.orders.items()
        if order.placed_at is not None and not order.paid and order.learnt_at is None and _known(old, name).placed_at is None
    }
    return replace(new, orders={**new.orders, **fresh}) if fresh else new


def _known(facts: CartFacts, name: str) -> Order:
    return facts.orders.get(name, Order())


def _of_this_life(facts: CartFacts, settled: datetime | None) -> Iterator[tuple[str, Order]]:
    for name, order in facts.orders.items():
        if order.stops and order.placed_at is not None and (settled is None or order.placed_at > settled):
            yield name, order


def _covers(order: Order, facts: CartFacts) -> bool:
    return order.placed_at is not None and (facts.active_at is None or order.placed_at + STOPS_FOR >= facts.active_at)


def _emptied(facts: CartFacts, at: datetime) -> CartFacts:
    """Without what was put into the cart up to then."""
    if facts.base is not None and facts.base.at > at:
        return facts
    later = tuple(delta for delta in facts.deltas if delta.at > at)
    return replace(facts, base=Snapshot(at + INSTANT, (), facts.currency), deltas=later)


def _contents(lines: tuple[ev.Line, ...]) -> list[tuple[str, object]]:
    return sorted((line.key, line.quantity) for line in lines)

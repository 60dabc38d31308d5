"""What an event about an order means for the people it is of: a purchase to be stamped on them, or a word on its payment to be
kept with them. The cart's own part is in `lives`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.order import STOPS_FOR, Order
from rebasket.domain.people import holds
from rebasket.domain.people.holds import PaymentWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """An order was paid: `bought_at` by our clock, `placed_at` by the shop's, as `people.person.purchased` takes them.

    `of` are the addresses that have not been told of it yet. `bought_at` is at most a day after the order was placed: what the
    shopper begins later is not stopped by it, however late it is told.
    """

    order: str
    bought_at: datetime
    placed_at: datetime
    of: tuple[Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A word on the payment of an order, as `people.person.held_for` takes it. `of`: all addresses of its cart."""

    order: str
    hold: holds.Hold
    of: tuple[Address, ...]


Effect = Purchase | Hold


def effects_of(old: Cart, new: Cart, event: Event, now: datetime) -> tuple[Effect, ...]:
    """What the people of a cart are to be told, now that an event made `new` of `old`.

    An order that was known as paid is told only to addresses that the event adds. Renewals and imports stop nobody.
    """
    everybody = tuple(sorted(new.facts.named))
    added = tuple(address for address in everybody if address not in old.facts.named)
    told = list(_of_orders(old, new, event, now, everybody))
    purchases = {effect.order for effect in told if isinstance(effect, Purchase)}
    known = _paid_in(new, besides=purchases) if added else None
    if known is not None:
        now = now if new.phase is Phase.BOUGHT else _of_an_earlier_life(old, known[1], now)
        told.append(_purchase(*known, now, new, added))
    return tuple(told)


def _of_orders(old: Cart, new: Cart, event: Event, now: datetime, everybody: tuple[Address, ...]) -> Iterator[Effect]:
    for name, order in sorted(new.facts.orders.items()):
        before = old.facts.orders.get(name, Order())
        if not order.stops or order == before:
            continue
        if order.paid and not before.paid:
            yield _purchase(name, order, now, new, everybody)
        spoken = order.word_at is not None and (order.word, order.word_at) != (before.word, before.word_at)
        plain = order.payment is None and before.payment is None and (order.placed_at is not None or before.placed_at is not None)
        if spoken and not plain:
            yield Hold(order=name, hold=_hold(order, event, now), of=everybody)


def _purchase(name: str, order: Order, now: datetime, cart: Cart, of: tuple[Address, ...]) -> Purchase:
    """Stamped with our time when the order became known, also where it is paid later: what was begun since is no part of it."""
    placed_at = order.placed_at or now
    known_at = order.learnt_at or (max(now, cart.seen_at or now) if cart.phase is Phase.BOUGHT else now)
    return Purchase(order=name, bought_at=min(known_at, placed_at + STOPS_FOR), placed_at=placed_at, of=of)


def _of_an_earlier_life(old: Cart, order: Order, now: datetime) -> datetime:
    """Our time of an order that something was put into the cart after: who is named only now has bought then, and not since."""
    return min(at for at in (now, old.seen_at, order.placed_at) if at is not None)


def _paid_in(cart: Cart, besides: Iterable[str]) -> tuple[str, Order] | None:
    """The order of a bought cart that was placed last."""
    paid = [
        (order.placed_at, name, order)
        for name, order in cart.facts.orders.items()
        if order.placed_at and order.paid and order.stops and name not in besides
    ]
    return max(paid, key=lambda one: one[:2])[1:] if paid else None


def _hold(order: Order, event: Event, now: datetime) -> holds.Hold:
    word_at = order.word_at or event.at
    return holds.Hold(
        word=order.word,
        at=word_at,
        held_at=order.learnt_at or now,
        placed_at=order.placed_at or word_at,
        until=order.until if order.word is PaymentWord.PENDING else None,
    )

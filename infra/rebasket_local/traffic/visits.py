"""One visit to the shop: what the shopper does with a cart, minute by minute, as events in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rebasket_local.traffic.basket import Basket, Event
    from rebasket_local.traffic.catalogue import Product
    from rebasket_local.traffic.draws import Draws
    from rebasket_local.traffic.settings import CheckoutHabits, Settings, Spread

LONGEST = timedelta(hours=3)
"""Of one wait within a visit: a log-normal's tail has no end."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and the shop's time of it."""

    at: datetime
    event: Event


def first_visit(
    basket: Basket, products: Sequence[Product], draws: Draws, settings: Settings, at: datetime, *, buys: bool
) -> Iterator[Happened]:
    """Fills a new cart, and buys it or leaves it, at whatever stage of the checkout; `at` is the first look around."""
    habits = settings.carts
    if basket.person.member_since is not None:
        basket.known_at = at
    at += draws.of("look").wait(habits.look_around, LONGEST)
    filling = draws.of("filling")
    for index in range(1 + filling.pick(range(len(habits.additions)), habits.additions)):
        if index:
            at += filling.wait(habits.between_items, LONGEST)
        quantity = 2 if filling.chance(habits.two_of_it) else 1
        yield Happened(at, basket.put_in(filling.pick(products), quantity, at))
    if len(basket.items) > 1 and draws.of("takes out").chance(habits.takes_one_out):
        at += draws.of("takes out after").wait(habits.between_items, LONGEST)
        yield Happened(at, basket.take_out(next(iter(basket.items)), at))
    if buys:
        yield from purchase(basket, draws, at, settings.purchases.after_last_item)
    else:
        yield from _leaves(basket, draws, settings, at)


def purchase(basket: Basket, draws: Draws, at: datetime, takes: Spread, *, cartless: bool = False) -> Iterator[Happened]:
    """Through all stages of the checkout to the order, which comes `takes` after `at`."""
    ordered_at = at + draws.of("purchase").wait(takes, LONGEST)
    stages = ("started", "contact", "shipping", "payment")
    for number, stage in enumerate(stages, 1):
        then = at + (ordered_at - at) * number / (len(stages) + 1)
        then = then.replace(microsecond=then.microsecond // 1000 * 1000)
        yield Happened(then, basket.checkout(stage, then))
    yield Happened(ordered_at, basket.order(ordered_at, cartless=cartless))


def second_look(basket: Basket, products: Sequence[Product], draws: Draws, at: datetime) -> Iterator[Happened]:
    """Comes back to a cart, puts something else in, and leaves again."""
    yield Happened(at, basket.put_in(draws.pick(products), 1, at))


def _leaves(basket: Basket, draws: Draws, settings: Settings, at: datetime) -> Iterator[Happened]:
    habits, checkout = settings.carts, settings.checkout
    for stage in _stages(draws.of("stages"), checkout):
        at += draws.of("stage", stage).wait(checkout.between_stages, LONGEST)
        yield Happened(at, basket.checkout(stage, at))
    leaving = draws.of("leaving")
    if leaving.chance(habits.empties_it):
        for sku in list(basket.items):
            at += timedelta(seconds=5)
            yield Happened(at, basket.take_out(sku, at))
    elif leaving.chance(habits.deletes_it):
        at += leaving.wait(habits.between_items, LONGEST)
        yield Happened(at, basket.throw_away(at))


def _stages(draws: Draws, habits: CheckoutHabits) -> Iterator[str]:
    for stage, share in (
        ("started", habits.starts),
        ("contact", habits.gives_contact),
        ("shipping", habits.chooses_shipping),
        ("payment", habits.reaches_payment),
    ):
        if not draws.chance(share):
            return
        yield stage

"""All of the traffic, arranged in a world's time: who comes when, and whose message is whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rebasket_local.traffic.catalogue import catalogue
from rebasket_local.traffic.courier import Courier, Keys, Sender
from rebasket_local.traffic.draws import Draws
from rebasket_local.traffic.ledger import Ledger
from rebasket_local.traffic.people import person
from rebasket_local.traffic.provider import Provider
from rebasket_local.traffic.shopper import Shopper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.traffic.settings import Arrivals, Settings
    from rebasket_local.traffic.world import World

OPENING = timedelta(minutes=5)
"""After the start, when the shop sends the carts of the days before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of it: `carts` begun within `days` from `start`, those from before it included."""

    seed: int
    start: datetime
    days: int
    carts: int

    @property
    def end(self) -> datetime:
        """Nobody begins a cart from then on."""
        return self.start + timedelta(days=self.days)


def arrange(world: World, keys: Keys, plan: Plan, settings: Settings) -> tuple[Provider, Ledger]:
    """Arrange it all. What the world sends is to be given to the provider's `carry`; the ledger fills as time moves."""
    draws, ledger, shoppers = Draws(plan.seed), Ledger(), dict[str, Shopper]()
    courier = Courier(world, Sender(world, keys, ledger), settings.delivery, ledger, draws.of("courier"))
    provider = Provider(world, ledger, settings, draws.of("provider"), shoppers)
    carts = _cart_names()
    before = min(settings.arrivals.before_switching_on, plan.carts)
    number, begun = 0, 0
    while begun < plan.carts:
        number += 1
        mine = draws.of("shopper", number)
        somebody = Shopper(
            person=person(number, mine, settings, plan.start),
            draws=mine,
            settings=settings,
            products=catalogue(),
            world=world,
            courier=courier,
            ledger=ledger,
            goes_home_at=plan.end,
        )
        shoppers.update(dict.fromkeys(somebody.person.addresses, somebody))
        if number <= before:
            _before_switching_on(somebody, next(carts), plan)
            begun += 1
            continue
        for at in _arrivals(mine.of("arrivals"), plan, settings.arrivals):
            if begun < plan.carts:
                _arrange_cart(somebody, next(carts), at)
                begun += 1
        withdraws = mine.of("withdraws")
        if withdraws.chance(settings.shoppers.withdraws_consent):
            world.at(plan.start + withdraws.between(0, plan.days) * timedelta(days=1), somebody.withdraw_consent)
    return provider, ledger


def _cart_names() -> Iterator[str]:
    count = 0
    while True:
        count += 1
        yield f"cart-{count:05}"


def _arrange_cart(somebody: Shopper, cart: str, at: datetime) -> None:
    somebody.world.at(at, lambda: somebody.fill_cart(cart, at))


def _before_switching_on(somebody: Shopper, cart: str, plan: Plan) -> None:
    """A cart of the days before, left; told once the shop has switched Rebasket on."""
    begun_at = plan.start - somebody.draws.of("before").between(1, 5) * timedelta(days=1)
    begun_at = begun_at.replace(microsecond=0)
    somebody.world.at(
        plan.start + OPENING, lambda: somebody.fill_cart(cart, begun_at, not_before=plan.start + OPENING, leaves=True)
    )


def _arrivals(draws: Draws, plan: Plan, habits: Arrivals) -> Iterator[datetime]:
    """When one shopper begins carts: once, and some of them again. What would be before the start is as long before the end."""
    midnight = plan.start.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [midnight + timedelta(days=day) for day in range(plan.days)]
    day = draws.pick(days, [habits.by_weekday[day.weekday()] for day in days])
    hour = (draws.pick(range(24), habits.by_hour) + habits.shift_hours) % 24
    at = day + timedelta(hours=hour, milliseconds=draws.below(3_600_000))
    at = at if at >= plan.start else at + timedelta(days=plan.days)
    yield at
    if draws.chance(habits.again) and (again := at + draws.wait(habits.again_after)) < plan.end:
        yield again

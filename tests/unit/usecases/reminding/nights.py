"""A shop that sleeps at night, and when its messages left by the shopper's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS
from tests.samples import Reports, a_shop, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts import events as ev


KYIV, NEW_YORK = "Europe/Kyiv", "America/New_York"
BOTH = (Channel.EMAIL, Channel.SMS)
HOUR = timedelta(hours=1)


def a_world(**rules: Any) -> World:  # noqa: ANN401  # whatever a policy takes
    return World(replace(a_shop(**{"quiet_hours": USUAL_QUIET_HOURS, **rules}), time_zone=KYIV))


def in_kyiv(clock: str, day: int = 2) -> datetime:
    """That time of a day in March 2026, by the clocks of Kyiv: two hours ahead of UTC, three from the 29th on."""
    return datetime.combine(date(2026, 3, day), time.fromisoformat(clock), ZoneInfo(KYIV)).astimezone(UTC)


def who(*addresses: Address, zone: str | None = None) -> ev.Person:
    return replace(person(*addresses), time_zone=zone)


def left(world: World, zone: str = KYIV) -> list[str]:
    """When messages left, by those clocks: day of the month and time."""
    return [f"{message.at.astimezone(ZoneInfo(zone)):%d %H:%M}" for message in world.messages]


def abandoned(world: World, shop: Reports, at: datetime, said: ev.Person, cart: str = "c1") -> None:
    """A cart last touched at that time."""
    world.report_at(shop.updated(cart, at, who=said))

"""Quiet hours, held against what left: by the outbox's times and the shoppers' own clocks, and by nothing that Rebasket stored.

A shopper's clock is where they live, if the shop's page reported it or their phone number's country has one time; else the shop
cannot know better than by its own.
"""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from rebasket_local.traffic.audit import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.people import Person
    from rebasket_local.traffic.settings import ShopTable

SEVERAL_ZONES: Final = frozenset({"US", "CA", "AU", "BR", "ES", "MX", "PT"})
"""Countries of which a phone number alone does not tell the time; of those a market may be in."""


def clock_of(person: Person, shop: ShopTable) -> str:
    """The time zone that reminders to this shopper have to follow."""
    by_phone = person.phone is not None and person.market.country not in SEVERAL_ZONES
    return person.market.time_zone if person.zone_told or by_phone else shop.time_zone


def in_quiet_hours(messages: Iterable[Message], people: Mapping[str, Person], shop: ShopTable) -> list[Broken]:
    """Messages that left when their reader was to be left alone. `people` by address."""
    found = []
    for message in messages:
        hours = shop.quiet_hours.get(message.channel)
        if hours is None or message.to not in people:
            continue
        zone = clock_of(people[message.to], shop)
        shown = message.at.astimezone(ZoneInfo(zone)).time()
        if _quiet(shown, *(time.fromisoformat(part) for part in hours.split("-"))):
            found.append(Broken(message, f"left at {shown:%H:%M} in {zone}, quiet hours are {hours}"))
    return found


def _quiet(shown: time, begins: time, ends: time) -> bool:
    return begins <= shown < ends if begins < ends else shown >= begins or shown < ends

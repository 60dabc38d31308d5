"""Messages counted by person, over all carts, devices and channels, and the gap between two of them.

Who is who is the traffic's own knowledge, by address; nothing that Rebasket stored or hashed is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket_local.traffic.audit import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.people import Person


@dataclass(frozen=True, slots=True)
class PerPerson:
    """`written_to`: people who got at least one message. `most`: messages to the one who got most of them. `smallest_gap`:
    between any two messages to one person; None where nobody got two. `too_soon`: messages within the gap after another.
    """

    written_to: int
    most: int
    smallest_gap: timedelta | None
    too_soon: list[Broken]


def per_person(messages: Iterable[Message], people: Mapping[str, Person], gap: timedelta) -> PerPerson:
    """`people` by address; an address of nobody counts as a person of its own. `gap` is the shop's policy's."""
    times: dict[object, list[datetime]] = {}
    smallest: timedelta | None = None
    too_soon: list[Broken] = []
    for message in sorted(messages, key=lambda each: (each.at, each.number)):
        somebody = people.get(message.to)
        before = times.setdefault(message.to if somebody is None else somebody.number, [])
        if before:
            passed = message.at - before[-1]
            smallest = passed if smallest is None else min(smallest, passed)
            if passed < gap:
                too_soon.append(Broken(message, f"left {passed} after another message to the same person, the gap is {gap}"))
        before.append(message.at)
    return PerPerson(len(times), max(map(len, times.values()), default=0), smallest, too_soon)

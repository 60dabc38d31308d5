"""Whether reminders work, as data: told, or not yet and then how many people more, and how long that takes. The words are
elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.reporting.lift import Lift, Stratum, comparable, lift_interval
from rebasket.domain.reporting.plan import people_to_tell

if TYPE_CHECKING:
    from collections.abc import Sequence

WORTH_KNOWING = 0.01
"""A smaller effect is not planned for: 10 of a thousand people."""


class Verdict(StrEnum):
    """What may be said of reminders."""

    GAINS = "gains"
    LOSES = "loses"
    NOT_YET = "cannot tell yet"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Answer:
    """Per thousand treated people, the ends rounded outwards; what is still needed, None where it is nothing, or more than can
    be had.

    `people_needed` and `days` are for `planned_per_thousand`: the likely effect, or 10 where that is smaller. A guess, for
    planning.
    """

    verdict: Verdict
    likely_per_thousand: int | None
    low_per_thousand: int
    high_per_thousand: int
    planned_per_thousand: int | None = None
    people_needed: int | None = None
    days: int | None = None


def answer(strata: Sequence[Stratum], expected_people: float, people_a_day: float) -> Answer:
    """The answer of today. `people_a_day`: both groups, of late; 0 or less gives no days."""
    lift = lift_interval(strata, expected_people)
    if lift.likely is None:
        return Answer(Verdict.NOT_COMPARED, None, -1000, 1000)
    low, high = math.floor(lift.low * 1000), math.ceil(lift.high * 1000)
    if lift.sure:
        return Answer(Verdict.GAINS if lift.low > 0 else Verdict.LOSES, round(lift.likely * 1000), low, high)
    planned = math.copysign(max(abs(lift.likely), WORTH_KNOWING), lift.likely)
    needed = _still_needed(strata, lift, planned, expected_people)
    days = math.ceil(needed / people_a_day) if needed is not None and people_a_day > 0 else None
    return Answer(Verdict.NOT_YET, round(lift.likely * 1000), low, high, round(planned * 1000), needed, days)


def _still_needed(strata: Sequence[Stratum], lift: Lift, planned: float, expected_people: float) -> int | None:
    """People of both groups, at the share held so far; at least one, since it was not told."""
    so_far = lift.treated + lift.control
    # Nobody bought in control is no base of 0: half a buyer more keeps the variance from being none.
    base = (sum(s[3] for s in comparable(strata)) + 0.5) / (lift.control + 1)
    enough = people_to_tell(base, planned, lift.control / so_far, expected_people)
    return None if enough is None else max(1, enough - so_far)

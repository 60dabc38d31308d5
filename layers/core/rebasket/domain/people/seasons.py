"""Who is in the control group in which season. Drawn once, from a hash; stored by the first touch that passes; then only read.

A season is a quarter, so that nobody is left without reminders for ever: each reshuffles all people, independently of the one
before and of other experiments.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING

from rebasket.domain.people.person import ArmDrawn, Group

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.person import EpisodeKey, Person

HOLDOUT = "holdout"
"""The name of the experiment that holds people back to see what reminders change."""

THOUSANDTHS = 1000


def season_of(at: datetime) -> str:
    """The quarter of a moment, in UTC: `2026Q4`. Names sort as their seasons follow each other."""
    utc = at.astimezone(UTC)
    return f"{utc.year:04}Q{(utc.month + 2) // 3}"


def group_of(experiment: str, season: str, shop: str, key: str, control: int) -> Group:
    """The group of a hash when `control` thousandths of people are held back. The salt is the experiment and its season."""
    digest = hashlib.sha256(f"{experiment}\x00{season}\x00{shop}\x00{key}".encode()).digest()
    return Group.CONTROL if int.from_bytes(digest[:8], "big") % THOUSANDTHS < control else Group.TREATMENT


def arm_in(
    root: Person, experiment: str, season: str, *, first: EpisodeKey, control: int, now: datetime, before: Group | None = None
) -> ArmDrawn:
    """The person's arm: the stored one, or one drawn now from their root's hash, which the gate's write stores.

    `before`: the group that the episode was given under a version that drew it by address; it stays.
    """
    stored = root.arms.get(season)
    if stored is not None:
        return stored
    group = before or group_of(experiment, season, root.shop, root.key, control)
    return ArmDrawn(at=now, by=root.key, first=first, group=group)

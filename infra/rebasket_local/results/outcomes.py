"""What became of each abandoned cart: one of five, so that they add up."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.reporting.daily_figures import Outcome, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from rebasket.domain.reminders.episode import Episode


class Fate(StrEnum):
    """In the order in which charts stack them."""

    RECOVERED = "recovered"
    REMINDED = "reminded, not recovered"
    HELD = "held back"
    QUIET = "nothing sent"
    UNREACHABLE = "nobody to reach"


def fate_of(episode: Episode, window: timedelta) -> Fate:
    """Of one episode that has a header."""
    header = episode.header
    states = {touch.state for touch in episode.touches.values()}
    if header is None or not header.reachable:
        return Fate.UNREACHABLE
    if outcome_of(episode, window)[0] is Outcome.RECOVERED:
        return Fate.RECOVERED
    if states & {TouchState.SENT, TouchState.UNKNOWN}:
        return Fate.REMINDED
    return Fate.HELD if episode.held else Fate.QUIET


def by_day(episodes: Iterable[Episode], window: timedelta) -> Mapping[str, Counter[Fate]]:
    """Days in order; by the day of the declaration."""
    days: dict[str, Counter[Fate]] = {}
    for episode in sorted(episodes, key=lambda each: each.ref):
        if episode.header is not None:
            days.setdefault(episode.ref.day, Counter())[fate_of(episode, window)] += 1
    return days

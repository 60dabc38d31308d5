"""Bugs in how a day is counted: a judge that counted by the same code would agree with each of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.reporting import daily_figures
from tests.simulation.planted.catalogue import Patch, bug

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.reminders.episode import Episode, Touch
    from rebasket.domain.reporting.daily_figures import Figures


@bug("a message's cost is counted twice")
def _twice() -> list[Patch]:
    costs = daily_figures._costs

    def patched(touches: Iterable[Touch]) -> Any:
        counted = costs(touches)
        return {**counted, "cost": 2 * counted["cost"]}

    return [(daily_figures, "_costs", patched)]


@bug("what was held back counts as sent")
def _held() -> list[Patch]:
    states = daily_figures._states

    def patched(touches: Iterable[Touch]) -> dict[str, int]:
        counted = states(touches)
        held = counted.pop("held", 0)
        return {**counted, "sent": counted.get("sent", 0) + held} if held else counted

    return [(daily_figures, "_states", patched)]


@bug("what was paid back is not taken off in the books")
def _gross() -> list[Patch]:
    figures_of = daily_figures.figures_of

    def patched(episode: Episode, window: timedelta) -> tuple[Figures, dict[str, Figures]]:
        total, channels = figures_of(episode, window)
        return replace(total, refunded={}), {name: replace(row, refunded={}) for name, row in channels.items()}

    return [(daily_figures, "figures_of", patched)]


@bug("an order after the window counts as recovered")
def _late() -> list[Patch]:
    outcome_of = daily_figures.outcome_of

    def patched(episode: Episode, window: timedelta) -> Any:
        return outcome_of(episode, window + timedelta(days=30))

    return [(daily_figures, "outcome_of", patched)]

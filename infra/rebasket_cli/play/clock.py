"""Virtual time, and what the machinery does in it: a sweep each minute, the wakes that it causes, the books every night."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from rebasket.domain.errors import error_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.memory import MemoryTimers
    from rebasket.wiring import App

MINUTE = timedelta(minutes=1)
NIGHT = time(2, 15)
"""When the books are closed (UTC): the schedule in template.yaml."""


@dataclass
class VirtualClock:
    """Stands still until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        """See ports.Clock."""
        return self.at


@dataclass(frozen=True, kw_only=True)
class Machinery:
    """Moves the clock, and does what would be done meanwhile. `woken` is called after each wake, `night` each night; `troubles`
    collects what went wrong in wakes.
    """

    clock: VirtualClock
    app: App
    timers: MemoryTimers
    woken: Callable[[], None]
    night: Callable[[], None]
    troubles: list[str] = field(default_factory=list)

    def advance(self, until: datetime) -> None:
        """Let time pass up to and including `until`. Minutes in which nothing is due are passed over."""
        while (now := min(self._next_sweep(until), self._next_night())) <= until:
            self.clock.at = now
            if self._is_night():
                self.night()
            self._sweep()
        self.clock.at = max(self.clock.at, until)

    def _next_sweep(self, until: datetime) -> datetime:
        due = min(self.timers.items, default=until + MINUTE)
        now = self.clock.at
        return due if due > now else now.replace(second=0, microsecond=0) + MINUTE

    def _next_night(self) -> datetime:
        now = self.clock.at
        tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
        return tonight if tonight > now else tonight + timedelta(days=1)

    def _is_night(self) -> bool:
        return self.clock.at.time() == NIGHT

    def _sweep(self) -> None:
        now = self.clock.at
        self.timers.advance(now - MINUTE)  # as the sweeps in the minutes before would have
        self.app.sweep_timers(lambda: False)
        for overdue in [minute for minute in self.timers.items if minute <= now]:
            self.timers.delete(self.timers.due_at(overdue))  # armed too far back for any sweep: the table's TTL has it
        while self.timers.deleted:
            timer = self.timers.deleted.pop(0)
            attended = self.app.process_timer(timer)
            if attended.error is not None:
                why = f"{type(attended.error).__name__}: {error_text(attended.error)}"
                self.troubles.append(f"{now:%Y-%m-%dT%H:%MZ} a wake of cart {timer.cart} went wrong: {why}")
            self.woken()

"""Around every wake: what goes wrong with one timer must not hold up the others, and must not be lost.

On the way to the wire: remind/app.py → wiring.py → **this file** → follow_up.py → send_step.py → deliver.py → ses.py
On the way to the claim: remind/app.py → wiring.py → **this file** → follow_up.py → send_step.py → carts.py → table.py

An unexpected error arms the same look again, later each time; after the last try the whole timer goes to the dead letters,
where an alarm and a person find it. If even that fails the error passes on, and the stream brings the record back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import minute_up
from rebasket.domain.errors import error_text

if TYPE_CHECKING:
    from rebasket.domain.carts.timer import Timer
    from rebasket.ports import Clock, DeadLetters, Timers
    from rebasket.usecases.reminding.follow_up import FollowUp

ATTEMPTS = 8
"""With doubling waits this is about four hours: longer than a deployment gone wrong, shorter than a stale reminder."""


@dataclass(frozen=True, slots=True)
class ProcessedTimer:
    """What came of a timer, in words; `error` when it went wrong, `buried` when for the last time."""

    outcome: str
    error: Exception | None = None
    dead_lettered: bool = False


@dataclass(frozen=True, kw_only=True)
class ProcessTimer:
    """Wakes `remind` for one deleted timer, and catches what it throws."""

    follow_up: FollowUp
    timers: Timers
    dead_letter_queue: DeadLetters
    clock: Clock

    def __call__(self, timer: Timer) -> ProcessedTimer:
        """Attend to it. Raises only when the failure itself could not be noted."""
        try:
            return ProcessedTimer(self.follow_up(timer))
        except Exception as error:  # noqa: BLE001  # a poisoned timer isolates itself, whatever it died of
            return self.again(timer, error)

    def again(self, timer: Timer, error: Exception) -> ProcessedTimer:
        """Note a wake that went wrong, or that found no time left."""
        attempt = timer.attempt + 1
        if attempt >= ATTEMPTS:
            self.dead_letter_queue.dead_letter(timer, error_text(error))
            return ProcessedTimer("dead_lettered", error, dead_lettered=True)
        wait = timedelta(minutes=min(2**attempt, 240))
        self.timers.arm(replace(timer, due=minute_up(self.clock() + wait), attempt=attempt))
        return ProcessedTimer(f"again in {wait}", error)

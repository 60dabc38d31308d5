"""Virtual time: the whole process reads it, moto and boto3 included; it moves only when told to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from unittest.mock import patch

import time_machine

_REAL_SLEEP: Final = time.sleep


class VirtualClock:
    """Aware datetimes in UTC. Never goes back. `time.perf_counter` and `time.monotonic` stay real."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the clock starts at an aware datetime")
        self._now = start.astimezone(UTC)
        self._travel = time_machine.travel(self._now, tick=False)
        self._traveller: time_machine.Traveller | None = None
        self._sleeper: tuple[datetime, Callable[[], None]] | None = None

    @property
    def now(self) -> datetime:
        return self._now

    @contextmanager
    def running(self) -> Iterator[None]:
        """While inside, `time.time`, `datetime.now` and their like give virtual time, in UTC."""
        with self._travel as self._traveller, patch.object(time, "sleep", self._sleep):
            yield
        self._traveller = None

    def move_to(self, when: datetime) -> None:
        """A time that has passed changes nothing."""
        self.shift(when - self._now)

    def shift(self, by: timedelta) -> None:
        if by > timedelta(0):
            self._now += by
            if self._traveller is not None:
                self._traveller.shift(by)

    @contextmanager
    def sleeping(self, until: datetime, overslept: Callable[[], None]) -> Iterator[None]:
        """While inside, `time.sleep` moves this clock; at `until` it stops there and calls `overslept`, which should raise."""
        outer, self._sleeper = self._sleeper, (until, overslept)
        try:
            yield
        finally:
            self._sleeper = outer

    def _sleep(self, seconds: float) -> None:
        if self._sleeper is None:
            _REAL_SLEEP(seconds)
            return
        until, overslept = self._sleeper
        wakes = self._now + timedelta(seconds=seconds)
        self.move_to(min(wakes, until))
        if wakes > until:
            overslept()

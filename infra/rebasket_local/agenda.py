"""What falls due, in order of time; at the same time, in the order in which it was put here."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass(order=True, slots=True)
class Due:
    """One thing to do. `cancel` it and it is not done."""

    at: datetime
    number: int
    action: Callable[[], object] = field(compare=False)
    in_flight: bool = field(compare=False, default=False)
    """True for what is on its way already (a delivery, an event, a retry), False for what time brings (a schedule)."""
    cancelled: bool = field(compare=False, default=False)


class Agenda:
    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._numbers = count()
        self._in_flight = 0

    def add(self, at: datetime, action: Callable[[], object], *, in_flight: bool = False) -> Due:
        due = Due(at, next(self._numbers), action, in_flight)
        heapq.heappush(self._heap, due)
        self._in_flight += in_flight
        return due

    def cancel(self, due: Due) -> None:
        if not due.cancelled:
            due.cancelled = True
            self._in_flight -= due.in_flight

    def pop(self, until: datetime) -> Due | None:
        """The next thing due up to and at `until`; it is the caller's to do."""
        while self._heap and self._heap[0].at <= until:
            due = heapq.heappop(self._heap)
            if not due.cancelled:
                self.cancel(due)  # done or not, it is off the list
                return due
        return None

    @property
    def in_flight(self) -> int:
        """How many things are on their way."""
        return self._in_flight

    def next_in_flight(self) -> datetime | None:
        """When the next thing on its way arrives."""
        return min((due.at for due in self._heap if due.in_flight and not due.cancelled), default=None)

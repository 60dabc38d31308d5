"""A night's work on the books: shop by shop and day by day, and none of them keeps the others waiting.

Each first gets a brief turn, so that whatever is quickly counted is done; then, one after the other, those that take longer get
what time is left. What goes wrong with one of them is kept for whoever runs the night to tell, and the others go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from rebasket.domain.errors import OutOfTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

Result = TypeVar("Result")
Each = TypeVar("Each")

FIRST_SLICE_MS = 3_000
"""Milliseconds of a first turn: a few thousand carts."""


@dataclass(frozen=True, slots=True)
class Task(Generic[Result]):
    """Something to do for a shop, or for one of its days. `do` is told how to know that its turn is over, and then raises
    OutOfTime; to do it again from the beginning is safe.
    """

    shop: str
    day: str | None
    do: Callable[[Callable[[], bool]], Result]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was not done, and why: OutOfTime, or whatever went wrong."""

    shop: str
    day: str | None
    error: Exception


@dataclass(frozen=True)
class JobRunner:
    """One run. `left`: milliseconds that there still are for it; `undone`: what it could not do."""

    left: Callable[[], int]
    undone: list[Undone] = field(default_factory=list)

    def each(self, tasks: Sequence[Task[Result]], now: datetime) -> list[Result]:
        """Do them all; what came of those that were done."""
        done: list[Result] = []
        late = [task for task in tasks if not self._done(task, FIRST_SLICE_MS, done)]
        late = [task for task in rotate(late, now) if not self._done(task, None, done)]
        self.undone.extend(Undone(task.shop, task.day, OutOfTime("no time was left")) for task in late)
        return done

    def _done(self, task: Task[Result], turn: int | None, done: list[Result]) -> bool:
        """Whether there is no more to do for it now: it is done, or it went wrong."""
        left = self.left()
        ends = 0 if turn is None else max(0, left - turn)
        if left <= 0:
            return False
        try:
            done.append(task.do(lambda: self.left() <= ends))
        except OutOfTime:
            return False
        except Exception as error:  # noqa: BLE001  # whatever it is: it is kept, and the others go on
            self.undone.append(Undone(task.shop, task.day, error))
        return True


def rotate(several: Sequence[Each], now: datetime) -> list[Each]:
    """The same, beginning with another one each night, and in each minute of a night: what takes all of one run's time is not the
    first in the next, nor when a run is tried again.
    """
    first = (now.toordinal() + now.hour * 60 + now.minute) % max(1, len(several))
    return [*several[first:], *several[:first]]


def until_over(several: Iterable[Each], over: Callable[[], bool]) -> Iterator[Each]:
    """The same, one by one. Raises OutOfTime once time is over."""
    for each in several:
        if over():
            raise OutOfTime("too much to count in the time there is")
        yield each

"""Virtual time, and functions that stop at every call of a port.

Each invocation of a function is a greenlet: the code runs as it is, synchronously, until it calls a port; there it is put aside
and whoever is next in virtual time goes on. An invocation can be killed at any such point, as Lambda does at its deadline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NoReturn

from greenlet import GreenletExit, getcurrent, greenlet

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
"""Virtual time is counted in milliseconds since START."""

ROUNDS = 9 * HOUR
"""So often does an operator look at what needs a person."""


def moment(at: int) -> datetime:
    """Virtual milliseconds as a time."""
    return START + timedelta(milliseconds=at)


def millis(at: datetime) -> int:
    """A time as virtual milliseconds."""
    return (at - START) // timedelta(milliseconds=1)


class End(StrEnum):
    """How an invocation ended."""

    RETURNED = "returned"
    RAISED = "raised"
    CRASHED = "crashed"


class Broken(BaseException):
    """A promise was broken. No code under test may catch it."""

    def __init__(self, promise: str, how: str) -> None:
        super().__init__(f"{promise}: {how}")
        self.promise = promise
        self.how = how

    def __reduce__(self) -> tuple[type[Broken], tuple[str, str]]:
        """It travels from one process to another."""
        return Broken, (self.promise, self.how)


@dataclass(slots=True, eq=False)
class Process:
    """One invocation. `scope` and `steps` name its next draw; `skew` is what its clock is wrong by; `shop` whose work it does;
    `troubles`: how often it was left without a clear answer, or without its life.
    """

    name: str
    deadline: int
    skew: int
    born: int
    on_end: Callable[[End, Any], None]
    greenlet: greenlet = field(init=False)
    scope: str = ""
    steps: int = 0
    shop: str | None = None
    subject: tuple[str, int] | None = None
    work: Any = None
    dead: bool = False
    troubles: int = 0

    def enter(self, scope: str, shop: str | None) -> None:
        """Begin another piece of work, with draws of its own."""
        self.scope, self.shop, self.steps = scope, shop, 0


class Kernel:
    """The agenda and the clock."""

    def __init__(self) -> None:
        self.now = 0
        self.running: Process | None = None
        self.broken: Broken | None = None
        self._living: dict[Process, None] = {}
        self.trace: list[str] | None = None
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._until = 0
        self._hub = getcurrent()

    # -- The agenda ------------------------------------------------------------------------------------------------------

    def at(self, when: int, what: Callable[[], None]) -> None:
        """Do it then; at the same time, in the order of asking."""
        self._count += 1
        heappush(self._agenda, (max(when, self.now), self._count, what))

    def run(self, until: int) -> None:
        """All that falls due up to then. Raises Broken at the first broken promise."""
        agenda, self._until = self._agenda, until
        while agenda and agenda[0][0] <= until:
            self.now, _, what = heappop(agenda)
            what()
            if self.broken is not None:
                raise self.broken
        self.now = max(self.now, until)

    def say(self, *words: object) -> None:
        """A line of the trace, when somebody wants one."""
        if self.trace is not None:
            who = self.running.name if self.running else "·"
            self.trace.append(f"{moment(self.now):%m-%d %H:%M:%S.%f}"[:-3] + f"  {who:<14} " + " ".join(map(str, words)))

    @property
    def alive(self) -> int:
        """How many invocations are under way."""
        return len(self._living)

    def close(self) -> None:
        """End whatever still runs."""
        for process in list(self._living):
            process.dead = True
            process.greenlet.throw(GreenletExit)
        self._living.clear()
        self._agenda.clear()

    # -- Processes -------------------------------------------------------------------------------------------------------

    def spawn(self, process: Process, work: Callable[[], object]) -> None:
        """Begin an invocation now."""

        def body() -> None:
            try:
                end: tuple[End, Any] = (End.RETURNED, work())
            except Broken as broken:
                self.broken = broken
                return
            except Exception as error:  # noqa: BLE001  # an invocation that raises is the caller's business
                end = (End.RAISED, error)
            self._finish(process, *end)

        process.greenlet = greenlet(body, self._hub)
        self._living[process] = None
        self.at(self.now, lambda: self._resume(process))

    @property
    def process(self) -> Process:
        """The one that runs."""
        if self.running is None:
            message = "nothing runs"
            raise RuntimeError(message)
        return self.running

    def wait(self, latency: int) -> None:
        """Inside a process: let others run for so long. Never returns when the process does not live to see it."""
        process = self.process
        when = self.now + latency
        if when < process.deadline and when <= self._until and (not self._agenda or self._agenda[0][0] > when):
            self.now = when  # nobody else has anything to do meanwhile
        elif when >= process.deadline:
            self.at(process.deadline, lambda: self._kill(process, "killed at its deadline"))
            self._hub.switch()
        else:
            self.at(when, lambda: self._resume(process))
            self._hub.switch()

    def crash(self, why: str) -> NoReturn:
        """Inside a process: die here."""
        process = self.process
        self.at(self.now, lambda: self._kill(process, why))
        process.dead = True
        self._hub.switch()
        raise GreenletExit

    def _resume(self, process: Process) -> None:
        self.running = process
        process.greenlet.switch()
        self.running = None

    def _kill(self, process: Process, why: str) -> None:
        self.running = process
        self.say("CRASH", why)
        process.dead = True
        process.troubles += 1
        process.greenlet.throw(GreenletExit)
        self.running = None
        self._finish(process, End.CRASHED, why)

    def _finish(self, process: Process, end: End, what: object) -> None:
        if end is not End.CRASHED and process.dead:
            return
        self._living.pop(process, None)
        process.dead = True
        if end is End.RAISED:
            self.say("RAISED", repr(what))
        self.at(self.now, lambda: process.on_end(end, what))

"""What a search of the person protocol goes through, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.unit.domain.people.handlers import Telling

LIFE_TICKS = 1
"""A handler that began in one tick is dead before the next but one."""


class Process(NamedTuple):
    me: int
    number: int  # of the event, -1 for a wake
    about: str
    born: int
    state: tuple[str, str] | None = None
    answers: tuple[tuple[Any, int], ...] = ()


class Gate(NamedTuple):
    """`tick` is when it was decided, as the entry has it: a handler lives for seconds, and a gap is hours."""

    cart: str
    owner: int
    tick: int
    to: str
    people: frozenset[str]
    held: bool
    too_late: str


class World(NamedTuple):
    tick: int
    stored: tuple[tuple[str, int], ...]
    running: tuple[Process, ...]
    to_tell: tuple[int, ...]
    begun: tuple[int, ...]
    accepted: frozenset[int]
    gates: tuple[Gate, ...]
    wired: tuple[tuple[str, int], ...]
    crashes: int
    losses: int
    throttles: int


@dataclass(frozen=True)
class Scenario:
    events: tuple[Telling, ...]
    wakes: tuple[str, ...] = ("K",)
    until: int = 1
    at_once: int = 3
    crashes: int = 1
    losses: int = 0
    throttles: int = 0


@dataclass
class Found:
    worlds: int
    broken: str | None = None
    trace: list[str] = field(default_factory=list)

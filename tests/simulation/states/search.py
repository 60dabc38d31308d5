"""Breadth first through all states of a small world: whatever can happen, in every order. The first broken promise is met on a
shortest way to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.simulation.states.catalogue import WORLDS
from tests.simulation.states.insides import Insides
from tests.simulation.states.judging import Judge
from tests.simulation.states.moves import Moves
from tests.simulation.states.trace import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulation.states.moves import Move
    from tests.simulation.states.state import State
    from tests.simulation.states.world import World

NOWHERE = -1


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was found. `depth`: moves on the longest of all shortest ways; `rests`: states at rest; `whole`: all states were seen.

    `broken` names the promise that is not kept, `trace` tells the shortest way there.
    """

    world: str
    states: int
    transitions: int
    depth: int
    rests: int
    whole: bool
    broken: str | None = None
    trace: Sequence[str] = field(default=(), repr=False)


class Search:
    """One search. States have numbers, in the order in which they were met."""

    def __init__(self, world: World, most: int) -> None:
        self._world, self._most = world, most
        self._insides = Insides(world)
        self._moves, self._judge = Moves(self._insides), Judge(self._insides)
        start = self._moves.start()
        self._states: list[State] = [start]
        self._met: set[State] = {start}
        self._from: list[int] = [NOWHERE]
        self._transitions = self._rests = self._depth = 0

    def __call__(self) -> Result:
        """Until all is seen, or more than `most` states, or a promise is broken."""
        at, level_ends = 0, 1
        while at < len(self._states) <= self._most:
            if at == level_ends:
                self._depth, level_ends = self._depth + 1, len(self._states)
            state = self._states[at]
            if self._judge.invariants_at_rest(state):
                self._rests += 1
            for move in self._moves.of(state):
                self._transitions += 1
                if move.broken:
                    return self._found(at, move, move.broken)
                if move.state not in self._met:
                    self._met.add(move.state)
                    self._states.append(move.state)
                    self._from.append(at)
                    broken = self._judge.broken(move.state)
                    if broken:
                        return self._found(at, move, broken)
            at += 1
        return self._result(whole=at == len(self._states))

    def _result(self, *, whole: bool, broken: str | None = None, trace: Sequence[str] = ()) -> Result:
        return Result(
            world=self._world.name,
            states=len(self._states),
            transitions=self._transitions,
            depth=self._depth,
            rests=self._rests,
            whole=whole,
            broken=broken,
            trace=trace,
        )

    def _found(self, before: int, last: Move, broken: str) -> Result:
        way = [before]
        while self._from[way[-1]] != NOWHERE:
            way.append(self._from[way[-1]])
        numbers = way[::-1]
        moves = [self._move(here, there) for here, there in pairwise(numbers)]
        lines = [told(self._insides, move) for move in [*moves, last]]
        return self._result(whole=False, broken=broken, trace=lines)

    def _move(self, here: int, there: int) -> Move:
        wanted = self._states[there]
        return next(move for move in self._moves.of(self._states[here]) if move.state == wanted)


def explore(world: World, most: int = 1_000_000) -> Result:
    """All states of a small world, but no more than about `most`."""
    return Search(world, most)()


def explore_all(most: int = 1_000_000) -> list[Result]:
    """All small worlds, one after the other."""
    return [explore(world, most) for world in WORLDS.values()]

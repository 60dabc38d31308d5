"""Time moves from one interesting moment to the next; timers that are due are deleted, sooner or later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.states.contents import CONTACTS, TIMERS
from tests.simulation.states.state import NOT_YET, State
from tests.simulation.states.world import LIFE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.states.insides import Insides

TICK = 20
"""Seconds that a process survives."""


class Passing:
    """Of one small world."""

    def __init__(self, insides: Insides) -> None:
        self._in, self._world = insides, insides.world

    def due(self, state: State) -> bool:
        """Whether a timer may be deleted now."""
        return any(self._in.due(number) <= state.now + self._world.ahead for number in self._in.timers_in(state.contents[TIMERS]))

    def deletions(self, state: State) -> Iterator[tuple[State, str]]:
        """Any due timer may be deleted now, by sweep or by TTL: its record is on its way."""
        before = state.contents[TIMERS]
        for number in sorted(self._in.timers_in(before)):
            if self._in.due(number) > state.now + self._world.ahead:
                continue
            timer = self._in.timer(number)
            effect = self._in.contents.carried_out(TIMERS, before, self._in.programs.call("timers.delete", [timer]))
            contents = (*state.contents[:TIMERS], effect.content, *state.contents[TIMERS + 1 :])
            pending = tuple(sorted((*state.pending, number)))
            yield state._replace(contents=contents, pending=pending), f"{timer.cart}#{timer.generation}"

    def moments(self, state: State) -> Iterator[State]:
        """Where time may move to.

        Nothing to do: to the next moment at which there is. Something left undone: to any moment at which it may matter, at the
        price of a delay. Processes at work: by seconds that they survive, at the price of a tick; a process that hangs until its
        deadline is one that crashed, and a delay.
        """
        dues = {self._in.due(number) for number in self._in.timers_in(state.contents[TIMERS])}
        scripted = {entry.at for entry, told in zip(self._world.entries, state.told, strict=True) if told == NOT_YET}
        ahead = sorted(at for at in dues | scripted if at > state.now)
        if state.processes:
            yield from self._ticks(state, ahead)
        elif state.pending or any(due <= state.now for due in dues):
            if state.budget.delays:
                ends = {self._in.seconds(at) for at in self._in.leases_end(state.contents[CONTACTS])}
                less = state.budget._replace(delays=state.budget.delays - 1)
                for at in sorted({*ahead, *ends, *self._world.moments}):
                    if at > state.now:
                        yield state._replace(now=at, budget=less)
        elif ahead:
            yield state._replace(now=ahead[0])

    def _ticks(self, state: State, ahead: list[int]) -> Iterator[State]:
        if not state.budget.ticks:
            return
        less = state.budget._replace(ticks=state.budget.ticks - 1)
        oldest = min(process.born for process in state.processes)
        for at in sorted({state.now + TICK, *ahead[:1]}):
            if at - oldest <= LIFE:
                yield state._replace(now=at, budget=less)

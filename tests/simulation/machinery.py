"""What AWS does on its own: the schedules and TTL; and the operator, who puts back what died and arms what was lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from rebasket.domain.carts.timer import LEAD, minute_up
from tests.simulation.faults import Fault
from tests.simulation.kernel import DAY, HOUR, MINUTE, ROUNDS, SECOND, End, millis, moment
from tests.simulation.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket.domain.carts.timer import Timer
    from tests.simulation.stream import Stream

LIFE = 30 * SECOND
"""The time-out of `sweep`."""
NIGHT = 240 * SECOND
"""The time-out of `close_books`."""
NEVER = 1 << 60


class _World(Surroundings, Protocol):
    """What surrounds it, and the stream that takes what is deleted."""

    stream: Stream


class Machinery:
    """Schedules, TTL and the operator."""

    def __init__(self, world: _World) -> None:
        self.world = world
        self.stored: dict[tuple[str, str, int, int], Timer] = {}
        self._dues: list[int] = []
        self._waiting: Counter[int] = Counter()
        self._sweeps = 0
        self._next_sweep = NEVER
        self._offset = world.rng.source("schedule").choice((0, 0, 0, 20 * SECOND, 50 * SECOND))

    # -- Timers as stored ----------------------------------------------------------------------------------------------------

    def armed(self, timer: Timer) -> None:
        """One was stored."""
        due = millis(timer.due)
        key = (timer.shop, timer.cart, timer.generation, due)
        if key not in self.stored:
            if due not in self._waiting:
                heappush(self._dues, due)
            self._waiting[due] += 1
            self._expire(key, due)
            self._sweep_by(due)
        self.stored[key] = timer

    def deleted(self, timers: Sequence[Timer]) -> None:
        """Somebody deleted these; the stream gets those that were there."""
        for timer in timers:
            due = millis(timer.due)
            if self.stored.pop((timer.shop, timer.cart, timer.generation, due), None) is not None:
                self._waiting[due] -= 1
        self.world.stream.bring(self.world.stores.removed())

    def _expire(self, key: tuple[str, str, int, int], due: int) -> None:
        """TTL deletes what is due and still there: minutes to days late."""
        world, name = self.world, "/".join(map(str, key))
        draw = world.rng.source("ttl", name)
        late = draw.randrange(HOUR, 12 * HOUR)
        if world.faults.of_edge(Fault.TTL_LATE, "ttl", name):
            late = draw.choice((DAY, 2 * DAY, 4 * DAY))

        def expire() -> None:
            timer = self.stored.get(key)
            if timer is not None:
                world.kernel.say("TTL deletes", name)
                world.stores.timers.delete([timer])
                self.deleted([timer])

        world.kernel.at(max(due, world.kernel.now) + late, expire)

    def next_due(self) -> int | None:
        """The earliest due of all stored timers."""
        while self._dues and not self._waiting[self._dues[0]]:
            del self._waiting[heappop(self._dues)]
        return self._dues[0] if self._dues else None

    # -- Schedules -----------------------------------------------------------------------------------------------------------

    def minute(self) -> None:
        """Every minute: sweep.

        Minutes in which nothing can be due are passed over; their sweeps would only have moved the cursor, so it is moved before
        the next one that has something to do.
        """
        world, now = self.world, self.world.kernel.now
        if now != self._next_sweep:
            return  # an earlier one was asked for since
        due, up = self.next_due(), world.outages.up_again("sweep", now)
        if due is not None and up is None and due <= now + MINUTE:
            world.stores.timers.advance(moment(min(due, now) // MINUTE * MINUTE - MINUTE))
            self.sweep()
            if world.faults.of_edge(Fault.TWICE, "sweep", now):
                world.kernel.at(now + world.rng.source("twice", now).choice((0, 3, 900)), self.sweep)
        self._next_sweep = NEVER
        if due is not None:
            self._sweep_by(max(due, now + 2 * MINUTE if up is None else min(up, now + 10 * MINUTE) + MINUTE))

    def _sweep_by(self, due: int) -> None:
        """Run `minute` in the minute before `due` ends, if nobody asked for an earlier one."""
        when = max(self.world.kernel.now, due - MINUTE - self._offset)
        when = -(-when // MINUTE) * MINUTE + self._offset
        if when < self._next_sweep:
            self._next_sweep = when
            self.world.kernel.at(when, self.minute)

    def sweep(self) -> None:
        """One invocation."""
        world = self.world
        self._sweeps += 1
        name = f"sweep {world.kernel.now // MINUTE}.{self._sweeps}"
        process = world.process(name, LIFE, lambda end, what: None, scope=name)
        world.kernel.spawn(process, lambda: world.functions.sweep(process))

    def night(self) -> None:
        """Every night: close the books."""
        world, now = self.world, self.world.kernel.now
        world.kernel.at(now + DAY, self.night)
        if world.outages.up_again("nightly", now) is not None:
            return
        self.close(1)
        if world.faults.of_edge(Fault.TWICE, "nightly", now):
            world.kernel.at(now + world.rng.source("twice", now).choice((0, 5, 2 * SECOND)), lambda: self.close(11))

    def close(self, attempt: int) -> None:
        """One invocation; EventBridge and Lambda try again."""
        world = self.world
        name = f"close {world.kernel.now // DAY}.{attempt}"

        def ended(end: End, what: object) -> None:
            if end is not End.RETURNED and attempt % 10 < 3:
                world.kernel.at(world.kernel.now + MINUTE, lambda: self.close(attempt + 1))

        process = world.process(name, NIGHT, ended, scope=name)
        world.kernel.spawn(process, lambda: world.functions.close_books(process))

    def look(self) -> None:
        """Every half hour: is every timer there that should be?"""
        world = self.world
        world.kernel.at(world.kernel.now + 30 * MINUTE, self.look)
        stored = ((t.shop, t.cart, t.generation) for t in self.stored.values())
        dead = ((t.shop, t.cart, t.generation) for t, _ in world.stores.dead_letter_queue.dead_lettered)
        world.invariants_at_rest.timers_are_there(frozenset((*stored, *dead, *world.stream.names())))

    # -- The operator ---------------------------------------------------------------------------------------------------------

    def operate(self) -> None:
        """Now and then somebody looks: puts dead timers back, and arms what lost its timer."""
        world, now = self.world, self.world.kernel.now
        world.kernel.at(now + ROUNDS, self.operate)
        self.redrive()
        if world.faults.on:
            self.rearm()
        else:
            self.rearm_if_needed()

    def redrive(self) -> None:
        """Every dead timer and every record in the bucket becomes a timer again."""
        world = self.world
        dead = [timer for timer, _ in world.stores.dead_letter_queue.dead_lettered] + [
            record.timer for record in world.stream.bucket
        ]
        world.stores.dead_letter_queue.dead_lettered.clear()
        world.stream.bucket.clear()
        for timer in dead:
            due = minute_up(moment(world.kernel.now) + LEAD)
            again = replace(timer, attempt=0, due=due)
            world.stores.timers.arm(again)
            self.armed(again)

    def rearm_if_needed(self) -> None:
        """Only the stream's forgetting needs it; whatever else was lost must come back by itself."""
        if self.world.ledger.forgotten:
            self.rearm()

    def rearm(self, attempt: int = 1) -> None:
        """`rebasket rearm`, in the middle of everything; again when it failed."""
        world = self.world
        name = f"rearm {world.kernel.now // MINUTE}"

        def ended(end: End, what: object) -> None:
            if end is not End.RETURNED and attempt < 4:
                world.kernel.at(world.kernel.now + 5 * MINUTE, lambda: self.rearm(attempt + 1))

        process = world.process(name, 10 * MINUTE, ended, scope=name)
        world.kernel.spawn(process, world.rearm)

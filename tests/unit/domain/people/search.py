"""Every order in which a few handlers can run, crash and be repeated, breadth first, so that a trace found is a shortest one.

A world is plain data: the clock, what is stored (by number: equal items have one), the handlers at work (each known by what it
was asked and the answers it has got), what the shop has still to tell, and what no handler sees: what was accepted, which gates
were passed, what went out. The promises are judged by these alone, never by what a handler or an item says.

Faults: a crash after any operation, the event told again or not; a write that is made while its answer is lost; a provider that
does not take a message; timers that fire at any time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from rebasket.domain.people.root import EndlessChain
from tests.unit.domain.people.handlers import IO, Again, Handlers
from tests.unit.domain.people.judge import Judge
from tests.unit.domain.people.worlds import LIFE_TICKS, Found, Process, Scenario, World


class _Pending(Exception):  # no error: the handler asks
    pass


def _frozen(item: Any) -> Any:  # anything that is stored  # noqa: ANN401  # whatever is stored or answered
    if isinstance(item, Mapping):
        return tuple(sorted((str(key), _frozen(value)) for key, value in item.items()))
    if is_dataclass(item):
        return (type(item).__name__, *(_frozen(getattr(item, f.name)) for f in fields(item)))
    return repr(item)


class Search:
    """All worlds of one scenario, with these handlers."""

    def __init__(self, scenario: Scenario, handlers: Handlers) -> None:
        self.scenario, self.handlers = scenario, handlers
        self.judge = Judge(scenario, self._get)
        self.items: list[Any] = [None]
        self.numbers: dict[Any, int] = {}
        self.asked: dict[Any, tuple[Any, ...]] = {}

    def run(self) -> Found:
        s = self.scenario
        first = World(
            0, (), (), tuple(range(len(s.events))), (-1,) * len(s.events), frozenset(), (), (), s.crashes, s.losses, s.throttles
        )
        came: dict[World, tuple[World, str] | None] = {first: None}
        waiting = deque([first])
        while waiting:
            world = waiting.popleft()
            for label, after, broken in self.steps(world):
                if broken:
                    return Found(len(came), broken, [*_way(came, world), label])
                if after not in came:
                    came[after] = (world, label)
                    waiting.append(after)
        return Found(len(came))

    # -- what can happen next

    def steps(self, w: World) -> Iterator[tuple[str, World, str | None]]:
        s = self.scenario
        if len(w.running) < s.at_once:
            for number in w.to_tell:
                event = s.events[number]
                if w.accepted.issuperset(event.when):
                    begun = tuple(w.tick if n == number and t < 0 else t for n, t in enumerate(w.begun))
                    yield self._start(
                        w._replace(to_tell=tuple(n for n in w.to_tell if n != number), begun=begun), number, event.cart
                    )
            for cart in s.wakes:
                asleep = all(p.number >= 0 or p.about != cart for p in w.running)
                if asleep and self._get(w, cart) and not self._get(w, f"{cart}!"):
                    yield self._start(w, -1, cart)
        for process in w.running:
            yield from self._step(w, process)
            if w.crashes:
                told_again = (process.number,) if process.number >= 0 else ()
                rest = tuple(p for p in w.running if p is not process)
                crashed = w._replace(running=rest, crashes=w.crashes - 1, to_tell=tuple(sorted({*w.to_tell, *told_again})))
                yield f"crash of {process.about} {process.number}", crashed, None
        if w.tick < s.until and all(w.tick - process.born < LIFE_TICKS for process in w.running):
            yield "tick", w._replace(tick=w.tick + 1), None

    def _start(self, w: World, number: int, about: str) -> tuple[str, World, None]:
        taken = {p.me for p in w.running} | {gate.owner for gate in w.gates}
        me = next(n for n in range(99) if n not in taken)
        running = (*w.running, Process(me, number, about, w.tick))
        return f"begin {about} {number}", w._replace(running=running), None

    def _step(self, w: World, process: Process) -> Iterator[tuple[str, World, str | None]]:
        op = self._next(w, process)
        label = f"{process.about} {process.number}: {op[:2]}"

        def answered(world: World, value: Any) -> World:  # whatever the operation answers  # noqa: ANN401  # whatever is stored or answered
            after = process._replace(answers=(*process.answers, (value, world.tick)))
            while (op := self._next(w, after))[0] == "again":  # nobody sees it: done at once
                after = after._replace(state=op[1], answers=())
            return world._replace(
                running=tuple(after if p is process else p for p in world.running if p is not process or op != ("end",))
            )

        def over(world: World) -> World:
            return world._replace(running=tuple(p for p in world.running if p is not process))

        match op:
            case ("failed", why):
                yield label, w, f"HANDLER: {why}"
            case ("get", slot):
                yield label, answered(w, dict(w.stored).get(slot, 0)), None
            case ("record", slot, how):
                yield label, over(self._store(w, slot, how)), None
            case ("ack", number):
                accepted = w._replace(accepted=w.accepted | {number})
                yield label, over(accepted), self.judge.unkept(accepted, number)
            case _:
                carried_out = self._put if op[0] == "put" else self._wire
                for note, after, answer, broken in carried_out(w, process, op):
                    yield f"{label}{note}", answered(after, answer), broken

    def _put(self, w: World, process: Process, op: tuple[Any, ...]) -> Iterator[tuple[str, World, bool, str | None]]:
        """A conditional write: made or refused, or made and its answer lost."""
        _, slot, condition, item, gate = op
        stored = self._get(w, slot)
        if condition not in (None, stored.version if stored else 0):
            yield " refused", w, False, None
            return
        written = w._replace(stored=_with(w.stored, slot, item))
        broken = self.judge.misled(w, written, slot)
        if gate:
            written, unlike = self.judge.gated(written, process, gate)
            broken = broken or unlike
        yield "", written, True, broken
        if w.losses:
            yield " answer lost", written._replace(losses=w.losses - 1), False, broken

    def _wire(self, w: World, process: Process, op: tuple[Any, ...]) -> Iterator[tuple[str, World, str, str | None]]:
        """A request to the provider, who takes the message or does not."""
        sent = w._replace(wired=(*w.wired, (op[1], process.me)))
        yield "", sent, "accepted", self.judge.unwanted(sent)
        if w.throttles:
            yield " throttled", w._replace(throttles=w.throttles - 1), "throttled", None

    def _next(self, w: World, process: Process) -> tuple[Any, ...]:
        """What the handler does next: a function of what it was asked and answered alone, so asked once."""
        begun = w.begun[process.number] if process.number >= 0 else 0
        known = (process.me, process.number, process.about, begun, process.state, process.answers)
        if known not in self.asked:
            self.asked[known] = self._run(process, begun)
        return self.asked[known]

    def _run(self, process: Process, begun: int) -> tuple[Any, ...]:
        answers = iter(process.answers)
        pending: list[tuple[Any, ...]] = []

        def ask(op: tuple[Any, ...]) -> Any:  # as above  # noqa: ANN401  # whatever is stored or answered
            answer = next(answers, None)
            if answer is None:
                pending.append(op)
                raise _Pending
            io.tick = answer[1]
            return self.items[answer[0]] if op[0] == "get" else answer[0]

        io = IO(ask)
        try:
            if process.number < 0:
                self.handlers.wake(io, process.about, str(process.me), process.state)
            else:
                event = self.scenario.events[process.number]
                if event.kind == "out":
                    self.handlers.opt_out(io, process.number, event)
                else:
                    self.handlers.ingest(io, process.number, event, begun)
        except _Pending:
            op = pending[0]
            return (*op[:3], self._number(op[3]), op[4]) if op[0] == "put" else op
        except Again as again:
            return ("again", again.state)
        except (KeyError, EndlessChain) as error:
            return ("failed", repr(error))
        return ("end",)

    # -- what is stored

    def _number(self, item: Any) -> int:  # as above  # noqa: ANN401  # whatever is stored or answered
        frozen = _frozen(item)
        if frozen not in self.numbers:
            self.numbers[frozen] = len(self.items)
            self.items.append(item)
        return self.numbers[frozen]

    def _get(self, w: World, slot: str) -> Any:  # as above  # noqa: ANN401  # whatever is stored or answered
        return self.items[dict(w.stored).get(slot, 0)]

    def _store(self, w: World, slot: str, item: Any) -> World:  # as above  # noqa: ANN401  # whatever is stored or answered
        return w if self._get(w, slot) else w._replace(stored=_with(w.stored, slot, self._number(item)))


def _with(stored: tuple[tuple[str, int], ...], slot: str, item: int) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({**dict(stored), slot: item}.items()))


def _way(came: Mapping[World, tuple[World, str] | None], world: World) -> list[str]:
    labels: list[str] = []
    while before := came[world]:
        world, label = before
        labels.append(label)
    return labels[::-1]

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
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

from rebasket.domain.people.person import Person, Pointer
from rebasket.domain.people.root import EndlessChain
from tests.unit.domain.people.handlers import GAP_TICKS, IO, ACart, Again, Handlers, Telling

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
    at_once: int = 2
    crashes: int = 1
    losses: int = 0
    throttles: int = 0


@dataclass
class Found:
    worlds: int
    broken: str | None = None
    trace: list[str] = field(default_factory=list)


class _Pending(Exception):  # no error: the handler asks
    pass


def _frozen(item: Any) -> Any:  # anything that is stored
    if isinstance(item, Mapping):
        return tuple(sorted((str(key), _frozen(value)) for key, value in item.items()))
    if is_dataclass(item):
        return (type(item).__name__, *(_frozen(getattr(item, f.name)) for f in fields(item)))
    return repr(item)


class Search:
    """All worlds of one scenario, with these handlers."""

    def __init__(self, scenario: Scenario, handlers: Handlers) -> None:
        self.scenario, self.handlers = scenario, handlers
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

        def answered(world: World, value: Any) -> World:  # whatever the operation answers
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
                yield label, over(accepted), self._unkept(accepted, number)
            case ("put", *_):
                for note, after, answer, broken in self._put(w, process, op):
                    yield f"{label}{note}", answered(after, answer), broken
            case ("wire", cart, _):
                sent = w._replace(wired=(*w.wired, (cart, process.me)))
                yield label, answered(sent, "accepted"), self._unwanted(sent)
                if w.throttles:
                    yield f"{label} throttled", answered(w._replace(throttles=w.throttles - 1), "throttled"), None

    def _put(self, w: World, process: Process, op: tuple[Any, ...]) -> Iterator[tuple[str, World, bool, str | None]]:
        """A conditional write: made or refused, or made and its answer lost."""
        _, slot, condition, item, gate = op
        stored = self._get(w, slot)
        if condition not in (None, stored.version if stored else 0):
            yield " refused", w, False, None
            return
        written = w._replace(stored=_with(w.stored, slot, item))
        broken = self._misled(w, written, slot)
        if gate:
            written, unlike = self._gated(written, process, gate)
            broken = broken or unlike
        yield "", written, True, broken
        if w.losses:
            yield " answer lost", written._replace(losses=w.losses - 1), False, broken

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

        def ask(op: tuple[Any, ...]) -> Any:  # as above
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

    def _number(self, item: Any) -> int:  # as above
        frozen = _frozen(item)
        if frozen not in self.numbers:
            self.numbers[frozen] = len(self.items)
            self.items.append(item)
        return self.numbers[frozen]

    def _get(self, w: World, slot: str) -> Any:  # as above
        return self.items[dict(w.stored).get(slot, 0)]

    def _store(self, w: World, slot: str, item: Any) -> World:  # as above
        return w if self._get(w, slot) else w._replace(stored=_with(w.stored, slot, self._number(item)))

    # -- the promises

    def people(self, events: frozenset[int], seed: frozenset[str]) -> frozenset[str]:
        """Everybody whom these events make one person with the seed; who was named by a browser's key is with nobody."""
        carts: dict[str, set[str]] = {}
        for number in events:
            event = self.scenario.events[number]
            if event.kind != "out":
                carts.setdefault(event.cart, set()).update(set(event.whom) - set(event.apart))
        grown = seed
        for _ in carts:
            grown = grown.union(*(whom for whom in carts.values() if whom & grown))
        return grown

    def _gated(self, w: World, process: Process, gate: tuple[Any, ...]) -> tuple[World, str | None]:
        cart, to, tick, held = gate
        events = self.scenario.events
        named = {key for n in w.accepted if events[n].cart == cart and events[n].kind != "out" for key in events[n].whom}
        people = self.people(w.accepted, frozenset({to}))
        heard = frozenset(named) | people
        too_late = ""
        for number in w.accepted:
            event = events[number]
            bought = {
                key for n in w.accepted if events[n].cart == event.cart and events[n].kind != "out" for key in events[n].whom
            }
            if event.kind == "out" and heard & set(event.whom):
                too_late = f"after the no of event {number}"
            if event.kind == "buy" and heard & bought and w.begun[number] >= self._get(w, cart).seen:
                too_late = f"after the purchase of event {number}"
        maybe = self.people(frozenset(n for n, tick in enumerate(w.begun) if tick >= 0), frozenset({to}))
        oldest = [
            min(ours, key=lambda g: (g.tick, g.to)) for some in (people, maybe) if (ours := [g for g in w.gates if g.to in some])
        ]
        unlike = oldest and all(g.held is not held for g in oldest)
        passed = Gate(cart, process.me, tick, to, people, held, too_late)
        return w._replace(gates=(*w.gates, passed)), "ARM: both groups for one person" if unlike else None

    def _unwanted(self, w: World) -> str | None:
        """What is wrong with the last request on the wire."""
        passed = [next(g for g in reversed(w.gates) if (g.cart, g.owner) == wired) for wired in w.wired]
        if len({gate.cart for gate in passed}) < len(passed):
            return "TWICE: a second request of one touch"
        if passed[-1].too_late:
            return f"NO: sent {passed[-1].too_late}"
        for other in passed[:-1]:
            earlier, later = sorted((other, passed[-1]), key=w.gates.index)
            if earlier.to in later.people and later.tick - earlier.tick < GAP_TICKS:
                return "GAP: two messages to one person"
        return None

    def _misled(self, before: World, w: World, slot: str) -> str | None:
        """What is wrong with the pointers after a write."""
        was, item = self._get(before, slot), self._get(w, slot)
        if isinstance(was, Pointer):
            return "POINTER: written over"
        if isinstance(item, ACart):
            return None
        for key, number in w.stored:
            if isinstance(self.items[number], Person | Pointer) and self._root(w, key) is None:
                return "CYCLE: a chain without an end"
        return None

    def _root(self, w: World, key: str) -> str | None:
        for _ in range(len(w.stored) + 1):
            item = self._get(w, key)
            if not isinstance(item, Pointer):
                return key
            key = item.leads_to
        return None

    def _unkept(self, w: World, number: int) -> str | None:
        """What an accepted event promised and is not so."""
        event = self.scenario.events[number]
        roots = {key: self._get(w, self._root(w, key) or "") for key in event.whom}
        if event.kind == "out" and not all(root and root.identities[key].said_no for key, root in roots.items()):
            return "EFFECT: an accepted no is not known"
        if event.kind == "buy" and not all(root and root.bought_at for root in roots.values()):
            return "EFFECT: an accepted purchase is not known"
        return None


def _with(stored: tuple[tuple[str, int], ...], slot: str, item: int) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({**dict(stored), slot: item}.items()))


def _way(came: Mapping[World, tuple[World, str] | None], world: World) -> list[str]:
    labels: list[str] = []
    while before := came[world]:
        world, label = before
        labels.append(label)
    return labels[::-1]

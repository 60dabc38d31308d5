"""What can happen next in a small world: every process goes on or dies, something begins, a timer is deleted, time moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rebasket.domain.errors import RebasketError
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from tests.simulation.boundary import EXPECTED
from tests.simulation.calls import CALLS
from tests.simulation.promises import ERROR
from tests.simulation.states.contents import CONTACTS
from tests.simulation.states.outcomes import Outcomes
from tests.simulation.states.passing import Passing
from tests.simulation.states.program import CLOCK, Call, Done, Work, address_hash
from tests.simulation.states.state import ANSWERED, GIVEN_UP, NOBODY, NOT_YET, UNDER_WAY, Process, State, sorted_with, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.states.insides import Insides
    from tests.simulation.states.state import Request
    from tests.simulation.states.world import Entry


class Move(NamedTuple):
    """One thing that happens: the state then, whose doing it was, which call with which answer, how; a promise broken by it."""

    state: State
    note: str
    who: Process | None = None
    call: Call | None = None
    answer: int = NOBODY
    broken: str | None = None


class Moves:
    """Of one small world."""

    def __init__(self, insides: Insides) -> None:
        self._in, self._world = insides, insides.world
        self._outcomes, self._passing = Outcomes(insides), Passing(insides)
        self._names = {entry.name: index for index, entry in enumerate(self._world.entries)}

    def start(self) -> State:
        """Nothing has happened."""
        none = tuple(0 for _ in self._world.entries)
        return State(0, self._in.contents.empty(), (), (), none, none, (), (), self._world.budget)

    def of(self, state: State) -> Iterator[Move]:
        """All that can happen next."""
        for index, process in enumerate(state.processes):
            rest = state._replace(processes=state.processes[:index] + state.processes[index + 1 :])
            yield from self._goes_on(rest, process)
        if len(state.processes) < self._world.most:
            for ready, process in self._beginnings(state):
                yield from self._goes_on(ready, process)
        for deleted, timer in self._passing.deletions(state):
            yield Move(deleted, f"timer {timer} is deleted")
        for later in self._passing.moments(state):
            yield Move(later, "time passes")

    # -- A process ---------------------------------------------------------------------------------------------------------

    def _goes_on(self, rest: State, process: Process) -> Iterator[Move]:
        """It makes its next call; `rest` is the world without it."""
        call = self._in.programs.next(process.program)
        if isinstance(call, Done):
            after, broken = self._ends(rest, process, call)
            yield Move(after, "ends", process, None, NOBODY, broken)
            return
        for outcome in self._outcomes.of(rest, process, call):
            program = self._in.programs.answered(process.program, outcome.answer)
            moved = Process(program, process.born, process.entry, process.record, process.owner, outcome.gate)
            if outcome.state is not rest and rest.budget.crashes:
                for after in self._dies(outcome.state, process):
                    yield Move(after, f"{outcome.note} then CRASH".lstrip(), process, call, outcome.answer, outcome.broken)
            for after, broken, died in self._settled(outcome.state, moved):
                yield Move(after, died or outcome.note, process, call, outcome.answer, outcome.broken or broken)

    def _settled(self, rest: State, process: Process) -> Iterator[tuple[State, str | None, str]]:
        """Until its next call that others can notice, or until it dies before that: (state, broken promise, how it died).

        While no time can pass before it, a look at the clock is answered at once. A stored link is what it always will be, and is
        only looked for by whoever was sent it. A timer that is not due yet is noticed by nobody before time has passed. Whoever
        is alone in the world reads on undisturbed.
        """
        programs, now = self._in.programs, self._in.clock(rest)
        while True:
            call = programs.next(process.program)
            if isinstance(call, Done):
                yield (*self._ends(rest, process, call), "")
                return
            if call.name == CLOCK and not rest.budget.ticks:
                answer = now
            elif (
                call.name == "links.put"
                or (call.name == "timers.arm" and self._in_peace(rest, call))
                or (call.name in CALLS and not CALLS[call.name].writes and self._alone(rest))
            ):
                outcome = self._outcomes.carried_out(rest, process, call)
                rest, answer = outcome.state, outcome.answer
                if rest.budget.crashes and call.name == "timers.arm":
                    yield from ((after, None, f"then CRASH after {call.name}") for after in self._dies(rest, process))
            else:
                yield rest._replace(processes=tuple(sorted((*rest.processes, process)))), None, ""
                return
            program = programs.answered(process.program, answer)
            process = Process(program, process.born, process.entry, process.record, process.owner, process.gate)

    def _alone(self, rest: State) -> bool:
        """Whether nobody else is at work, and nothing else can begin before time has passed."""
        budget = rest.budget
        if (
            rest.processes
            or rest.pending
            or budget.ticks
            or budget.errors
            or (budget.words and rest.wire)
            or self._passing.due(rest)
        ):
            return False
        entries = zip(self._world.entries, rest.told, strict=True)
        return not any(
            (budget.repeats and told == ANSWERED) or (told == NOT_YET and self._may_begin(rest, e)) for e, told in entries
        )

    def _in_peace(self, rest: State, call: Call) -> bool:
        """Whether a timer can be armed with nobody noticing now."""
        budget, timer = rest.budget, call.given[0]
        return not (budget.ticks or budget.errors) and timer is not None and self._in.ahead(timer, rest.now)

    def _ends(self, rest: State, process: Process, done: Done) -> tuple[State, str | None]:
        """A record is acknowledged, an entry answered; or not."""
        error = done.error or getattr(done.result, "error", None)
        unexpected = error is not None and not (
            isinstance(error, EXPECTED) if process.record != NOBODY else isinstance(error, RebasketError)
        )
        broken = f"{ERROR}: {error!r}" if unexpected else None
        if done.error is not None:
            return self._unanswered(rest, process, GIVEN_UP), broken
        told = rest.told
        if process.entry != NOBODY:
            told = (*told[: process.entry], ANSWERED, *told[process.entry + 1 :])
        key = self._no_of(rest, process)
        noes = rest.noes if key is None or key in rest.noes else tuple(sorted((*rest.noes, key)))
        return rest._replace(told=told, noes=noes), broken

    def _no_of(self, rest: State, process: Process) -> str | None:
        """Whose "no" it was that this process stored."""
        work = self._in.programs.work(process.program)
        if work.kind == "opt out":
            touch = str(work.subject).rpartition("~")[2]
            return next(request.key for request in rest.wire if request.touch == touch)
        if work.kind == "erase":
            return address_hash(self._world.shop.id, work.subject)
        if work.kind == "feedback" and work.subject.word is not DeliveryEvent.ACCEPTED:
            return str(work.subject.contact)
        return None

    def _dies(self, rest: State, process: Process) -> Iterator[State]:
        """Its record comes back; its entry is told again, or given up.

        It needs to die only right after it did something: before it, it might as well not have begun, and whatever it reads
        afterwards it takes along.
        """
        rest = rest._replace(budget=rest.budget._replace(crashes=rest.budget.crashes - 1))
        yield self._unanswered(rest, process, GIVEN_UP)
        if process.entry != NOBODY and rest.told[process.entry] != ANSWERED and rest.budget.retellings:
            less = rest._replace(budget=rest.budget._replace(retellings=rest.budget.retellings - 1))
            yield self._unanswered(less, process, NOT_YET)

    @staticmethod
    def _unanswered(rest: State, process: Process, told: int) -> State:
        if process.record != NOBODY:
            return rest._replace(pending=sorted_with(rest.pending, process.record))
        if process.entry == NOBODY or rest.told[process.entry] == ANSWERED:
            return rest
        return rest._replace(told=(*rest.told[: process.entry], told, *rest.told[process.entry + 1 :]))

    # -- Beginnings --------------------------------------------------------------------------------------------------------

    def _beginnings(self, state: State) -> Iterator[tuple[State, Process]]:
        yield from self._wakes(state)
        yield from self._entries(state)
        if state.budget.words and self._world.word is not None:
            less = state._replace(budget=state.budget._replace(words=state.budget.words - 1))
            for request in sorted(set(state.wire)):
                if request.accepted:
                    yield less, self._process(state, Work("feedback", self._feedback(state, request)))

    def _wakes(self, state: State) -> Iterator[tuple[State, Process]]:
        for record in sorted(set(state.pending)):
            owner = self._owner(state, record)
            process = self._process(state, Work("wake", self._in.timer(record)), owner=owner, record=record)
            yield state._replace(pending=without(state.pending, record)), process
            if state.budget.redeliveries:
                yield state._replace(budget=state.budget._replace(redeliveries=state.budget.redeliveries - 1)), process

    def _owner(self, state: State, record: int) -> int:  # a planted bug takes it from there
        """A fresh draw: the smallest number that nobody has."""
        taken = self._in.owners(state.contents[CONTACTS])
        living = {process.owner for process in state.processes}
        return next(n for n in range(99) if n not in living and f"o{n}" not in taken)

    def _entries(self, state: State) -> Iterator[tuple[State, Process]]:
        for index, entry in enumerate(self._world.entries):
            told = state.told[index]
            if told == NOT_YET and self._may_begin(state, entry):
                marked = (*state.told[:index], UNDER_WAY, *state.told[index + 1 :])
                begun = state.begun
                if not begun[index]:
                    answered = sum(1 << i for i, how in enumerate(state.told) if how == ANSWERED)
                    answered |= 1 << len(begun)  # that it began, though nothing was answered before
                    begun = (*begun[:index], answered, *begun[index + 1 :])
                yield state._replace(told=marked, begun=begun), self._process(state, entry.work, entry=index)
            elif told == ANSWERED and state.budget.repeats and entry.work.kind == "event":
                less = state.budget._replace(repeats=state.budget.repeats - 1)
                yield state._replace(budget=less), self._process(state, entry.work, entry=index)

    def _may_begin(self, state: State, entry: Entry) -> bool:
        if state.now < entry.at:
            return False
        if entry.sent and not any(request.touch == entry.sent and request.accepted for request in state.wire):
            return False
        return all(state.told[self._names[name]] == ANSWERED for name in entry.after)

    def _process(self, state: State, work: Work, *, owner: int = NOBODY, entry: int = NOBODY, record: int = NOBODY) -> Process:
        return Process(self._in.programs.begin(work, f"o{owner}"), state.now, entry, record, owner)

    def _feedback(self, state: State, request: Request) -> Feedback:
        return Feedback(
            shop=self._world.shop.id,
            day=request.day,
            touch=TouchId.parse(request.touch),
            contact=request.key,
            channel=self._in.channel(request.key),
            word=self._world.word or DeliveryEvent.ACCEPTED,
            message_id=f"m-{request.touch}",
            at=self._in.moment(state.now),
        )

"""What may come of one call of a port: it does its work, or something goes wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.person import Person
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.sending.message import Email
from rebasket.domain.sending.tags import touch_in
from tests.simulation.boundary import ReadTimeout, Throttling
from tests.simulation.calls import CALLS
from tests.simulation.promises import AFTER, BALANCE, CAP, TWICE
from tests.simulation.states.contents import CONTACTS, PLACE
from tests.simulation.states.program import CLOCK, Raises, address_hash
from tests.simulation.states.state import NOBODY, Gate, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.states.insides import Insides
    from tests.simulation.states.program import Call
    from tests.simulation.states.state import Process, State


class Outcome(NamedTuple):
    """What the caller is answered, what the world is then, and how it went: in words, where it did not just go well."""

    answer: int
    state: State
    gate: Gate | None
    broken: str | None = None
    note: str = ""


class Outcomes:
    """Of the calls in one small world."""

    def __init__(self, insides: Insides) -> None:
        self._in = insides
        self._requests: dict[int, Request] = {}
        self._passed: dict[tuple[int, int], tuple[str, str, SendState] | None] = {}
        answer = insides.programs.answers.number
        self._refused, self._done = answer(False), answer(True)
        self._throttled, self._rejected = answer(Raises(Throttled("slow down"))), answer(Raises(Rejected("not this one")))
        self._silent = answer(Raises(ReadTimeout("no answer")))
        self._failed = answer(Raises(Throttling("not now")))

    def of(self, state: State, process: Process, call: Call) -> Iterator[Outcome]:
        """All of them."""
        if call.name == CLOCK:
            yield Outcome(self._in.clock(state), state, process.gate)
        elif call.name.endswith(".send"):
            yield from self._on_the_wire(state, process, call)
        else:
            yield from self._stored(state, process, call)

    def _stored(self, state: State, process: Process, call: Call) -> Iterator[Outcome]:
        budget = state.budget
        done = self.carried_out(state, process, call)
        yield done
        changed = done.state is not state
        if budget.lost and changed and done.answer == self._done and CALLS[call.name].conditional:
            poorer = done.state._replace(budget=budget._replace(lost=budget.lost - 1))
            yield Outcome(self._refused, poorer, done.gate, done.broken, "took effect, ANSWER LOST, the repeat is refused")
        if budget.errors and process.record != NOBODY:
            less = budget._replace(errors=budget.errors - 1)
            yield Outcome(self._failed, state._replace(budget=less), process.gate, None, "FAILS")
            if changed:
                yield Outcome(self._silent, done.state._replace(budget=less), done.gate, done.broken, "took effect, NO ANSWER")

    def carried_out(self, state: State, process: Process, call: Call) -> Outcome:
        """A store does what it is told."""
        place = PLACE[call.name.partition(".")[0]]
        before = state.contents[place]
        effect = self._in.contents.carried_out(place, before, call)
        if not effect.changed:
            return Outcome(effect.answer, state, process.gate)
        contents = (*state.contents[:place], effect.content, *state.contents[place + 1 :])
        after = state._replace(contents=contents)
        broken, gate = effect.broken, process.gate
        if place == CONTACTS and process.record != NOBODY:
            gate, late = self._at_the_gate(state, process, call)
            broken = broken or late
        elif call.name == "episodes.record":
            broken = broken or self._unfounded(state, call)
        return Outcome(effect.answer, after, gate, broken)

    # -- The gate ----------------------------------------------------------------------------------------------------------

    def _at_the_gate(self, state: State, process: Process, call: Call) -> tuple[Gate | None, str | None]:
        """Whether this write passed the gate, and whether it should have."""
        passed = self._entry(state.contents[CONTACTS], call)
        if passed is None:
            return process.gate, None
        touch, key, sort = passed
        if sort in (SendState.RELEASED, SendState.REFUSED):
            return None, None
        stopped = self._in.stops.why(state, key, touch)
        if sort is SendState.HELD:
            return None, f"{AFTER}: {touch} is held, though {stopped}" if stopped else None
        return Gate(touch, key, stopped), None

    def _entry(self, before: int, call: Call) -> tuple[str, str, SendState] | None:
        """The touch that a write of a contact decides, whose it is, and how."""
        key = (before, call.number)
        if key not in self._passed:
            self._passed[key] = None
            if call.name == "contacts.put":
                stored = self._in.contents.store(CONTACTS, before).items.values()
                known = {(touch, send) for item in stored if isinstance(item, Person) for touch, send in item.sends.items()}
                for touch, send in call.given[0].sends.items():
                    if (touch, send) not in known:
                        self._passed[key] = (str(touch), send.to, send.state)
        return self._passed[key]

    def _unfounded(self, state: State, call: Call) -> str | None:
        """Held is what passed the gate as held. Unknown is what nobody knows: not while whoever passed the gate is at it."""
        ref, step, touch = call.given
        name = f"{ref.cart}#{ref.generation}#{step}"
        if touch.state is TouchState.HELD and name not in self._in.held(state.contents[CONTACTS]):
            return f"{BALANCE}: {name} is recorded as held, and never passed the gate"
        if any(other.gate and other.gate.touch == name for other in state.processes):
            return f"{BALANCE}: {name} is recorded as {touch.state}, while another wake is about to send it"
        return None

    # -- The wire ----------------------------------------------------------------------------------------------------------

    def _on_the_wire(self, state: State, process: Process, call: Call) -> Iterator[Outcome]:
        request, budget = self._request(call), state.budget
        broken = self._ungated(process, request)
        accepted = state._replace(wire=tuple(sorted((*state.wire, request))))
        yield Outcome(
            self._in.programs.answers.number(f"m-{request.touch}"), accepted, None, broken or self._too_many(accepted, request)
        )
        if budget.throttles:
            less = state._replace(budget=budget._replace(throttles=budget.throttles - 1))
            yield Outcome(self._throttled, less, None, broken, "THROTTLED")
        if budget.rejects:
            less = state._replace(budget=budget._replace(rejects=budget.rejects - 1))
            yield Outcome(self._rejected, less, None, broken, "REJECTED")
        if budget.silences:
            less = accepted._replace(budget=budget._replace(silences=budget.silences - 1))
            broken = broken or self._too_many(less, request)
            yield Outcome(self._silent, less, None, broken, "accepted, NO ANSWER")
            lost = tuple(sorted((*state.wire, request._replace(accepted=False))))
            yield Outcome(self._silent, less._replace(wire=lost), None, broken, "LOST on the way, NO ANSWER")

    def _request(self, call: Call) -> Request:
        found = self._requests.get(call.number)
        if found is None:
            found = self._requests[call.number] = _read(call.given[0])
        return found

    @staticmethod
    def _ungated(process: Process, request: Request) -> str | None:
        gate = process.gate
        if gate is None or (gate.touch, gate.key) != (request.touch, request.key):
            return f"{TWICE}: a request for {request.touch} without a gate of its own"
        return f"{AFTER}: {request.touch} passed the gate, though {gate.stopped}" if gate.stopped else None

    def _too_many(self, state: State, request: Request) -> str | None:
        if sum(other.touch == request.touch for other in state.wire) > 1:
            return f"{TWICE}: a second request for {request.touch} that may have been accepted"
        to = sum(other.key == request.key for other in state.wire)
        cap = self._in.world.shop.policy.cap
        return f"{CAP}: {to} messages to {request.key}, {cap} are allowed" if to > cap else None


def _read(message: Any) -> Request:
    """What a message is about."""
    found = touch_in(message.tags) if isinstance(message, Email) else None
    if found is not None:
        _, day, touch, key = found
        return Request(str(touch), key, day, accepted=True)
    shop, day, touch_text = message.body.split(" ")[0].rpartition("/")[2].split("~")
    return Request(touch_text, address_hash(shop, message.to), day, accepted=True)

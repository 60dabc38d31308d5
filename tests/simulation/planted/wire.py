"""Bugs on the way to the wire: who owns a claim, what a missing answer means, which channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import Throttled
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.person import Person
from rebasket.domain.reminders import claim
from rebasket.usecases.reminding import send_step as touch
from rebasket.usecases.reminding.send_step import SendStep
from tests.simulation.boundary import ReadTimeout
from tests.simulation.faults import Fault
from tests.simulation.planted.catalogue import Patch, bug, spoiled
from tests.simulation.provider import Provider
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


@bug("the SDK repeats requests to the mail provider")
def _retries() -> list[Patch]:
    once = Provider._send  # patched on purpose, as everything here

    def send(self: Provider, taken: Any) -> str:
        try:
            return once(self, taken)
        except ReadTimeout:
            return once(self, taken)

    return [(Provider, "_send", send)]


@bug("the owner is taken from the record")
def _owner() -> list[Patch]:
    def draw(self: World) -> str:
        return self.kernel.process.scope.rpartition(":")[0]

    return [(World, "draw", draw)]


@bug("a request without a clear answer is tried again")
def _unclear() -> list[Patch]:
    send = SendStep._send

    def patched(self: SendStep, *given: Any) -> Any:
        def deliver(message: Any) -> str:
            try:
                return self.deliver(message)
            except ReadTimeout as error:
                raise Throttled(str(error)) from error

        return send(spoiled(self, deliver=_Deliver(self.deliver, deliver)), *given)

    return [(SendStep, "_send", patched)]


class _Deliver:
    def __init__(self, real: Any, call: Callable[[Any], str]) -> None:
        self._real, self._call = real, call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __call__(self, message: Any) -> str:
        return self._call(message)


@bug("the lease is ignored: another wake's claim is taken over")
def _lease() -> list[Patch]:
    claim_state = claim.claim_state

    def patched(*given: Any) -> Any:
        found = claim_state(*given)
        return claim.Owned(1) if isinstance(found, claim.Leased) else found

    return [(claim, "claim_state", patched)]


@bug("the lease is shorter than its owner lives")
def _short_lease() -> list[Patch]:
    return [(claim, "LEASE", timedelta(0))]


@bug("a claim whose owner died is sent again")
def _lapsed() -> list[Patch]:
    claim_state = claim.claim_state

    def patched(*given: Any) -> Any:
        found = claim_state(*given)
        return claim.Free(2) if isinstance(found, claim.Expired) else found

    return [(claim, "claim_state", patched)]


@bug("a claim is given back by whoever comes")
def _release() -> list[Patch]:
    def released(known: Person, which: Any, owner: str) -> Person:
        mine = known.sends.get(which)
        if mine is None or mine.state is not SendState.CLAIMED:
            return known
        return known.written(sends={**known.sends, which: replace(mine, state=SendState.RELEASED)})

    send = SendStep._go_on

    def go_on(self: SendStep, passing: Any, whose: Any) -> Any:
        if isinstance(whose, claim.Leased):
            self._end(passing.due, passing.to, released)
        return send(self, passing, whose)

    return [(touch, "released", released), (SendStep, "_go_on", go_on)]


@bug("the channel is not bound before the gate", Fault.REPEATED, Fault.REORDERED, carts=60)
def _channel() -> list[Patch]:
    def send_of(self: Person, which: Any, day: str) -> Any:
        entry = self.sends.get(which)
        return entry if entry and entry.day == day and entry.to == self.key else None

    return [(Person, "send_of", send_of)]

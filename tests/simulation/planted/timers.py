"""Bugs in what wakes a cart: when it is armed, swept, forgotten, lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from rebasket import memory
from rebasket.domain.carts.cart import Cart, Phase
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.episode import TouchState
from rebasket.usecases.recording import record_event
from rebasket.usecases.recording.record_event import Recorded, RecordEvent
from rebasket.usecases.reminding.due_step import Retry
from rebasket.usecases.reminding.follow_up import FollowUp
from rebasket.usecases.reminding.process_timer import ProcessedTimer, ProcessTimer
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.timers import sweep as sweep_timers
from rebasket.usecases.timers.rearm import Rearm
from rebasket.usecases.timers.sweep import SweepTimers, Swept
from tests.simulation.edges import Functions
from tests.simulation.faults import Fault
from tests.simulation.machinery import Machinery
from tests.simulation.planted.catalogue import Patch, bug, spoiled


@bug("LEAD is too short", Fault.DELAYED, Fault.STALL)
def _lead() -> list[Patch]:
    return [(record_event, "LEAD", timedelta(0))]


@bug("the cart is put before its timer is armed")
def _promise_first() -> list[Patch]:
    call = RecordEvent.__call__

    def patched(self: RecordEvent, event: Any) -> Recorded:
        later: list[Any] = []

        class _Timers:
            def arm(self, timer: Any) -> None:
                later.append(timer)

        done = call(spoiled(self, timers=_Timers()), event)
        for timer in later[-1:]:
            self.timers.arm(timer)
        return done

    return [(RecordEvent, "__call__", patched)]


@bug("the successor is armed after the send, and not when its answer was unclear")
def _successor() -> list[Patch]:
    send = SendStep._send

    class _Timers:
        def arm(self, timer: Any) -> None:
            pass

    def patched(self: SendStep, passing: Any, *given: Any) -> Any:
        ended, due = send(spoiled(self, timers=_Timers()), passing, *given), passing.due
        if isinstance(ended, Retry):
            return ended
        after = schedule.successor_due(due.step, due.header, due.policy, self.clock())
        if after is not None and ended.state is TouchState.SENT:
            return Retry(after, "the next step")
        return _Stop(NEVER, "done") if after is not None else ended

    return [(SendStep, "_send", patched), *_unarmed()]


class _Stop(Retry):
    """A Later that arms nothing: `at` is NEVER."""


NEVER: Any = None


def _unarmed() -> list[Patch]:
    timer_for = schedule.timer_for

    def patched(cart: Cart, generation: int, at: Any) -> Any:
        return None if at is None else timer_for(cart, generation, at)

    arm = memory.MemoryTimers.arm

    def only_real(self: Any, timer: Any) -> None:
        if timer is not None:
            arm(self, timer)

    armed = Machinery.armed

    def seen(self: Machinery, timer: Any) -> None:
        if timer is not None:
            armed(self, timer)

    return [(schedule, "timer_for", patched), (memory.MemoryTimers, "arm", only_real), (Machinery, "armed", seen)]


@bug("what was released is not armed again")
def _released() -> list[Patch]:
    call = SendStep.__call__

    def patched(self: SendStep, *given: Any) -> Any:
        ended = call(self, *given)
        return _Stop(NEVER, ended.why) if isinstance(ended, Retry) and ended.why.startswith("not accepted") else ended

    return [(SendStep, "__call__", patched), *_unarmed()]


@bug("generations are not kept on the cart")
def _generations() -> list[Patch]:
    return [(schedule, "KEPT_EPISODES", 1), (FollowUp, "_let_go", lambda self, shop, before, after: None)]


@bug("an episode is filed under the day of its wake")
def _day() -> list[Patch]:
    look = schedule.evaluate

    def patched(cart: Cart, timer: Any, policy: Any, activated_at: Any, now: Any) -> Any:
        found = look(cart, timer, policy, activated_at, now)
        if isinstance(found, schedule.Proceed):
            return replace(found, ref=replace(found.ref, day=f"{now:%Y-%m-%d}"))
        return found

    return [(schedule, "evaluate", patched)]


@bug("an error in a wake is swallowed")
def _swallowed() -> list[Patch]:
    return [(ProcessTimer, "again", lambda self, timer, error: ProcessedTimer("swallowed"))]


@bug("the stream's handler answers None")
def _none() -> list[Patch]:
    call = Functions._call

    def patched(self: Functions, name: str, event: Any, process: Any) -> Any:
        answer = call(self, name, event, process)
        return None if name == "remind" else answer

    return [(Functions, "_call", patched)]


@bug("TTL is taken as punctual: nothing sweeps")
def _ttl() -> list[Patch]:
    return [(SweepTimers, "__call__", lambda self, time_is_up: Swept(0, 0, timedelta(0)))]


@bug("sweep forgets where it stopped", Fault.DOWN, Fault.TTL_LATE)
def _cursor() -> list[Patch]:
    return [(memory.MemoryTimers, "cursor", lambda self: None), *_short_look_back()]


def _short_look_back() -> list[Patch]:

    return [(sweep_timers, "FIRST_LOOK_BACK", timedelta(0))]


@bug("rearm arms nothing")
def _rearm() -> list[Patch]:
    return [(Rearm, "__call__", lambda self, dry=False: [])]


@bug("a cart has one timer only")
def _one_timer() -> list[Patch]:
    arm = memory.MemoryTimers.arm

    def patched(self: Any, timer: Any) -> None:
        for minute in list(self.items):
            self.items[minute] = {key: other for key, other in self.items[minute].items() if key[:2] != (timer.shop, timer.cart)}
        arm(self, timer)

    return [(memory.MemoryTimers, "arm", patched)]


@bug("declaring overwrites what came meanwhile")
def _declares() -> list[Patch]:
    put = memory.MemoryCarts.put

    def patched(self: Any, cart: Cart) -> bool:
        known = self.items.get((cart.shop, cart.id))
        if known is not None and cart.phase is Phase.ABANDONED and known.version >= cart.version:
            cart = replace(cart, version=known.version + 1)
        return put(self, cart)

    return [(memory.MemoryCarts, "put", patched)]


@bug("an event is acknowledged though its write was refused")
def _acknowledged() -> list[Patch]:
    return [(record_event, "MAX_RETRIES", 1), (record_event, "Contended", _Fine), *_fine()]


class _Fine(Exception):
    """Stands for Contended, and is swallowed."""


def _fine() -> list[Patch]:
    call = RecordEvent.__call__

    def patched(self: RecordEvent, event: Any) -> Recorded:
        try:
            return call(self, event)
        except _Fine:
            return Recorded.ACCEPTED

    return [(RecordEvent, "__call__", patched)]

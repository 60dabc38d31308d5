"""Where the code meets the world: every call of a port stops here, may go wrong, and is seen by the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rebasket.domain.errors import RebasketError, Rejected, Throttled
from tests.simulation.calls import CALLS
from tests.simulation.faults import Fault
from tests.simulation.kernel import SECOND
from tests.simulation.promises import ACROSS, broken
from tests.simulation.trace import brief

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.calls import Kind
    from tests.simulation.faults import Faults
    from tests.simulation.kernel import Kernel, Process
    from tests.simulation.rng import Rng

T = TypeVar("T")


class Throttling(Exception):
    """The table did not take the request, the SDK's own retries included. Nothing happened."""


class ReadTimeout(Exception):
    """No answer, though the request may have done its work."""


class Unreadable(Exception):
    """An item that nothing can make sense of."""


EXPECTED = (Throttling, ReadTimeout, Unreadable, RebasketError)
"""What may go wrong in a world with faults. Anything else is a bug."""


def _nobody(_process: Process, _call: str) -> bool:
    return False


class Boundary:
    """Interposes on calls. `ambush` is told of every call before it is made: whether somebody jumped in, who needs a while."""

    def __init__(self, kernel: Kernel, rng: Rng, faults: Faults) -> None:
        self.kernel, self.rng, self.faults = kernel, rng, faults
        self.ambush: Callable[[Process, str], bool] = _nobody
        self.calls = 0

    def call(self, name: str, shop: str | None, effect: Callable[[], T], *, refused: T | None = None) -> T:
        """Make one call: wait for its turn, take effect, answer; or go wrong on the way. The hub's own calls just take effect.

        `refused` is what a conditional write answers when its condition did not hold.
        """
        if self.kernel.running is None:
            return effect()
        fault = self._turn(CALLS[name], shop)
        if fault is None:
            return self._said(name, effect())
        if fault is Fault.THROTTLED:
            self.kernel.say(name, "THROTTLED")
            self.kernel.process.troubles += 1
            raise Throttling(name)
        done = self._said(name, effect())
        if fault is Fault.CRASH_AFTER:
            self.kernel.crash(f"after {name}")
        if fault is Fault.ANSWER_LOST and refused is not None:
            self.kernel.say(name, "ANSWER LOST, the SDK's repeat is refused" if done else "refused")
            return refused
        self.kernel.say(name, "NO ANSWER, though it took effect")
        self.kernel.process.troubles += 1
        raise ReadTimeout(name)

    def send(self, name: str, shop: str, request: Callable[[bool | None], T]) -> T:
        """Put one request on the wire. `request` is told what becomes of it: accepted, surely not (False), or lost (None)."""
        if self.kernel.running is None:
            return request(True)
        fault = self._turn(CALLS[name], shop)
        if fault in (Fault.THROTTLED, Fault.REJECTED):
            self.kernel.say(name, fault.value.upper())
            request(False)
            raise (Throttled if fault is Fault.THROTTLED else Rejected)(name)
        if fault is Fault.NO_ANSWER:
            self.kernel.say(name, "LOST ON THE WAY, no answer")
            request(None)
            self.kernel.process.troubles += 1
            raise ReadTimeout(name)
        answer = self._said(name, request(True))
        if fault is Fault.CRASH_AFTER:
            self.kernel.crash(f"after {name}")
        if fault is Fault.TIMED_OUT:
            self.kernel.say(name, "NO ANSWER, though it was accepted")
            self.kernel.process.troubles += 1
            raise ReadTimeout(name)
        return answer

    def _turn(self, kind: Kind, shop: str | None) -> Fault | None:
        """Wait for this call's turn; what goes wrong with it then."""
        process = self.kernel.process
        self.calls += 1
        process.steps += 1
        scope, step = process.scope, process.steps
        pace, trouble, stall, _ = self.rng.four(scope, step, kind.name)
        ambushed = self.ambush(process, kind.name)
        latency = self._latency(kind, pace, stall, scope, step)
        self.kernel.wait(latency + pace % 2_000 if ambushed else latency)
        if shop is not None and process.shop is not None and shop != process.shop:
            broken(ACROSS, f"{kind.name} for {shop} in the work of {process.shop}")
        fault = self.faults.of_call(kind, trouble, scope, step)
        if fault is Fault.CRASH_BEFORE:
            self.kernel.crash(f"before {kind.name}")
        return fault

    def partial(self, name: str) -> int | None:
        """For a batch: how many of it shall take effect before an error; None for all."""
        process = self.kernel.running
        if process is None or not self.faults.on:
            return None
        draw = self.rng.four(process.scope, process.steps, f"{name} partly")
        return draw[1] % 3 if self.faults.of_edge(Fault.PARTIAL, name, process.scope, process.steps) else None

    def _latency(self, kind: Kind, pace: int, stall: int, scope: str, step: int) -> int:
        if self.faults.stalls(kind, stall, scope, step):
            return SECOND // 2 + pace % (26 * SECOND)
        spread = pace >> 8
        return 1 + spread % 12 if pace % 16 else 1 + spread % 700

    def _said(self, name: str, answer: T) -> T:
        if self.kernel.trace is not None and (answer or name != "timers.due_at"):
            self.kernel.say(name, "→", brief(answer))
        return answer

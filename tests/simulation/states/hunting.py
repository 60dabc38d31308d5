"""Planted bugs that live in the core, each hunted through the small worlds: how many states until a promise breaks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulation.planted.catalogue import planted
from tests.simulation.promises import ERROR
from tests.simulation.states.catalogue import WORLDS
from tests.simulation.states.moves import Moves
from tests.simulation.states.search import explore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.simulation.states.state import State

OWNER = "the owner is taken from the record"

WHERE: Mapping[str, str] = {
    "the gate does without the contact's version": "purchase",
    "the cap is read outside the gate": "cap",
    "one clock in the gate: ours": "told late",
    "one clock in the gate: the shop's": "clocks",
    "purchases on other carts do not count": "other cart",
    "the purchase is not stamped on the contacts": "other cart",
    "an address that is named after the purchase is not stamped": "late name",
    "the cart is written before the contacts": "other cart",
    "the control group bypasses the gate": "held",
    "an opt-out does not raise the contact's version": "opt-out",
    "LEAD is too short": "lead",
    "the cart is put before its timer is armed": "crash",
    "the successor is armed after the send, and not when its answer was unclear": "silence",
    "what was released is not armed again": "throttle",
    "generations are not kept on the cart": "generations",
    "an episode is filed under the day of its wake": "midnight",
    "an error in a wake is swallowed": "errors",
    "a cart has one timer only": "return",
    "declaring overwrites what came meanwhile": "purchase",
    "an event is acknowledged though its write was refused": "purchase",
    OWNER: "crash",
    "a request without a clear answer is tried again": "silence",
    "the lease is ignored: another wake's claim is taken over": "twice",
    "the lease is shorter than its owner lives": "twice",
    "a claim whose owner died is sent again": "crash",
    "a claim is given back by whoever comes": "twice",
    "the channel is not bound before the gate": "channels",
    "the cost is booked before the outcome": "throttle",
    "feedback overwrites what was recorded": "silence",
    "an order is credited at every repeat": "credit",
    "what was paid back is added at every repeat": "refund",
    "what was paid back before its order is bound waits nowhere": "refund",
}
"""Each bug, and the world that was made to find it."""


@dataclass(frozen=True)
class Hunted:
    """After how many states a bug was found in which world, and by which broken promise; None: it was not."""

    bug: str
    world: str
    states: int | None
    broken: str
    trace: Sequence[str]


def hunt(bug: str, world: str | None = None, most: int = 200_000) -> Hunted:
    """Plant it, and look. That the code merely fails does not count."""
    where = world or WHERE[bug]
    with _planted(bug):
        found = explore(WORLDS[where], most)
    if found.broken is None or found.broken.startswith(ERROR):
        return Hunted(bug, where, None, found.broken or "", found.trace)
    return Hunted(bug, where, found.states, found.broken, found.trace)


@contextmanager
def _planted(bug: str) -> Iterator[None]:
    if bug != OWNER:
        with planted(bug):
            yield
        return
    fresh = Moves._owner  # noqa: SLF001  # the one bug that is not in the product: what it is given
    Moves._owner = _of_the_record  # type: ignore[method-assign, assignment]  # noqa: SLF001  # planted
    try:
        yield
    finally:
        Moves._owner = fresh  # type: ignore[method-assign]  # noqa: SLF001  # as it was


def _of_the_record(_self: Any, _state: State, record: int) -> int:
    return record

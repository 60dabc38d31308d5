"""One run of one world, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket.domain.reminders.episode import TouchState
from tests.simulation.kernel import DAY, HOUR, Broken
from tests.simulation.promises import LOST
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections import Counter

    from tests.simulation.faults import Fault
    from tests.simulation.setup import Setup

SAFETY, LIVENESS = "safety", "liveness"
MODES = (SAFETY, LIVENESS)


@dataclass
class Outcome:
    """What came of a run. `broken` is the first promise that was; `trace` is there when it was asked for."""

    setup: Setup
    mode: str
    broken: Broken | None = None
    carts: int = 0
    events: int = 0
    calls: int = 0
    messages: int = 0
    unknown: int = 0
    resent: int = 0
    slowest: int = 0
    faults: dict[Fault, Counter[str]] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)


def run(setup: Setup, mode: str, *, trace: bool = False) -> Outcome:
    """Run it. In `safety` faults never stop; in `liveness` they do, after the traffic, and then everything must end well."""
    world = World(setup)
    if trace:
        world.kernel.trace = []
    outcome = Outcome(setup=setup, mode=mode)
    with world.functions.installed():
        try:
            world.begin()
            (_live if mode == LIVENESS else _endure)(world)
        except Broken as broken:
            outcome.broken = broken
            world.kernel.say("BROKEN:", broken)
        finally:
            world.kernel.close()
    return _filled(outcome, world)


def _endure(world: World) -> None:
    """Faults never stop."""
    world.kernel.run(world.setup.lasts + 3 * DAY)
    world.invariants_at_rest.at_any_time()


def _live(world: World) -> None:
    """Faults stop; what could not be mended by itself waits for the operator; then all comes to rest."""
    quiet = world.quiet
    world.kernel.run(quiet)
    world.kernel.say("FAULTS STOP")
    world.machinery.look()
    world.faults.on, world.outages.over = False, True
    world.stream.hurry()
    world.machinery.redrive()
    world.machinery.rearm_if_needed()
    if world.setup.months:
        world.kernel.run(max(quiet, world.setup.lasts))
    _settle(world, world.kernel.now)
    sick = world.outages.sick
    world.invariants_at_rest.judge(quiet, sick)
    if sick:
        world.kernel.say("POISON IS MENDED")
        world.outages.mended = True
        mended = world.kernel.now
        world.machinery.redrive()
        world.machinery.rearm()
        _settle(world, mended)
        world.invariants_at_rest.judge(mended, frozenset())
    world.kernel.run(world.kernel.now + 9 * DAY)
    world.invariants_at_rest.at_any_time()
    world.invariants_at_rest.books_are_closed()


def _settle(world: World, since: int) -> None:
    """Until nothing is left to be done."""
    longest = since + 14 * DAY
    while world.kernel.now < longest:
        world.kernel.run(world.kernel.now + 6 * HOUR)
        if world.idle():
            return
    raise Broken(LOST, f"no rest {(longest - since) // DAY} days after the last fault: {list(world.machinery.stored)[:5]}")


def _filled(outcome: Outcome, world: World) -> Outcome:
    ledger = world.ledger
    outcome.carts = len({(said.shop, said.cart) for said in world.said})
    outcome.events, outcome.calls, outcome.messages = world.reporting.events, world.boundary.calls, world.provider.accepted
    outcome.slowest = world.invariants_at_rest.slowest
    outcome.faults, outcome.marks = dict(world.faults.counts), world.faults.marks
    outcome.happened = world.happened
    for ref in ledger.declared:
        episode = world.stores.episodes.get(ref)
        for touch in episode.touches.values() if episode else ():
            outcome.unknown += touch.state is TouchState.UNKNOWN
    outcome.resent = sum(sum(r.accepted is not False for r in requests) > 1 for requests in ledger.requests.values())
    outcome.trace = world.kernel.trace or []
    return outcome

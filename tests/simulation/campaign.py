"""Many runs: one seed after the other in both modes, on every processor; and how soon each planted bug is found."""

from __future__ import annotations

import gc
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import process_time
from typing import TYPE_CHECKING, TypeVar

from tests.simulation.dynamo import dynamodb
from tests.simulation.faults import rates_for
from tests.simulation.planted import BUGS, CARTS, NEEDED_FAULTS, SLOW, planted
from tests.simulation.promises import ERROR
from tests.simulation.run import MODES, run
from tests.simulation.setup import Setup
from tests.simulation.states.catalogue import WORLDS
from tests.simulation.states.search import explore
from tests.simulation.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.simulation.run import Outcome
    from tests.simulation.states.search import Result

T = TypeVar("T")
R = TypeVar("R")

SIZES = (6, 3, 12, 6, 3, 6, 6, 30)
"""Carts per shop, by seed: small worlds are crowded, and their failures short to read."""

MONTHS = 9
"""Every so many-th world lasts for months."""


def setup_of(
    seed: int, carts: int | None = None, only: frozenset[str] | None = None, bug: str | None = None, *, months: bool = False
) -> Setup:
    """The world of a seed; `carts` per shop; `only` these marks may happen, if given; under the faults that show a `bug`.

    `months`: it lasts so long, as every ninth does anyway where `carts` does not say how large it is.
    """
    rates = rates_for(NEEDED_FAULTS[bug]) if bug in NEEDED_FAULTS else None
    months |= bug in SLOW or (carts is None and seed % MONTHS == 0)
    if carts is None:
        carts = CARTS.get(bug or "", SIZES[seed % len(SIZES)])
    return Setup(seed=seed, carts=carts, only=only, rates=rates, months=months)


@dataclass(frozen=True)
class Ran:
    """One seed's runs, and the processor's seconds they took."""

    outcomes: Sequence[Outcome]
    seconds: float


def one_seed(seed: int, modes: Sequence[str] = MODES, carts: int | None = None, *, months: bool = False) -> Ran:
    """Both modes of one world. Outcomes carry figures only, but for a failure."""
    begin = process_time()
    with _no_collections():
        outcomes = [run(setup_of(seed, carts, months=months), mode) for mode in modes]
    lean = [outcome if outcome.broken else replace(outcome, marks=[], happened=[]) for outcome in outcomes]
    return Ran(lean, process_time() - begin)


@contextmanager
def _no_collections() -> Iterator[None]:
    """A world is garbage as a whole: looking for some of it meanwhile takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def campaign(
    seeds: Iterable[int],
    workers: int,
    modes: Sequence[str] = MODES,
    carts: int | None = None,
    *,
    months: bool = False,
    each: Callable[[Ran, Totals], None],
) -> Totals:
    """Run them all. `each` is told after every seed of it, and of all so far."""
    totals = Totals()
    for ran in spread(partial(one_seed, modes=modes, carts=carts, months=months), seeds, workers):
        for outcome in ran.outcomes:
            totals.add(outcome)
        each(ran, totals)
    return totals


def one_seed_over_dynamodb(seed: int, carts: int = 2) -> Ran:
    """Both modes of one small world, over tables that moto plays."""
    begin = process_time()
    with dynamodb() as stores:
        outcomes = [
            replace(run(replace(setup_of(seed, carts), stores=stores), mode), setup=setup_of(seed, carts)) for mode in MODES
        ]
    return Ran([replace(outcome, setup=setup_of(seed, carts)) for outcome in outcomes], process_time() - begin)


def sample(seeds: Iterable[int], workers: int) -> Totals:
    """Some worlds over DynamoDB."""
    totals = Totals()
    for ran in spread(one_seed_over_dynamodb, seeds, workers):
        for outcome in ran.outcomes:
            totals.add(outcome)
    return totals


def every_state(workers: int) -> list[Result]:
    """All small worlds of `states`."""
    return list(spread(_explored, WORLDS, workers))


def _explored(name: str) -> Result:
    return explore(WORLDS[name])


@dataclass(frozen=True)
class Found:
    """A planted bug: after how many seeds it was found (None: it was not), by which broken promise."""

    name: str
    seeds: int | None
    promise: str


def hunt(name: str, most: int) -> Found:
    """Seed after seed, until a promise breaks. That the code merely fails does not count."""
    for seed in range(1, most + 1):
        for mode in reversed(MODES):
            with planted(name):
                broken = run(setup_of(seed, bug=name), mode).broken
            if broken is not None and broken.promise != ERROR:
                return Found(name, seed, broken.promise)
    return Found(name, None, "")


def hunts(most: int, workers: int, names: Iterable[str] = BUGS) -> Iterator[Found]:
    """Every planted bug."""
    return spread(partial(hunt, most=most), names, workers)


def spread(work: Callable[[T], R], over: Iterable[T], workers: int) -> Iterator[R]:
    """In order, on so many processors; on one in this very process, where a debugger reaches it."""
    if workers == 1:
        yield from map(work, over)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(work, over)

"""The shortest trace of a failure: as few events and faults as still break the same promise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.simulation.run import run

if TYPE_CHECKING:
    from tests.simulation.run import Outcome

MOST_RUNS = 600
MOST_CALLS = 4_000_000
"""Of ports, in all of these runs: some minutes of a processor. A failure that takes a large world stays a large one."""


def shortest(failed: Outcome, most_runs: int = MOST_RUNS, most_calls: int = MOST_CALLS) -> Outcome:
    """Leave out what can be left out: large parts first, then smaller ones (delta debugging, Zeller and Hildebrandt 2002).

    Every draw is independent of all others, so what stays happens as before. The outcome has its trace. It ends after so many
    runs, or calls of ports, with what it has by then: a count, no clock, so that it ends in the same place every time.
    """
    if failed.broken is None:
        return failed
    promise, runs, calls = failed.broken.promise, 0, 0
    kept = [*failed.happened, *failed.marks]
    size = len(kept) // 2
    while size >= 1 and runs < most_runs and calls < most_calls:
        start, shorter = 0, False
        while start < len(kept) and runs < most_runs and calls < most_calls:
            fewer = kept[:start] + kept[start + size :]
            outcome = run(replace(failed.setup, only=frozenset(fewer)), failed.mode)
            runs, calls = runs + 1, calls + outcome.calls
            if outcome.broken is not None and outcome.broken.promise == promise:
                happened = {*outcome.happened, *outcome.marks}
                kept, shorter = [mark for mark in fewer if mark in happened], True
            else:
                start += size
        size = size if shorter and size == 1 else size // 2
    return run(replace(failed.setup, only=frozenset(kept)), failed.mode, trace=True)


def command(outcome: Outcome) -> str:
    """What repeats it byte for byte."""
    setup = outcome.setup
    only = "" if setup.only is None else f" --only '{','.join(sorted(setup.only))}'"
    months = " --months" if setup.months else ""
    return f"python -m tests.simulation one --seed {setup.seed} --mode {outcome.mode} --carts {setup.carts}{months}{only}"

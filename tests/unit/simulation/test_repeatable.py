"""A seed decides everything: the same trace, byte for byte, in any process; and a failure can be made short."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.simulation.campaign import setup_of
from tests.simulation.planted import planted
from tests.simulation.promises import LOST
from tests.simulation.run import LIVENESS, SAFETY, run
from tests.simulation.shrink import command, shortest

ONE = (sys.executable, "-m", "tests.simulation", "one", "--carts", "4")


def test_a_seed_tells_the_same_story_in_processes_that_hash_differently() -> None:
    told = [
        subprocess.run(
            (*ONE, "--seed", "5"), env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert told[0].count("\n") > 300


def test_another_seed_tells_another_story() -> None:
    traces = [run(setup_of(seed, carts=2), SAFETY, trace=True).trace for seed in (1, 2)]
    assert traces[0] != traces[1]


def test_what_may_not_happen_leaves_the_rest_as_it_was() -> None:
    whole = run(setup_of(4, carts=3), SAFETY, trace=True)
    kept = frozenset({*whole.happened, *whole.marks})
    assert run(replace(whole.setup, only=kept), SAFETY, trace=True).trace == whole.trace
    nothing = run(replace(whole.setup, only=frozenset()), SAFETY)
    assert (nothing.events, nothing.marks) == (0, [])


def test_a_failure_gets_a_shortest_trace_and_a_command_that_repeats_it() -> None:
    with planted("what was released is not armed again"):
        failed = next(
            outcome for seed in range(1, 60) for mode in (LIVENESS, SAFETY) if (outcome := run(setup_of(seed), mode)).broken
        )
        short = shortest(failed, most_runs=150)
    assert short.broken is not None
    assert failed.broken is not None
    assert short.broken.promise == failed.broken.promise == LOST
    assert len(short.happened) + len(short.marks) < (len(failed.happened) + len(failed.marks)) / 2
    assert short.trace[-1].endswith(str(short.broken))
    words = command(short)
    assert f"--seed {failed.setup.seed} " in words
    assert "--only '" in words


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 0), (("--months",), 0), (("--bug", "following an opt-out link without pressing the button opts out"), 1)],
)
def test_the_command_says_by_its_exit_code_whether_a_promise_broke(arguments: tuple[str, ...], code: int) -> None:
    assert subprocess.run((*ONE, "--seed", "1", *arguments), capture_output=True, check=False).returncode == code

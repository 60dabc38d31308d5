"""A small campaign: what `make simulate` does with many worlds, with a few."""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.calls import CALLS
from tests.simulation.campaign import campaign, setup_of
from tests.simulation.dynamo import dynamodb
from tests.simulation.faults import EDGES, Fault, befalls
from tests.simulation.run import LIVENESS, run
from tests.simulation.totals import Totals, everywhere

SEEDS = (*range(1, 11), 15, 47)
"""In these together every kind of fault happens; the ninth lasts for months."""


def test_every_promise_is_kept_and_every_kind_of_fault_happens() -> None:
    totals = campaign(SEEDS, workers=1, each=lambda _ran, _totals: None)
    assert [(failed.setup.seed, failed.mode, str(failed.broken)) for failed in totals.failed] == []
    assert {kind.value for kind in Fault if not totals.faults[kind].total()} == set()
    assert (totals.runs, totals.resent) == (24, 0)
    assert totals.carts > 300
    assert totals.messages > 60
    assert totals.unknown > 0, "nothing was ever unclear: these worlds are too easy"


def test_the_same_promises_are_kept_over_dynamodb() -> None:
    with dynamodb() as stores:
        outcome = run(replace(setup_of(3, carts=1), stores=stores), LIVENESS)
    assert outcome.broken is None
    assert outcome.messages > 0


def test_whatever_a_function_may_call_can_fail() -> None:
    assert {"carts.put", "contacts.put", "timers.arm", "episodes.record", "mailer.send", "texter.send"} <= CALLS.keys()
    for kind in CALLS.values():
        assert {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.THROTTLED} <= set(befalls(kind))
    assert Fault.ANSWER_LOST in befalls(CALLS["contacts.put"])
    assert Fault.ANSWER_LOST not in befalls(CALLS["timers.arm"])
    assert Fault.TIMED_OUT in befalls(CALLS["mailer.send"])


def test_every_kind_of_fault_befalls_something() -> None:
    assert {kind for kind, _ in everywhere()} == set(Fault)
    assert not set(EDGES) & {fault for kind in CALLS.values() for fault in befalls(kind)}


def test_totals_name_where_a_fault_never_happened() -> None:
    totals = Totals()
    assert set(totals.never()) == set(everywhere())
    totals.faults[Fault.TTL_LATE]["ttl"] += 1
    assert (Fault.TTL_LATE, "ttl") not in totals.never()

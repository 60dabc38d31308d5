"""Stream mappings of the local cloud when something is late or fails: TTL, pauses, lost deliveries, killed processes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from rebasket_local.cloud import TTL, LocalCloud
from rebasket_local.faults import Call, Fate, ProcessKilled
from rebasket_local.ttl import Lateness
from tests.local.removals import removed
from tests.local.toy_cloud import START, TOY, notes, put


def test_ttl_deletes_late_and_says_that_it_was_it(cloud: LocalCloud) -> None:
    due = cloud.now + timedelta(minutes=10)
    put(cloud, "a", due={"N": str(int(due.timestamp()))})
    cloud.run_until(due + timedelta(minutes=14))
    assert notes(cloud, "listen") == {}

    cloud.run_until(due + timedelta(minutes=51))
    record = notes(cloud, "listen")["a"]["record"]
    assert record["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    deleted = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
    assert timedelta(minutes=15) <= deleted - due + timedelta(seconds=1)


def test_ttl_looks_at_what_the_item_says_when_it_comes(cloud: LocalCloud) -> None:
    def due_in(**time: float) -> dict[str, str]:
        return {"N": str(int((cloud.now + timedelta(**time)).timestamp()))}

    put(cloud, "later", due=due_in(minutes=1))
    put(cloud, "later", due=due_in(hours=5))
    put(cloud, "earlier", due=due_in(hours=9))
    put(cloud, "earlier", due=due_in(minutes=1))
    put(cloud, "never", due=due_in(minutes=1))
    put(cloud, "never", other={"S": "no TTL attribute any more"})
    put(cloud, "text", due={"S": due_in(minutes=1)["N"]})
    put(cloud, "ancient", due=due_in(days=-6 * 365))
    cloud.advance(timedelta(hours=2))
    assert set(notes(cloud, "listen")) == {"earlier"}

    cloud.advance(timedelta(hours=5))
    assert set(notes(cloud, "listen")) == {"earlier", "later"}


def test_ttl_can_be_paused_and_its_lateness_chosen() -> None:
    exact = Lateness(timedelta(0), timedelta(0))
    with LocalCloud.start(TOY, {}, START, ttl_lateness=exact) as cloud:
        cloud.pause(TTL)
        put(cloud, "a", due={"N": str(int(START.timestamp()) + 60)})
        cloud.advance(timedelta(hours=1))
        assert notes(cloud, "listen") == {}

        cloud.resume(TTL)
        cloud.advance(timedelta(minutes=11))
        assert set(notes(cloud, "listen")) == {"a"}


def test_records_wait_for_a_paused_function_and_are_gone_after_a_day(cloud: LocalCloud) -> None:
    cloud.pause("ListenRemoved")
    removed(cloud, "old")
    cloud.advance(timedelta(hours=23, minutes=30))
    removed(cloud, "new")
    cloud.advance(timedelta(minutes=45))
    cloud.resume("ListenRemoved")
    cloud.advance(timedelta(minutes=2))

    assert set(notes(cloud, "listen")) == {"new"}
    assert cloud.objects("Failed") == {}  # the stream forgot them; nobody gave them up


def test_records_older_than_the_mapping_takes_are_given_up(cloud: LocalCloud) -> None:
    cloud.pause("Listen")
    removed(cloud, "a")
    cloud.advance(timedelta(hours=2))
    cloud.resume("Listen")
    cloud.advance(timedelta(minutes=2))

    assert cloud.invocations["Listen"] == 0
    (failed,) = cloud.objects("Failed").values()
    assert json.loads(failed)["requestContext"]["condition"] == "RecordAgeExceeded"


# --- Faults -----------------------------------------------------------------------------------------------------------


def test_a_failed_delivery_comes_again(cloud: LocalCloud) -> None:
    cloud.faults.on_delivery = lambda delivery: Fate.FAILED if delivery.number == 0 else Fate.DELIVERED
    removed(cloud, "a")
    cloud.settle()

    assert cloud.invocations["Listen"] == 1
    assert notes(cloud, "listen")["a"]["run"] == 1


def test_a_repeated_delivery_runs_twice(cloud: LocalCloud) -> None:
    cloud.faults.on_delivery = lambda _: Fate.REPEATED
    removed(cloud, "a")
    cloud.settle()

    assert notes(cloud, "listen")["a"]["run"] == 2


def test_a_lost_delivery_never_comes_again(cloud: LocalCloud) -> None:
    cloud.faults.on_delivery = lambda _: Fate.LOST
    removed(cloud, "a")
    cloud.advance(timedelta(hours=1))

    assert cloud.invocations["Listen"] == 0
    assert cloud.objects("Failed") == {}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_can_be_killed_around_any_call_and_starts_cold(cloud: LocalCloud, when: str) -> None:
    killed: list[Call] = []

    def kill(call: Call) -> None:
        if call.when == when and call.operation == "PutItem" and not killed:
            killed.append(call)
            raise ProcessKilled

    cloud.faults.on_call = kill
    removed(cloud, "a")
    cloud.advance(timedelta(milliseconds=200))

    assert set(notes(cloud, "listen")) == (set() if when == "before" else {"a"})  # the write happened, or not
    assert [failure.kind for failure in cloud.failures] == ["Killed"]
    assert killed[0].params["TableName"] == "rebasket-Notes"

    cloud.settle()
    assert notes(cloud, "listen")["a"]["run"] == 1  # a new process counts from the beginning

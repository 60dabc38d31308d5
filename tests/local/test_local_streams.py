"""Stream mappings of the local cloud: what is delivered, how often, in which order, and where the rest goes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket_local.cloud import TTL, LocalCloud
from rebasket_local.faults import Call, Delivery, Fate, ProcessKilled
from rebasket_local.ttl import Lateness
from tests.local.toy_cloud import START, TOY, changed_toy, delete, notes, put, toy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_BISECT = ("            BisectBatchOnFunctionError: true\n", "")
NO_ITEM_REPORT = ("            FunctionResponseTypes: [ReportBatchItemFailures]\n", "")


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with toy() as running:
        yield running


def removed(cloud: LocalCloud, *sorts: str, **attributes: dict[str, object]) -> None:
    for sort in sorts:
        put(cloud, sort, "thing#1", **attributes)
        delete(cloud, sort)


def deliveries(cloud: LocalCloud) -> list[Delivery]:
    """All deliveries from now on."""
    seen: list[Delivery] = []

    def on_delivery(delivery: Delivery) -> Fate:
        seen.append(delivery)
        return Fate.DELIVERED

    cloud.faults.on_delivery = on_delivery
    return seen


def sorts_of(delivery: Delivery) -> str:
    return "".join(record["dynamodb"]["Keys"]["sk"]["S"] for record in delivery.records)


def test_a_record_is_what_lambda_hands_over(cloud: LocalCloud) -> None:
    removed(cloud, "a", due={"N": "1"}, zip={"B": b"\x00\xff"}, deep={"M": {"list": {"L": [{"BS": [b"x"]}, {"NULL": True}]}}})
    cloud.settle()

    record = notes(cloud, "listen")["a"]["record"]
    assert record["eventName"] == "REMOVE"
    assert record["eventSource"] == "aws:dynamodb"
    assert record["awsRegion"] == "eu-central-1"
    assert (
        record["eventSourceARN"]
        == "arn:aws:dynamodb:eu-central-1:123456789012:table/rebasket-Things/stream/2000-01-01T00:00:00.000"
    )
    assert "userIdentity" not in record
    change = record["dynamodb"]
    assert change["Keys"] == {"pk": {"S": "thing#1"}, "sk": {"S": "a"}}
    assert change["ApproximateCreationDateTime"] == START.timestamp()
    assert change["StreamViewType"] == "OLD_IMAGE"
    assert "NewImage" not in change
    assert change["OldImage"]["zip"] == {"B": "AP8="}
    assert change["OldImage"]["deep"] == {"M": {"list": {"L": [{"BS": ["eA=="]}, {"NULL": True}]}}}


def test_only_what_the_filter_selects_is_delivered(cloud: LocalCloud) -> None:
    put(cloud, "a")
    put(cloud, "a", v={"N": "2"})
    cloud.settle()
    assert cloud.invocations["Listen"] == 0

    delete(cloud, "a")
    delete(cloud, "a")  # deleting nothing makes no record
    cloud.settle()
    assert cloud.invocations["Listen"] == 1


def test_nothing_arrives_before_its_latency(cloud: LocalCloud) -> None:
    removed(cloud, "a")
    cloud.advance(timedelta(milliseconds=199))
    assert cloud.invocations["Listen"] == 0
    cloud.advance(timedelta(milliseconds=1))
    assert cloud.invocations["Listen"] == 1


def test_batches_are_no_larger_than_they_may_be_and_keep_the_order(cloud: LocalCloud) -> None:
    seen = deliveries(cloud)
    removed(cloud, *"abcdefg")
    cloud.settle()

    assert [sorts_of(delivery) for delivery in seen] == ["abc", "def", "g"]


def test_after_a_reported_item_its_batch_comes_again_from_there(cloud: LocalCloud) -> None:
    seen = deliveries(cloud)
    removed(cloud, "a")
    removed(cloud, "b", bad={"S": "!"})
    removed(cloud, "c")
    cloud.advance(timedelta(minutes=5))

    assert [(sorts_of(each), each.attempt) for each in seen] == [("abc", 0), ("bc", 0), ("bc", 1), ("bc", 2)]
    assert set(notes(cloud, "listen")) == {"a", "c"}
    (failed,) = cloud.objects("Failed").values()
    assert json.loads(failed)["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert json.loads(failed)["DDBStreamBatchInfo"]["batchSize"] == 2


def test_an_error_splits_its_batch_until_the_culprit_is_alone_and_given_up_whole(cloud: LocalCloud) -> None:
    seen = deliveries(cloud)
    removed(cloud, "a", "b")
    removed(cloud, "c", boom={"S": "no"})
    removed(cloud, "d")
    cloud.advance(timedelta(minutes=5))

    assert [sorts_of(each) for each in seen] == ["abc", "a", "bc", "b", "c", "c", "c", "d"]
    assert set(notes(cloud, "listen")) == {"a", "b", "d"}
    ((key, failed),) = cloud.objects("Failed").items()
    document = json.loads(failed)
    assert key.startswith("aws/lambda/ListenRemoved/shardId-")
    assert document["requestContext"]["functionArn"].endswith(":function:rebasket-Listen")
    assert document["responseContext"] == {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
    (record,) = json.loads(document["payload"])["Records"]
    assert record["dynamodb"]["OldImage"]["boom"] == {"S": "no"}
    assert document["DDBStreamBatchInfo"]["startSequenceNumber"] == record["dynamodb"]["SequenceNumber"]


def test_without_bisecting_the_whole_batch_is_retried_and_given_up(tmp_path: Path) -> None:
    with toy(changed_toy(tmp_path, NO_BISECT)) as cloud:
        seen = deliveries(cloud)
        removed(cloud, "a")
        removed(cloud, "b", boom={"S": "no"})
        removed(cloud, "c", "d")
        cloud.advance(timedelta(minutes=5))

        assert [sorts_of(each) for each in seen] == ["abc", "abc", "abc", "d"]
        (failed,) = cloud.objects("Failed").values()
        assert json.loads(failed)["DDBStreamBatchInfo"]["batchSize"] == 3


def test_without_item_reports_an_answer_is_a_success_whatever_it_says(tmp_path: Path) -> None:
    with toy(changed_toy(tmp_path, NO_ITEM_REPORT)) as cloud:
        seen = deliveries(cloud)
        removed(cloud, "a", bad={"S": "!"})
        cloud.advance(timedelta(minutes=5))

        assert [sorts_of(each) for each in seen] == ["a"]
        assert cloud.objects("Failed") == {}


def test_a_failed_batch_holds_up_what_came_after_it(cloud: LocalCloud) -> None:
    removed(cloud, "a", bad={"S": "!"})
    cloud.settle(timedelta(seconds=1))
    removed(cloud, "b")
    cloud.advance(timedelta(seconds=1))
    assert notes(cloud, "listen") == {}

    cloud.advance(timedelta(minutes=1))
    assert set(notes(cloud, "listen")) == {"b"}


def test_lanes_do_not_hold_each_other_up_but_keep_the_order_of_a_partition(tmp_path: Path) -> None:
    template = changed_toy(
        tmp_path, ("StartingPosition: TRIM_HORIZON\n", "StartingPosition: TRIM_HORIZON\n            ParallelizationFactor: 10\n")
    )
    with toy(template) as cloud:
        seen = deliveries(cloud)
        for partition in ("thing#1", "thing#2"):
            for sort in "ab":
                put(cloud, sort, partition, **({"bad": {"S": "!"}} if partition == "thing#1" else {}))
                delete(cloud, sort, partition)
        cloud.settle(timedelta(seconds=1))

        assert [sorts_of(each) for each in seen[:2]] == ["ab", "ab"]
        assert {each["record"]["dynamodb"]["Keys"]["pk"]["S"] for each in notes(cloud, "listen").values()} == {"thing#2"}


@pytest.mark.parametrize(
    ("answer", "comes_again"),
    [
        (None, False),
        ({}, False),
        ({"batchItemFailures": []}, False),
        ({"batchItemFailures": None}, False),
        ({"batchItemFailures": [{"itemIdentifier": "nobody's"}]}, True),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, True),
        ({"batchItemFailures": [{"id": "1"}]}, True),
        ({"batchItemFailures": "all"}, True),
        ("text", True),
    ],
)
def test_what_an_answer_means(cloud: LocalCloud, answer: object, comes_again: bool) -> None:  # noqa: FBT001  # a parameter
    cloud.function("Listen").module("functions.listen.app").handler = lambda _event, _context: answer
    seen = deliveries(cloud)
    removed(cloud, "a")
    cloud.advance(timedelta(minutes=5))

    assert len(seen) == (3 if comes_again else 1)


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

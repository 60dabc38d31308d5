"""Stream mappings of the local cloud: what is delivered, how often, in which order, and where the rest goes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.local.removals import deliveries, removed, sorts_of
from tests.local.toy_cloud import START, changed_toy, delete, notes, put, toy

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket_local.cloud import LocalCloud


NO_BISECT = ("            BisectBatchOnFunctionError: true\n", "")
NO_ITEM_REPORT = ("            FunctionResponseTypes: [ReportBatchItemFailures]\n", "")


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

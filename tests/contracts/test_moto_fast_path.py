"""The fast way to moto's DynamoDB gives what the plain way gives: answers, errors, stream records, expiries, whole tables."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
from boto3.dynamodb.conditions import Attr, Key
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from rebasket_local.moto_fast import OPERATIONS, FastDynamoDB, NotServed
from tests.contracts.fast_path import (
    ACCOUNT,
    NOW,
    QUERIES,
    REGION,
    SORTS,
    TABLE,
    UPDATES,
    Database,
    Operation,
    a_query,
    operations,
    setting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="module")
def client() -> Iterator[DynamoDBClient]:
    with mock_aws(), time_machine.travel(NOW, tick=False):
        yield boto3.client("dynamodb", region_name=REGION, config=Config(retries={"total_max_attempts": 1}))


def _all_of(client: DynamoDBClient, asked: list[Operation], *, fast: bool) -> dict[str, Any]:
    with Database(client, fast=fast).running() as database:
        return {
            "outcomes": [database.outcome(operation) for operation in asked],
            "records": database.watch.take_records(),
            "expiries": database.expiries,
            "items": database.everything(),
        }


@settings(max_examples=60)
@given(asked=st.lists(operations, max_size=14))
def test_both_paths_give_the_same(client: DynamoDBClient, asked: list[Operation]) -> None:
    assert _all_of(client, asked, fast=True) == _all_of(client, asked, fast=False)


# --- What the random sequences might miss -----------------------------------------------------------------------------

ITEM = {"pk": {"S": "a"}, "sk": {"S": "x"}, "version": {"N": "1"}, "zip": {"B": b"\x00\xff"}}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([("put_item", {"Item": ITEM}), ("put_item", {"Item": ITEM})], id="an unchanged put makes no record"),
        pytest.param(
            [("update_item", {"Key": {"pk": {"S": "n"}, "sk": {"S": "x"}}, **UPDATES[0]})],
            id="an update that creates makes one record",
        ),
        pytest.param([("put_item", {"Item": {**ITEM, "big": {"S": "x" * 410_000}}})], id="too big"),
        pytest.param([("put_item", {"Item": {"pk": {"S": "a"}}})], id="half a key"),
        pytest.param([("put_item", {"Item": {**ITEM, "pk": {"S": ""}}})], id="empty key"),
        pytest.param([("get_item", {"Key": {"pk": {"S": ""}, "sk": {"S": "x"}}})], id="get with an empty key"),
        pytest.param([("put_item", {"Item": {**ITEM, "pk": {"N": "1"}}})], id="key of another type"),
        pytest.param(
            [a_query(QUERIES[0], "nobody", "", ""), a_query(QUERIES[0], "nobody", "", "")], id="an empty partition, twice"
        ),
        pytest.param(
            [
                ("put_item", {"Item": ITEM}),
                a_query(QUERIES[0], "a", "", ""),
                ("delete_item", {"Key": {"pk": {"S": "a"}, "sk": {"S": "x"}}}),
                a_query(QUERIES[0], "a", "", ""),
            ],
            id="a partition that became empty",
        ),
        pytest.param(
            [
                a_query(QUERIES[0], "a", "", ""),
                ("put_item", {"Item": ITEM}),
                a_query(QUERIES[0], "a", "", ""),
            ],
            id="a partition that is empty no more",
        ),
        pytest.param(
            [
                ("update_item", {"Key": {"pk": {"S": "n"}, "sk": {"S": "x"}}, **setting("phase", {"S": phase})})
                for phase in ("active", "bought")
            ],
            id="the same expression with other values",
        ),
        pytest.param(
            [
                *(("put_item", {"Item": {**ITEM, "sk": {"S": sort}}}) for sort in SORTS),
                a_query(QUERIES[1], "a", "", ""),
                ("query", {**a_query(QUERIES[0], "a", "", "")[1], "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "y"}}}),
            ],
            id="pages",
        ),
    ],
)
def test_both_paths_give_the_same_at_the_edges(client: DynamoDBClient, asked: list[Operation]) -> None:
    assert _all_of(client, asked, fast=True) == _all_of(client, asked, fast=False)


def test_a_write_that_changes_nothing_makes_no_record(client: DynamoDBClient) -> None:
    with Database(client, fast=True).running() as database:
        for _ in range(2):
            database.outcome(("put_item", {"Item": ITEM}))

        assert [record["eventName"] for record in database.watch.take_records()] == ["INSERT"]


def test_an_update_that_creates_the_item_makes_one_record_with_all_of_it(client: DynamoDBClient) -> None:
    with Database(client, fast=False).running() as database:
        database.outcome(("update_item", {"Key": {"pk": {"S": "n"}, "sk": {"S": "x"}}, **UPDATES[0]}))

        (record,) = database.watch.take_records()
        assert record["eventName"] == "INSERT"
        assert record["dynamodb"]["NewImage"]["phase"] == {"S": "active"}


def test_every_listed_operation_is_served_without_http(client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the comparison above would compare the plain path with itself."""
    asked: list[Operation] = [
        ("put_item", {"Item": ITEM}),
        ("get_item", {"Key": {"pk": {"S": "a"}, "sk": {"S": "x"}}}),
        ("update_item", {"Key": {"pk": {"S": "a"}, "sk": {"S": "x"}}, **UPDATES[0]}),
        a_query(QUERIES[0], "a", "", ""),
        ("batch_write_item", {"RequestItems": {TABLE: [{"DeleteRequest": {"Key": {"pk": {"S": "a"}, "sk": {"S": "y"}}}}]}}),
        ("delete_item", {"Key": {"pk": {"S": "a"}, "sk": {"S": "x"}}}),
    ]
    assert len(asked) == len(OPERATIONS)
    with Database(client, fast=True).running() as database:
        monkeypatch.setattr("botocore.endpoint.Endpoint.make_request", _unwanted)
        for operation in asked:
            assert database.outcome(operation)["status"] == 200
        with pytest.raises(AssertionError, match="HTTP"):
            database.everything()  # a scan goes the plain way


def _unwanted(*_args: object, **_more: object) -> None:
    raise AssertionError("HTTP")


def test_the_caller_keeps_what_is_its_own(client: DynamoDBClient) -> None:
    with Database(client, fast=True).running() as database:
        item = deepcopy(ITEM)
        item["m"] = {"M": {"states": {"SS": ["claimed"]}}}
        database.client.put_item(TableName=TABLE, Item=item)  # type: ignore[arg-type]  # the stubs want literals
        item["m"]["M"]["states"]["SS"].append("changed later")  # type: ignore[index]  # moto's own, of any shape
        got = database.client.get_item(TableName=TABLE, Key={"pk": {"S": "a"}, "sk": {"S": "x"}})["Item"]
        assert got["m"] == {"M": {"states": {"SS": ["claimed"]}}}

        got["m"]["M"]["states"]["SS"].append("changed in the answer")
        again = database.client.get_item(TableName=TABLE, Key={"pk": {"S": "a"}, "sk": {"S": "x"}})["Item"]
        assert again["m"] == {"M": {"states": {"SS": ["claimed"]}}}


def test_resources_see_their_own_types_on_both_paths(client: DynamoDBClient) -> None:
    """boto3's Table hooks into parameters and responses, so it takes the plain path on both."""
    seen = []
    for fast in (True, False):
        with Database(client, fast=fast).running():
            table = boto3.resource("dynamodb", region_name=REGION).Table(TABLE)
            table.put_item(Item={"pk": "a", "sk": "x", "count": 3, "zip": b"\x00"}, ConditionExpression=Attr("pk").not_exists())
            found = table.query(KeyConditionExpression=Key("pk").eq("a"))["Items"]
            updated = table.update_item(
                Key={"pk": "a", "sk": "x"},
                UpdateExpression="SET #c = :c",
                ExpressionAttributeNames={"#c": "count"},
                ExpressionAttributeValues={":c": 4},
                ReturnValues="ALL_NEW",
            )["Attributes"]
            seen.append((found, updated))

    assert seen[0] == seen[1]
    assert seen[0][1]["count"] == 4


def test_what_it_does_not_know_takes_the_plain_path(client: DynamoDBClient) -> None:
    with Database(client, fast=True).running() as database, pytest.raises(NotServed):
        FastDynamoDB(ACCOUNT).call(database.client, "TransactWriteItems", {"TransactItems": []})


def test_expiries_are_noticed_once_for_each_write_that_has_one(client: DynamoDBClient) -> None:
    with Database(client, fast=True).running() as database:
        due = str(int((NOW + timedelta(hours=1)).timestamp()))
        database.outcome(("put_item", {"Item": {**ITEM, "due": {"N": due}}}))
        database.outcome(("put_item", {"Item": {**ITEM, "due": {"S": due}}}))  # TTL reads numbers only

        assert database.expiries == [("a", int(due))]

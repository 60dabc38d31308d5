"""A table in moto by either of two paths, and whatever may be asked of it."""

from __future__ import annotations

from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st
from moto.dynamodb.models import dynamodb_backends

from rebasket_local.calls import Calls
from rebasket_local.moto_fast import FastDynamoDB
from rebasket_local.tables import TableWatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from types_boto3_dynamodb import DynamoDBClient


ACCOUNT, REGION, TABLE = "123456789012", "eu-central-1", "Things"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PARTITIONS, SORTS = ["a", "b", "c#1", "é"], ["x", "y", "z#10", "z#9"]

Operation = tuple[str, dict[str, Any]]


class Database:
    """A table in moto, by one of the two paths."""

    def __init__(self, client: DynamoDBClient, *, fast: bool) -> None:
        self.client = client
        self._fast = FastDynamoDB(ACCOUNT) if fast else None
        self.expiries: list[tuple[str, int]] = []

    @contextmanager
    def running(self) -> Iterator[Database]:
        tables = dynamodb_backends[ACCOUNT][REGION].tables
        with Calls(self._fast).intercepted():
            self.client.create_table(
                TableName=TABLE,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                AttributeDefinitions=[
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                BillingMode="PAY_PER_REQUEST",
            )
            self.watch = TableWatch(
                tables[TABLE],
                stream_arn="arn:stream",
                view="NEW_AND_OLD_IMAGES",
                expires_by="due",
                on_expiry=lambda _watch, keys, expires: self.expiries.append((keys[0].value, expires)),
            )
            try:
                yield self
            finally:
                del tables[TABLE]

    def outcome(self, operation: Operation) -> dict[str, Any]:
        """Response or error, without what is different each time: request id, date, checksum."""
        name, params = operation
        method = getattr(self.client, name)
        try:
            answer = method(TableName=TABLE, **deepcopy(params)) if name != "batch_write_item" else method(**deepcopy(params))
        except ClientError as error:
            raised = {"raised": type(error).__name__, "text": str(error), "operation": error.operation_name}
            return raised | _steady(error.response)
        except Exception as error:  # noqa: BLE001  # moto's own, for what AWS would not take either: it has to be the same
            return {"raised": type(error).__name__, "text": str(error)}
        return _steady(answer)

    def everything(self) -> list[dict[str, Any]]:
        return self.client.scan(TableName=TABLE, ConsistentRead=True)["Items"]


def _steady(response: Mapping[str, Any]) -> dict[str, Any]:
    steady = dict(response)
    steady["status"] = steady.pop("ResponseMetadata")["HTTPStatusCode"]
    return steady


# --- What is asked ----------------------------------------------------------------------------------------------------

numbers = st.one_of(st.integers(-5, 5), st.integers(1_700_000_000, 1_800_000_000)).map(str)
leaves = st.one_of(
    st.fixed_dictionaries({"S": st.text(max_size=6)}),
    st.fixed_dictionaries({"N": numbers}),
    st.fixed_dictionaries({"B": st.binary(max_size=6)}),
    st.fixed_dictionaries({"BOOL": st.booleans()}),
    st.just({"NULL": True}),
    st.fixed_dictionaries({"SS": st.lists(st.sampled_from("abc"), min_size=1, unique=True)}),
    st.fixed_dictionaries({"BS": st.lists(st.binary(min_size=1, max_size=3), min_size=1, unique=True)}),
)
names = st.sampled_from(["version", "phase", "state", "due", "sends", "t1", "name", "ü"])
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"M": st.dictionaries(names, inner, max_size=3)}),
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)}),
    ),
    max_leaves=6,
)
keys = st.fixed_dictionaries(
    {
        "pk": st.fixed_dictionaries({"S": st.sampled_from(PARTITIONS)}),
        "sk": st.fixed_dictionaries({"S": st.sampled_from(SORTS)}),
    }
)
sends = st.dictionaries(
    st.sampled_from(["c1#1#1", "c1#1#2"]),
    st.fixed_dictionaries({"M": st.fixed_dictionaries({"state": st.sampled_from([{"S": "claimed"}, {"S": "released"}])})}),
    max_size=2,
)
items = st.builds(
    lambda key, version, sends, more: {**more, "version": {"N": version}, "sends": {"M": sends}, **key},
    keys,
    st.sampled_from(["1", "2", "3"]),
    sends,
    st.dictionaries(names, values, max_size=4),
)
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"ConditionExpression": "attribute_not_exists(pk)"},
    {"ConditionExpression": "attribute_exists(pk)"},
    {
        "ConditionExpression": "#v = :before",
        "ExpressionAttributeNames": {"#v": "version"},
        "ExpressionAttributeValues": {":before": {"N": "2"}},
    },
    {
        "ConditionExpression": "sends.#t.#s = :state",
        "ExpressionAttributeNames": {"#t": "c1#1#1", "#s": "state"},
        "ExpressionAttributeValues": {":state": {"S": "claimed"}},
    },
    {
        "ConditionExpression": "attribute_not_exists(#v) OR #v < :before",
        "ExpressionAttributeNames": {"#v": "version"},
        "ExpressionAttributeValues": {":before": {"N": "3"}},
    },
    {  # what moto refuses: a name that no expression uses
        "ConditionExpression": "attribute_not_exists(pk)",
        "ExpressionAttributeNames": {"#unused": "version"},
    },
    {"ConditionExpression": "version = "},  # no expression at all
]
UPDATES: list[dict[str, Any]] = [
    {"UpdateExpression": "SET phase = :p", "ExpressionAttributeValues": {":p": {"S": "active"}}},
    {"UpdateExpression": "SET phase = :p", "ExpressionAttributeValues": {":p": {"B": b"\x00\xff"}}},
    {
        "UpdateExpression": "SET #t = if_not_exists(#t, :t), due = :due REMOVE state",
        "ExpressionAttributeNames": {"#t": "t1"},
        "ExpressionAttributeValues": {":t": {"M": {"sent": {"BOOL": True}}}, ":due": {"N": "1772440169"}},
    },
    {"UpdateExpression": "ADD version :one", "ExpressionAttributeValues": {":one": {"N": "1"}}},
    {
        "UpdateExpression": "SET sends.#t = :claim",
        "ExpressionAttributeNames": {"#t": "c1#1#1"},
        "ExpressionAttributeValues": {":claim": {"M": {"state": {"S": "claimed"}}}},
    },
    {"UpdateExpression": "REMOVE phase, sends"},
    {"UpdateExpression": "SET pk = :p", "ExpressionAttributeValues": {":p": {"S": "no"}}},  # a key stays what it is
    {"UpdateExpression": "SET phase = :p", "ExpressionAttributeValues": {":p": {"S": "x"}, ":unused": {"S": "y"}}},
]
QUERIES: list[dict[str, Any]] = [
    {"KeyConditionExpression": "pk = :p"},
    {"KeyConditionExpression": "pk = :p", "ConsistentRead": True, "Limit": 1},
    {"KeyConditionExpression": "pk = :p", "ScanIndexForward": False},
    {"KeyConditionExpression": "pk = :p AND begins_with(sk, :s)"},
    {"KeyConditionExpression": "pk = :p AND sk BETWEEN :s AND :e"},
    {"KeyConditionExpression": "#k = :p", "ExpressionAttributeNames": {"#k": "pk"}, "ReturnConsumedCapacity": "TOTAL"},
    {"KeyConditionExpression": "pk = :p", "Select": "COUNT"},
    {"KeyConditionExpression": "pk = :p", "ProjectionExpression": "sk, version"},
    {
        "KeyConditionExpression": "pk = :p",
        "ProjectionExpression": "sk, sends.#t.#s, sends.#o, name",
        "ExpressionAttributeNames": {"#t": "c1#1#1", "#o": "c1#1#2", "#s": "state"},
    },
    {"KeyConditionExpression": "pk = :p", "FilterExpression": "version = :s"},
    {"KeyConditionExpression": "sk = :p"},  # no partition: refused
    {"KeyConditionExpression": "pk = :p", "ExpressionAttributeNames": {"#unused": "pk"}},
]

GETS: list[dict[str, Any]] = [
    {},
    {"ConsistentRead": True},
    {"ProjectionExpression": "version, phase"},
    {"ReturnConsumedCapacity": "TOTAL"},
]


def _merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            merged[name] = {**merged[name], **value} if name in merged and isinstance(value, dict) else value
    return merged


def a_query(shape: Mapping[str, Any], partition: str, low: str, high: str) -> Operation:
    text = str(shape)
    wanted = {":p": {"S": partition}, ":s": {"S": low}, ":e": {"S": high}}
    used = {name: value for name, value in wanted.items() if f"{name}" in text}
    return "query", _merged(shape, {"ExpressionAttributeValues": used})


def setting(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """The same expression with another value each time."""
    return {
        "UpdateExpression": "SET #n = :value",
        "ExpressionAttributeNames": {"#n": name},
        "ExpressionAttributeValues": {":value": value},
    }


updates = st.builds(setting, names, values)


def _batch(puts: list[dict[str, Any]], deletes: list[dict[str, Any]]) -> Operation:
    writes = [*({"PutRequest": {"Item": item}} for item in puts), *({"DeleteRequest": {"Key": key}} for key in deletes)]
    return "batch_write_item", {"RequestItems": {TABLE: writes}}


on_failure = st.sampled_from([{}, {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}])
returns = st.sampled_from([{}, {"ReturnValues": "ALL_OLD"}])
returns_of_update = st.sampled_from(
    [{}, *({"ReturnValues": kind} for kind in ("ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"))]
)
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(
        lambda item, condition, *more: ("put_item", _merged({"Item": item}, condition, *more)),
        items, st.sampled_from(CONDITIONS), on_failure, returns,
    ),
    st.builds(
        lambda key, update, condition, *more: ("update_item", _merged({"Key": key}, update, condition, *more)),
        keys, st.one_of(st.sampled_from(UPDATES), updates), st.sampled_from(CONDITIONS), on_failure, returns_of_update,
    ),
    st.builds(
        lambda key, condition, *more: ("delete_item", _merged({"Key": key}, condition, *more)),
        keys, st.sampled_from(CONDITIONS), on_failure, returns,
    ),
    st.builds(
        lambda key, more: ("get_item", {"Key": key, **more}),
        keys, st.sampled_from(GETS),
    ),
    st.builds(
        a_query,
        st.sampled_from(QUERIES), st.sampled_from([*PARTITIONS, "nobody"]), st.sampled_from(SORTS), st.sampled_from(SORTS),
    ),
    st.builds(_batch, st.lists(items, max_size=3), st.lists(keys, min_size=1, max_size=3)),
)  # fmt: skip

"""The fast way to moto's DynamoDB: an API call becomes a call of moto's own handler, without HTTP in between.

Plainly, boto3 serialises a call, signs it and hands an HTTP request to moto, which parses it, works, and serialises an
answer that boto3 parses: 2 to 4 ms, of which moto's work is a tenth; and moto's Query looks at the whole table. Here the
parameters go straight to moto's handler for the operation, which Query sees only the partition it asks for, and the answer
is made from the handler's result. Everything that decides — conditions, updates, limits, errors — stays moto's. What this
module does not know, or what goes wrong in any unexpected way, takes the plain path.

`tests/contracts/test_moto_fast_path.py` holds both paths to the same answers, errors and stream records.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

from botocore.client import BaseClient
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from rebasket_local.client_answers import OK, Hooks, client_error, metadata, pruned
from rebasket_local.json_value import Json

OPERATIONS: Final[Mapping[str, str]] = {
    "GetItem": "get_item",
    "PutItem": "put_item",
    "UpdateItem": "update_item",
    "DeleteItem": "delete_item",
    "Query": "query",
    "BatchWriteItem": "batch_write_item",
}
"""Operation → method of moto's handler. Transactions and scans go the plain way."""

_PLAIN_QUERY: Final = frozenset(
    {
        "TableName", "KeyConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues",
        "ProjectionExpression", "FilterExpression", "ConsistentRead", "Limit", "ScanIndexForward",
    }
)  # fmt: skip
"""Parameters of a query that say nothing about its answer when its partition is empty."""


class NotServed(Exception):
    """The call has to take the plain path."""


class FastDynamoDB:
    """Answers DynamoDB calls of any client as botocore would, from moto's tables of one account."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._handlers: dict[str, _Handler] = {}
        self._hooks: WeakKeyDictionary[BaseClient, dict[str, Hooks]] = WeakKeyDictionary()

    def call(self, client: BaseClient, operation: str, params: Mapping[str, Json]) -> dict[str, Json]:
        """The parsed response. Raises the client's own errors, and `NotServed`."""
        if operation not in OPERATIONS:
            raise NotServed
        hooks = self._hooks_of(client, operation)
        params = hooks.changed(params)
        handler = self._handler(client.meta.region_name)
        try:
            if operation == "Query" and handler.knows_as_empty(params):
                parsed: dict[str, Json] = {"Items": [], "Count": 0, "ScannedCount": 0}
            else:
                parsed = pruned(handler.answer(operation, _copied(params)), hooks.model.output_shape)
        except JsonRESTError as error:
            raise client_error(client, hooks.model, error) from None
        except Exception as error:  # whatever it is, moto's own path says it properly
            raise NotServed from error
        parsed["ResponseMetadata"] = metadata(OK)
        hooks.tell(parsed)
        return parsed

    def _hooks_of(self, client: BaseClient, operation: str) -> "Hooks":
        hooks = self._hooks.setdefault(client, {})
        if operation not in hooks:
            hooks[operation] = Hooks(client, operation)
        return hooks[operation]

    def _handler(self, region: str) -> "_Handler":
        handler = self._handlers.get(region)
        if handler is None:
            handler = self._handlers[region] = _Handler(dynamodb_backends[self._account][region])
        return handler


class _Handler(DynamoHandler):
    """moto's handler, fed directly."""

    def __init__(self, backend: DynamoDBBackend) -> None:
        super().__init__()
        self._backend = _Shortcuts(backend)
        self._hash_names: dict[Hashable, str] = {}

    @property
    def dynamodb_backend(self) -> DynamoDBBackend:
        return self._backend  # type: ignore[return-value]  # stands in for it, attribute by attribute

    def answer(self, operation: str, params: dict[str, Json]) -> Json:
        """moto's result for the operation. Raises what moto's handler raises."""
        self.body = params
        self._backend.shows_items = operation != "UpdateItem" or params.get("ReturnValues", "NONE") not in {"NONE", "ALL_NEW"}
        result = getattr(self, OPERATIONS[operation])().result
        if operation == "Query" and (shape := _shape_of_query(params)) is not None:
            asked = self._backend.hash_key_asked
            names = [name for name, value in params["ExpressionAttributeValues"].items() if value is asked]
            if len(names) == 1:
                self._hash_names[shape] = names[0]
        return result

    def knows_as_empty(self, params: Mapping[str, Json]) -> bool:
        """Whether moto has taken such a query before, differing in the values only, and there is nothing in its partition."""
        shape = _shape_of_query(params)
        name = self._hash_names.get(shape)
        if name is None:
            return False
        table = self._backend.get_table(params["TableName"])
        key = DynamoType(params["ExpressionAttributeValues"][name])
        return table.has_range_key and not table.items.get(key)


def _shape_of_query(params: Mapping[str, Json]) -> Hashable:
    """All that decides whether a query is valid; None for one with parameters that are looked at one by one."""
    values = params.get("ExpressionAttributeValues")
    if not values or not _PLAIN_QUERY.issuperset(params):
        return None
    kinds = tuple((name, *((kind, bool(value)) for kind, value in typed.items())) for name, typed in values.items())
    others = (value for name, value in params.items() if name not in {"ExpressionAttributeValues", "ExpressionAttributeNames"})
    names = tuple((params.get("ExpressionAttributeNames") or {}).items())
    return (kinds, names, tuple(params), *others)


class _Shortcuts:
    """moto's backend, except for three things that cost and change nothing.

    A query of a table, not of an index, sees one partition instead of sorting the whole table. A written item is not
    copied for an answer that does not have it; nor is the item before an update, if the answer has nothing of it.
    """

    def __init__(self, backend: DynamoDBBackend) -> None:
        self._backend = backend
        self.hash_key_asked: Mapping[str, Json] | None = None
        self.shows_items = True

    def __getattr__(self, name: str) -> Json:
        return getattr(self._backend, name)

    def get_item(self, *args: Json, **more: Json) -> Item | None:
        """UpdateItem's handler reads the old item beside the update, for the answer alone."""
        return self._backend.get_item(*args, **more) if self.shows_items else None

    def put_item(self, *args: Json, **more: Json) -> "_Written":
        self._backend.put_item(*args, **more)
        return _Written()

    def query(self, table_name: str, hash_key: dict[str, Json] | None, *args: Json, **more: Json) -> Json:
        self.hash_key_asked = hash_key
        if more.get("index_name") is not None or hash_key is None:
            return self._backend.query(table_name, hash_key, *args, **more)
        with _only_partition(self._backend.get_table(table_name), DynamoType(hash_key)):
            return self._backend.query(table_name, hash_key, *args, **more)


class _Written:
    """What PutItem's handler asks the new item for, and then throws away."""

    @staticmethod
    def to_json() -> dict[str, Json]:
        return {}


@contextmanager
def _only_partition(table: Table, hash_key: DynamoType) -> Iterator[None]:
    everything = table.items
    table.items = {hash_key: everything[hash_key]} if hash_key in everything else {}  # type: ignore[assignment]  # a view, read only
    try:
        yield
    finally:
        table.items = everything


def _copied(value: Json) -> Json:
    """Parameters that share nothing with the caller's: over HTTP they would not, either."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return bytes(value) if isinstance(value, bytearray) else value

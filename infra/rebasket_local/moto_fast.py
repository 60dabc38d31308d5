"""The fast way to moto's DynamoDB: an API call becomes a call of moto's own handler, without HTTP in between.

Plainly, boto3 serialises a call, signs it and hands an HTTP request to moto, which parses it, works, and serialises an
answer that boto3 parses: 2 to 4 ms, of which moto's work is a tenth; and moto's Query looks at the whole table. The demo's
fortnight of three hundred carts takes 18 s of a processor with this module and 96 s without. Everything that decides —
conditions, updates, limits — stays moto's. What this module does not know, and every error, takes the plain path: a write
that was refused has changed nothing, so it is refused once more, in the words that a client gets.

`tests/contracts/test_moto_fast_path.py` holds both paths to the same answers, errors and stream records.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from botocore.client import BaseClient
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import merge_dicts
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item, serializer
from moto.dynamodb.models.utilities import find_nested_key
from moto.dynamodb.responses import DynamoHandler

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


class NotServed(Exception):
    """The call has to take the plain path."""


class FastDynamoDB:
    """Answers DynamoDB calls of plain clients as botocore would, from moto's tables of one account."""

    def __init__(self, account: str) -> None:
        self._handler = lru_cache(lambda region: _Handler(dynamodb_backends[account][region]))

    def call(self, client: BaseClient, operation: str, params: Mapping[str, Json]) -> dict[str, Json]:
        """The parsed response. Raises `NotServed`."""
        if operation not in OPERATIONS or _is_of_a_resource(client, operation):
            raise NotServed
        handler = self._handler(client.meta.region_name)
        handler.body = _copied(params)
        try:
            result = getattr(handler, OPERATIONS[operation])().result
        except Exception as error:  # whatever it is, moto's own path says it properly
            raise NotServed from error
        parsed: dict[str, Json] = _pruned(result, client.meta.service_model.operation_model(operation).output_shape)
        parsed["ResponseMetadata"] = {"RequestId": "LOCAL", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
        return parsed


@lru_cache(maxsize=256)
def _is_of_a_resource(client: BaseClient, operation: str) -> bool:
    """boto3's resources change values both ways, by handlers of botocore's events."""
    model = client.meta.service_model.operation_model(operation)
    context = {"client_region": client.meta.region_name, "client_config": client.meta.config}
    answers = client.meta.events.emit(f"provide-client-params.dynamodb.{operation}", params={}, model=model, context=context)
    return any(not handler.__module__.startswith("botocore.") for handler, _ in answers)


class _Handler(DynamoHandler):
    """moto's handler, fed directly."""

    def __init__(self, backend: DynamoDBBackend) -> None:
        super().__init__()
        self._backend = _Partitioned(backend)

    @property
    def dynamodb_backend(self) -> DynamoDBBackend:
        return self._backend  # type: ignore[return-value]  # stands in for it, attribute by attribute


class _Partitioned:
    """moto's backend, but for a query of a table, not of an index.

    It sees one partition instead of sorting the whole table, and each item that it projects is made plain once, not once
    for each path.
    """

    def __init__(self, backend: DynamoDBBackend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Json:
        return getattr(self._backend, name)

    def query(self, table_name: str, hash_key: dict[str, Json] | None, *args: Json, **more: Json) -> Json:
        if more.get("index_name") is not None or hash_key is None:
            return self._backend.query(table_name, hash_key, *args, **more)
        paths, unprojected = args[-1], (*args[:-1], None)
        table, partition = self._backend.get_table(table_name), DynamoType(hash_key)
        everything = table.items
        table.items = {partition: everything[partition]} if partition in everything else {}  # type: ignore[assignment]  # a view, read only
        try:
            items, *rest = self._backend.query(table_name, hash_key, *unprojected, **more)
        finally:
            table.items = everything
        return ([_projected(item, paths) for item in items] if paths else items, *rest)


def _projected(item: Item, paths: list[list[str]]) -> Item:
    """As `Item.project`."""
    plain = item.to_regular_json()
    kept: dict[str, Json] = {}
    for path in paths:
        merge_dicts(kept, find_nested_key(path, plain))
    return Item(item.hash_key, item.range_key, dict(serializer.serialize(kept)["M"]))


def _copied(value: Json) -> Json:
    """Parameters that share nothing with the caller's: over HTTP they would not, either."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return bytes(value) if isinstance(value, bytearray) else value


def _pruned(value: Json, shape: Shape | None) -> Json:
    """The members that the operation's output has; what moto says besides is lost on the plain path, too."""
    if isinstance(shape, StructureShape):
        if shape.name == "AttributeValue":
            return value
        return {name: _pruned(value[name], member) for name, member in shape.members.items() if value.get(name) is not None}
    if isinstance(shape, MapShape):
        return {key: _pruned(inner, shape.value) for key, inner in value.items()}
    if isinstance(shape, ListShape):
        return [_pruned(inner, shape.member) for inner in value]
    return value

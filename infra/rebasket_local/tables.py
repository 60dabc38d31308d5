"""What happens to a table's items: stream records as DynamoDB makes them, and which items expire when.

moto calls a table's "shard" on every write. Ours stands in its place, because moto's own would make a record of a write
that changes nothing, two for an update that creates the item, none that tells a TTL deletion, and would do so at a cost.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Final

from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamShard, Table

from rebasket_local.json_value import Json
from rebasket_local.names import stable_id

ItemKeys = tuple[DynamoType, DynamoType | None]
StreamRecord = dict[str, Json]

TTL_IDENTITY: Final = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
"""`userIdentity` of a record that TTL caused
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html)."""


class TableWatch(StreamShard):
    """Sees every write to one table.

    Records are what Lambda hands over (binary values in base64), in the order of the writes; `take_records` empties them.
    """

    def __init__(
        self,
        table: Table,
        *,
        stream_arn: str,
        view: str | None,
        expires_by: str | None,
        on_expiry: Callable[["TableWatch", ItemKeys, int], None],
    ) -> None:
        super().__init__(table.account_id, table)
        self.stream_arn = stream_arn
        self._view = view
        self._expires_by = expires_by
        self._on_expiry = on_expiry
        self._numbers = count(1)
        self._records: list[StreamRecord] = []
        self._deleting_expired = False
        table.stream_shard = self

    def take_records(self) -> list[StreamRecord]:
        records, self._records = self._records, []
        return records

    def expiry(self, keys: ItemKeys) -> int | None:
        """When the item expires, in epoch seconds, if it is there and has a TTL attribute that counts: a Number."""
        item = self.table.get_item(*keys)
        return self._expiry_of(item) if item is not None else None

    def delete_expired(self, keys: ItemKeys) -> None:
        self._deleting_expired = True
        try:
            self.table.delete_item(*keys)
        finally:
            self._deleting_expired = False

    def add(self, old: Item | None, new: Item | None) -> None:
        """moto wrote `new` in place of `old`."""
        if old is not None and new is not None and old.attrs == new.attrs:
            return
        if new is not None and self._expires_by is not None:
            expires = self._expiry_of(new)
            if expires is not None:
                self._on_expiry(self, (new.hash_key, new.range_key), expires)
        if self._view is not None:
            record = self._record(self._view, old, new)
            if old is None and self._records and _is_same_insert(self._records[-1], record):
                self._records.pop()  # moto inserts the bare keys before it updates a new item
            self._records.append(record)

    def _expiry_of(self, item: Item) -> int | None:
        value = item.attrs.get(self._expires_by or "")
        return int(float(value.value)) if value is not None and value.type == "N" else None

    def _record(self, view: str, old: Item | None, new: Item | None) -> StreamRecord:
        some = old if old is not None else new
        if some is None:
            raise ValueError("moto reported a write of nothing")
        number = next(self._numbers)
        keys = {self.table.hash_key_attr: _plain(some.hash_key)}
        if self.table.range_key_attr is not None and some.range_key is not None:
            keys[self.table.range_key_attr] = _plain(some.range_key)
        change: dict[str, Json] = {
            "ApproximateCreationDateTime": int(datetime.now(UTC).timestamp()),
            "Keys": keys,
            "SequenceNumber": f"{number:021d}",
            "SizeBytes": sum(item.size() for item in (old, new) if item is not None),
            "StreamViewType": view,
        }
        if new is not None and view in {"NEW_IMAGE", "NEW_AND_OLD_IMAGES"}:
            change["NewImage"] = {name: _plain(value) for name, value in new.attrs.items()}
        if old is not None and view in {"OLD_IMAGE", "NEW_AND_OLD_IMAGES"}:
            change["OldImage"] = {name: _plain(value) for name, value in old.attrs.items()}
        record: StreamRecord = {
            "eventID": stable_id(f"{self.stream_arn}/{number}", 32),
            "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": self.table.region_name,
            "dynamodb": change,
            "eventSourceARN": self.stream_arn,
        }
        if self._deleting_expired:
            record["userIdentity"] = dict(TTL_IDENTITY)
        return record


def _is_same_insert(earlier: Mapping[str, Json], later: Mapping[str, Json]) -> bool:
    return bool(earlier["eventName"] == "INSERT" and earlier["dynamodb"]["Keys"] == later["dynamodb"]["Keys"])


def _plain(value: DynamoType) -> dict[str, Json]:
    """An attribute value as Lambda's JSON has it."""
    inner = value.value
    match value.type:
        case "M":
            return {"M": {name: _plain(member) for name, member in inner.items()}}
        case "L":
            return {"L": [_plain(element) for element in inner]}
        case "B":
            return {"B": _base64(inner)}
        case "BS":
            return {"BS": [_base64(element) for element in inner]}
        case "SS" | "NS":
            return {value.type: list(inner)}
        case _:
            return {value.type: inner}


def _base64(value: bytes | str) -> str:
    return b64encode(value).decode() if isinstance(value, bytes) else value

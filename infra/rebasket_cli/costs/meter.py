"""Counts what the functions' calls would cost, in the local cloud: DynamoDB's units by the sizes of items, other calls by number.

Emulators cannot say (moto's consumed capacity is constant). DynamoDB counts a write per KB begun of the larger of the item
before and after, a read per 4 KB begun, half when eventually consistent, a refused condition as the write of what is there
(DynamoDB Developer Guide, "Capacity unit consumption for read and write operations").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.faults import Call

WRITE_BYTES, READ_BYTES = 1024, 4096

SHOPS = "shop#"
"""Partitions of shops, policies and stops: a running function reads them twice a minute, however many carts there are."""

BOOKS = "books#"
"""Partitions of closed days: `close_books` looks through them, some nights further back, however many carts there are."""


@dataclass(slots=True)
class Count:
    """What one function used. Reads in halves of a unit, so that they are whole numbers; those of shops and of books apart."""

    runs: int = 0
    calls: int = 0
    half_reads: int = 0
    shop_half_reads: int = 0
    book_half_reads: int = 0
    writes: int = 0
    secrets: int = 0
    emails: int = 0
    texts: int = 0
    log_bytes: int = 0


@dataclass(slots=True)
class Meter:
    """A hook for every AWS call of the functions (`rebasket_local.faults`). Items are known from their writes."""

    counts: dict[str, Count] = field(default_factory=dict)
    _items: dict[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)
    _unanswered: Call | None = None

    def __call__(self, call: Call) -> None:
        """See a call before it is made, and again when it is answered."""
        if call.when == "before":
            self._refuse()
            self._unanswered = call
            return
        self._unanswered = None
        count = self.of(call.function)
        count.calls += 1
        match call.operation:
            case "GetParameter":
                count.secrets += 1
            case "SendEmail" | "Publish":
                count.emails += call.operation == "SendEmail"
                count.texts += call.operation == "Publish"
            case "GetItem":
                self._read(count, call.params, call.params["Key"]["pk"]["S"], item_bytes(call.response.get("Item", {})))
            case "Query":
                partition = call.params["ExpressionAttributeValues"][":pk"]["S"]
                table = call.params["TableName"]
                whole = (self._items.get((table, partition, item["sk"]["S"]), item) for item in call.response["Items"])
                self._read(count, call.params, partition, sum(map(item_bytes, whole)))  # a projection saves no units
            case "PutItem" | "UpdateItem":
                item = call.params.get("Item") or call.response["Attributes"]
                self._write(count, place(call.params["TableName"], item), item)
            case "DeleteItem":
                self._write(count, place(call.params["TableName"], call.params["Key"]), None)
            case "BatchWriteItem":
                self._delete(count, call.params["RequestItems"])
            case unknown:
                message = f"the meter does not know what {unknown} costs"
                raise NotImplementedError(message)

    def of(self, function: str) -> Count:
        """The function's count."""
        return self.counts.setdefault(function, Count())

    def take(self) -> dict[str, Count]:
        """What was counted since last time."""
        self._refuse()
        counts, self.counts = self.counts, {}
        return counts

    def stored(self, table: str) -> dict[tuple[str, str, str], Mapping[str, Any]]:
        """What the functions wrote into a table and did not delete, by place."""
        return {where: item for where, item in self._items.items() if where[0] == table}

    def _refuse(self) -> None:
        """A call that was never answered: the condition of a write was refused."""
        call, self._unanswered = self._unanswered, None
        if call is not None and call.service == "dynamodb":
            count = self.of(call.function)
            count.calls += 1
            where = place(call.params["TableName"], call.params.get("Key") or call.params["Item"])
            count.writes += units(item_bytes(self._items.get(where, {})))

    def _delete(self, count: Count, wanted: Mapping[str, Any]) -> None:
        for table, requests in wanted.items():
            for request in requests:
                self._write(count, place(table, request["DeleteRequest"]["Key"]), None)

    @staticmethod
    def _read(count: Count, params: Mapping[str, Any], partition: str, size: int) -> None:
        halves = units(size, READ_BYTES) * (2 if params.get("ConsistentRead") else 1)
        if partition.startswith(SHOPS):
            count.shop_half_reads += halves
        elif partition.startswith(BOOKS):
            count.book_half_reads += halves
        else:
            count.half_reads += halves

    def _write(self, count: Count, where: tuple[str, str, str], item: Mapping[str, Any] | None) -> None:
        before = self._items.pop(where, {})
        if item is not None:
            self._items[where] = item
        count.writes += units(max(item_bytes(before), item_bytes(item or {})))


def units(size: int, each: int = WRITE_BYTES) -> int:
    """Units begun; at least one."""
    return max(1, -(-size // each))


def place(table: str, item: Mapping[str, Any]) -> tuple[str, str, str]:
    """Where an item is: table, pk, sk."""
    return table, item["pk"]["S"], item["sk"]["S"]


def item_bytes(item: Mapping[str, Any]) -> int:
    """Size of an item in typed attributes (DynamoDB Developer Guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(inner.encode())
        case "N":  # a byte for two significant digits, and one
            return (len(inner.replace("-", "").replace(".", "").strip("0")) + 1) // 2 + 1
        case "B":
            return len(inner)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value_bytes(each) for each in inner)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(each) for name, each in inner.items())
        case _:  # a set
            return sum(len(each) for each in inner)

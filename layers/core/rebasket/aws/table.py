"""One table, as the few calls that the adapters make of it.

On the way to the claim: remind/app.py → wiring.py → process_timer.py → follow_up.py → send_step.py → carts.py → **this file**
On the way to the cart's write: ingest/app.py → wiring.py → record_event.py → carts.py → **this file**
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from rebasket.aws.attributes import from_attributes, to_attribute, to_attributes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.aws.keys import Key

REFUSED = "ConditionalCheckFailedException"
BATCH = 25
"""Items in one BatchWriteItem (DynamoDB API reference)."""


def key_attributes(key: Key) -> dict[str, Any]:
    """A key as typed attributes."""
    return {name: {"S": value} for name, value in key.items()}


def _refusing_item(response: Mapping[str, Any]) -> dict[str, Any]:
    return from_attributes(response.get("Item", {}))


@dataclass(frozen=True)
class Table:
    """A table with keys `pk` and `sk`. Errors of the SDK pass through, but a refused condition is an answer, not an error."""

    client: DynamoDBClient
    name: str

    def get(self, key: Key, *, as_of_now: bool = True) -> dict[str, Any] | None:
        """The item as of now (strongly consistent); without `as_of_now` maybe a little older, at half the price."""
        more: dict[str, Any] = {"ConsistentRead": True} if as_of_now else {}
        found = self.client.get_item(TableName=self.name, Key=key_attributes(key), **more)
        return from_attributes(found["Item"]) if "Item" in found else None

    def put(self, key: Key, item: Mapping[str, Any]) -> None:
        """Store the whole item, whatever was there."""
        self.client.put_item(TableName=self.name, Item=to_attributes({**key, **item}))

    def put_version(self, key: Key, item: Mapping[str, Any]) -> bool:
        """Store the whole item, if the stored `version` is one less than its own; nothing stored counts as 0."""
        before = item["version"] - 1
        return self.put_absent(key, item) if before == 0 else self.put_where(key, item, "version", "=", before)

    def put_absent(self, key: Key, item: Mapping[str, Any]) -> bool:
        """Store the whole item, if nothing is stored."""
        return self._put({**key, **item}, {"ConditionExpression": "attribute_not_exists(pk)"})

    def put_where(self, key: Key, item: Mapping[str, Any], attribute: str, comparison: str, value: int) -> bool:
        """Store the whole item, if the stored `attribute` compares so (`=`, `<`) with the value; not where nothing is stored."""
        condition = {
            "ConditionExpression": f"#attribute {comparison} :value",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": {":value": to_attribute(value)},
        }
        return self._put({**key, **item}, condition)

    def _put(self, item: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
        try:
            self.client.put_item(TableName=self.name, Item=to_attributes(item), **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] == REFUSED:
                return False
            raise
        return True

    def update(
        self,
        key: Key,
        update: str,
        values: Mapping[str, Any],
        condition: str | None = None,
        names: Mapping[str, str] | None = None,
    ) -> tuple[bool, dict[str, Any]]:
        """Upsert. (True, the item as it now is), or (False, the item that refused the condition)."""
        optional: dict[str, Any] = {"ConditionExpression": condition} if condition else {}
        if names:
            optional["ExpressionAttributeNames"] = dict(names)
        try:
            done = self.client.update_item(
                TableName=self.name,
                Key=key_attributes(key),
                UpdateExpression=update,
                ExpressionAttributeValues={name: to_attribute(value) for name, value in values.items()},
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **optional,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == REFUSED:
                return False, _refusing_item(cast("Mapping[str, Any]", error.response))
            raise
        return True, from_attributes(done["Attributes"])

    def query(
        self,
        partition: str,
        first: str | None = None,
        last: str | None = None,
        *,
        as_of_now: bool = False,
        parts: Mapping[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """All items of a partition in order of `sk`, or those from `first` to `last`; eventually consistent, or `as_of_now`.

        `parts` are the call's parameters that ask for some of their attributes only: read units are charged for all of them.
        """
        values: dict[str, Any] = {":pk": {"S": partition}}
        where = "pk = :pk"
        if first is not None and last is not None:
            where += " AND sk BETWEEN :first AND :last"
            values |= {":first": {"S": first}, ":last": {"S": last}}
        more: dict[str, Any] = {**({"ConsistentRead": True} if as_of_now else {}), **(parts or {})}
        while True:
            page = self.client.query(TableName=self.name, KeyConditionExpression=where, ExpressionAttributeValues=values, **more)
            yield from map(from_attributes, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            more["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def scan(self, prefix: str) -> Iterator[dict[str, Any]]:
        """Every item whose partition key begins so. Reads (and pays for) the whole table."""
        more: dict[str, Any] = {}
        while True:
            page = self.client.scan(
                TableName=self.name,
                FilterExpression="begins_with(pk, :prefix)",
                ExpressionAttributeValues={":prefix": {"S": prefix}},
                **more,
            )
            yield from map(from_attributes, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def delete_where(self, key: Key, attribute: str, value: int) -> bool:
        """Delete an item, if the stored `attribute` has that value; not where nothing is stored."""
        try:
            self.client.delete_item(
                TableName=self.name,
                Key=key_attributes(key),
                ConditionExpression="#attribute = :value",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues={":value": to_attribute(value)},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == REFUSED:
                return False
            raise
        return True

    def delete(self, keys: Sequence[Key]) -> None:
        """Delete items; those already gone are no error."""
        for start in range(0, len(keys), BATCH):
            wanted: Any = {self.name: [{"DeleteRequest": {"Key": key_attributes(key)}} for key in keys[start : start + BATCH]]}
            while wanted:
                wanted = self.client.batch_write_item(RequestItems=wanted).get("UnprocessedItems") or {}

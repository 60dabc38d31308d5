"""`rebasket refill`: what was lost from the Carts table is put back from a table that was restored beside it.

Only what is missing: whatever is there is newer, and an opt-out stored since must not be undone by an older copy.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.console import Console

from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from types_boto3_dynamodb import DynamoDBClient

AT_ONCE = 16
"""Writes under way: some thousand a second."""

console = Console(soft_wrap=True)  # a command that is broken in two cannot be copied


class Put(StrEnum):
    """What became of an item."""

    BACK = "put back"
    THERE = "there already"
    OVER = "expired meanwhile"


def refill(client: DynamoDBClient, source: str, target: str, now: datetime, *, dry: bool = False) -> Counter[Put]:
    """Put every item of `source` into `target` that is missing there and has not expired. Repeating it goes on."""
    done: Counter[Put] = Counter()

    def put(item: Mapping[str, Any]) -> Put:
        if "expires" in item and int(item["expires"]["N"]) <= now.timestamp():
            return Put.OVER
        return Put.BACK if _put(client, target, item, dry=dry) else Put.THERE

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for page in _pages(client, source):
            done.update(threads.map(put, page))
    return done


def _pages(client: DynamoDBClient, table: str) -> Iterator[Sequence[Mapping[str, Any]]]:
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield page["Items"]


def _put(client: DynamoDBClient, table: str, item: Mapping[str, Any], *, dry: bool) -> bool:
    """Whether it was missing."""
    if dry:
        key = {name: item[name] for name in ("pk", "sk")}
        return "Item" not in client.get_item(TableName=table, Key=key, ProjectionExpression="pk")
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def refill_carts(
    *,
    source: Annotated[str, typer.Option("--from", help="The restored table")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Put back what the Carts table has lost, from a copy restored to a point in time. What is there stays as it is."""
    app = open_stack(stack).app
    done = refill(app.dynamodb, source, app.settings.carts_table, app.clock(), dry=dry_run)
    for put in Put:
        console.print(f"{done[put]:>10,} {put}{' (not yet)' if dry_run and put is Put.BACK else ''}", highlight=False)
    if not dry_run:
        console.print(f"Now give carts their timers back: rebasket rearm --stack {stack}", highlight=False)

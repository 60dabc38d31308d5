"""The same worlds over DynamoDB, as moto plays it: slower by a hundred, with true requests, conditions and answers."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
from moto import mock_aws

from rebasket.aws import keys
from rebasket.aws.books import DynamoBooks
from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
from rebasket.aws.episodes import DynamoEpisodes
from rebasket.aws.sending_pauses import DynamoSendingPauses
from rebasket.aws.shops import DynamoShops
from rebasket.aws.sms_slots import DynamoSmsSlots
from rebasket.aws.table import Table
from rebasket.aws.timers import DynamoTimers
from rebasket.memory import MemoryDeadLetters
from tests.simulation.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.domain.carts.timer import Timer
    from rebasket.ports import Clock

RETENTION = timedelta(days=90)
SHARDS = 2
MADE_UP = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up", "AWS_DEFAULT_REGION": "eu-central-1"}


@dataclass(frozen=True)
class WatchedTimers:
    """DynamoDB's timers, and what their stream would carry: each that was there and was deleted."""

    inner: DynamoTimers
    gone: list[Timer] = field(default_factory=list)

    def arm(self, timer: Timer) -> None:
        """See ports.Timers."""
        self.inner.arm(timer)

    def due_at(self, minute: datetime) -> Sequence[Timer]:
        """See ports.Timers."""
        return self.inner.due_at(minute)

    def delete(self, timers: Sequence[Timer]) -> None:
        """See ports.Timers."""
        there = {(t.shop, t.cart, t.generation): t for due in {t.due for t in timers} for t in self.inner.due_at(due)}
        names = {(t.shop, t.cart, t.generation) for t in timers}
        self.inner.delete(timers)
        self.gone.extend(timer for name, timer in there.items() if name in names)

    def exists(self, timer: Timer) -> bool:
        """See ports.Timers."""
        return self.inner.exists(timer)

    def cursor(self) -> datetime | None:
        """See ports.Timers."""
        return self.inner.cursor()

    def advance(self, minute: datetime) -> None:
        """See ports.Timers."""
        self.inner.advance(minute)


@contextmanager
def dynamodb() -> Iterator[Callable[[Clock], Stores]]:
    """Makes stores in tables of their own, meanwhile."""
    numbers = count()
    with patch.dict(os.environ, MADE_UP), mock_aws():
        client = boto3.client("dynamodb")

        def stores(clock: Clock) -> Stores:
            table, timers = (_table(client, f"table-{next(numbers)}") for _ in range(2))
            watched, shops = WatchedTimers(DynamoTimers(timers, SHARDS)), DynamoShops(table, clock)

            def removed() -> list[Timer]:
                gone = watched.gone.copy()
                watched.gone.clear()
                return gone

            return Stores(
                carts=DynamoCarts(table, RETENTION),
                timers=watched,
                contacts=DynamoContacts(table, RETENTION, clock),
                episodes=DynamoEpisodes(table, clock),
                shops=shops,
                links=DynamoLinks(table, clock),
                books=DynamoBooks(table),
                sending_pauses=DynamoSendingPauses(table, clock),
                sms_slots=DynamoSmsSlots(table),
                dead_letter_queue=MemoryDeadLetters(),
                save=shops.save,
                removed=removed,
                forget_cart=lambda shop, cart: table.delete([keys.cart(shop, cart)]),
                forget_link=lambda code: table.delete([keys.link(code)]),
            )

        yield stores


def _table(client: DynamoDBClient, name: str) -> Table:
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Table(client, name)

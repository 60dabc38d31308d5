"""The stores that the contracts are asked of: in memory, in DynamoDB, and in a DynamoDB that answers two items at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from rebasket import memory
from rebasket.aws.amiss import DynamoAmissEvents
from rebasket.aws.books import DynamoBooks
from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
from rebasket.aws.episodes import DynamoEpisodes
from rebasket.aws.sending_pauses import DynamoSendingPauses
from rebasket.aws.shops import DynamoShops
from rebasket.aws.sms_slots import DynamoSmsSlots
from rebasket.aws.table import Table
from rebasket.aws.timers import DynamoTimers
from tests.doubles import ManualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.ports import AmissEvents, Books, Carts, Contacts, Episodes, Links, SendingPauses, SmsSlots, Timers

RETENTION = timedelta(days=90)
SHARDS = 3
_numbers = count()


@dataclass(frozen=True)
class Stores:
    """Every port that stores something."""

    clock: ManualClock
    carts: Carts
    timers: Timers
    contacts: Contacts
    episodes: Episodes
    links: Links
    books: Books
    shops: memory.MemoryShops | DynamoShops
    sending_pauses: SendingPauses
    sms_slots: SmsSlots
    amiss_events: AmissEvents


def in_memory() -> Stores:
    clock, shops = ManualClock(), memory.MemoryShops()
    return Stores(
        clock=clock,
        carts=memory.MemoryCarts(),
        timers=memory.MemoryTimers(),
        contacts=memory.MemoryContacts(),
        episodes=memory.MemoryEpisodes(),
        links=memory.MemoryLinks(),
        books=memory.MemoryBooks(),
        shops=shops,
        sending_pauses=memory.MemorySendingPauses(shops, clock),
        sms_slots=memory.MemorySmsSlots(),
        amiss_events=memory.MemoryAmissEvents(),
    )


def in_dynamodb(client: DynamoDBClient) -> Stores:
    clock, table, timers = ManualClock(), new_table(client), new_table(client)
    return Stores(
        clock=clock,
        carts=DynamoCarts(table, RETENTION),
        timers=DynamoTimers(timers, SHARDS),
        contacts=DynamoContacts(table, RETENTION, clock),
        episodes=DynamoEpisodes(table, clock),
        links=DynamoLinks(table, clock),
        books=DynamoBooks(table),
        shops=DynamoShops(table, clock),
        sending_pauses=DynamoSendingPauses(table, clock),
        sms_slots=DynamoSmsSlots(table),
        amiss_events=DynamoAmissEvents(table),
    )


def new_table(client: DynamoDBClient) -> Table:
    """An empty table with the keys of both of ours."""
    name = f"table-{next(_numbers)}"
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Table(client, name)


def _two_at_a_time(params: dict[str, Any], **_: object) -> None:
    params["Limit"] = 2


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[str, DynamoDBClient]]:
    """A client whose pages are as large as they come, and one whose pages hold two items."""
    with mock_aws():
        plain, small = boto3.client("dynamodb"), boto3.client("dynamodb")
        for operation in ("Query", "Scan"):
            small.meta.events.register(f"before-parameter-build.dynamodb.{operation}", _two_at_a_time)
        yield {"dynamodb": plain, "dynamodb, two items a page": small}


@pytest.fixture
def client(clients: dict[str, DynamoDBClient]) -> DynamoDBClient:
    return clients["dynamodb"]


@pytest.fixture(params=["memory", "dynamodb", "dynamodb, two items a page"])
def stores(request: pytest.FixtureRequest, clients: dict[str, DynamoDBClient]) -> Stores:
    return in_memory() if request.param == "memory" else in_dynamodb(clients[request.param])

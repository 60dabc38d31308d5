"""Both tables in moto, the adapters over them, and what an example of something stored is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws.amiss import DynamoAmissEvents
from rebasket.aws.books import DynamoBooks
from rebasket.aws.carts import DynamoCarts, DynamoContacts, DynamoLinks
from rebasket.aws.contact_journal import DynamoContactJournal
from rebasket.aws.episodes import DynamoEpisodes
from rebasket.aws.other_voices import DynamoOtherVoices
from rebasket.aws.sending_pauses import DynamoSendingPauses
from rebasket.aws.shops import DynamoShops
from rebasket.aws.sms_slots import DynamoSmsSlots
from rebasket.aws.timers import DynamoTimers
from tests.contracts.conftest import new_table
from tests.doubles import ManualClock
from tests.golden.typed import shown, stored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_dynamodb import DynamoDBClient

    from rebasket.aws.table import Table

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
RETENTION = timedelta(days=90)
TIMER_SHARDS = 4


@dataclass
class Tables:
    """Empty at first."""

    client: DynamoDBClient
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    _tables: dict[str, Table] = field(init=False)

    def __post_init__(self) -> None:
        self._tables = {name: new_table(self.client) for name in ("carts", "timers")}
        table, clock = self._tables["carts"], self.clock
        self.carts = DynamoCarts(table, RETENTION)
        self.contacts = DynamoContacts(table, RETENTION, clock)
        self.journal = DynamoContactJournal(table)
        self.other_voices = DynamoOtherVoices(table)
        self.links = DynamoLinks(table, clock)
        self.episodes = DynamoEpisodes(table, clock)
        self.amiss_events = DynamoAmissEvents(table)
        self.shops = DynamoShops(table, clock)
        self.sending_pauses = DynamoSendingPauses(table, clock)
        self.books = DynamoBooks(table)
        self.sms_slots = DynamoSmsSlots(table)
        self.timers = DynamoTimers(self._tables["timers"], TIMER_SHARDS)

    def raw(self) -> dict[str, list[dict[str, Any]]]:
        """Whatever is stored, in the order of the keys, by table; as the SDK gives it."""
        found = {name: self.client.scan(TableName=table.name)["Items"] for name, table in self._tables.items()}
        return {
            name: sorted((dict(item) for item in items), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
            for name, items in found.items()
            if items
        }

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """The same, for a golden file."""
        return {name: [shown(item) for item in items] for name, items in self.raw().items()}

    def fill(self, golden: Mapping[str, list[dict[str, Any]]]) -> None:
        """Store what a golden file shows, past all adapters."""
        for name, items in golden.items():
            for item in items:
                self.client.put_item(TableName=self._tables[name].name, Item=stored(item))


@dataclass(frozen=True)
class Example:
    """Something stored: `write` stores it, `read` gives `meant` back. No `write`: written so by earlier versions, still read."""

    name: str
    write: Callable[[Tables], object] | None
    read: Callable[[Tables], object]
    meant: object

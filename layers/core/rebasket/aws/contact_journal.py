"""The journal of what was done about a "no", beside the contacts in the Carts table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis, to_millis
from rebasket.aws.carts import expiry
from rebasket.domain.people.journal import Act, JournalEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rebasket.aws.table import Table

JOURNAL_RETENTION = timedelta(days=1827)
"""Five years: how long Germany wants proof of consent kept after each use of it (§ 7a UWG), the longest term known; Slovakia asks
for four after a withdrawal (452/2021, § 116)."""


@dataclass(frozen=True)
class DynamoContactJournal:
    """See ports.ContactJournal."""

    table: Table

    def note(self, shop: str, key: str, entry: JournalEntry) -> None:
        """See ports.ContactJournal."""
        item = {"act": entry.act.value, "by": entry.by, "why": entry.why or None, "at": to_millis(entry.at)}
        expires = expiry(entry.at, JOURNAL_RETENTION)
        self.table.put(keys.journal(shop, key, to_millis(entry.at), entry.act.value), {**item, "expires": expires})

    def find(self, shop: str, key: str, at: datetime, act: Act) -> JournalEntry | None:
        """See ports.ContactJournal."""
        item = self.table.get(keys.journal(shop, key, to_millis(at), act.value))
        return _entry(item) if item else None

    def entries(self, shop: str, key: str) -> Sequence[JournalEntry]:
        """See ports.ContactJournal."""
        found = self.table.query(keys.contact(shop, key)["pk"], "journal#", "journal$", as_of_now=True)
        return [_entry(item) for item in found]


def _entry(item: Mapping[str, Any]) -> JournalEntry:
    return JournalEntry(at=from_millis(item["at"]), act=Act(item["act"]), by=item["by"], why=item.get("why", ""))

"""The journal of what was done about a "no": ports.ContactJournal in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rebasket.domain.people.journal import Act, JournalEntry


@dataclass
class MemoryContactJournal:
    """Entries in a dictionary."""

    items: dict[tuple[str, str, datetime, Act], JournalEntry] = field(default_factory=dict)

    def note(self, shop: str, key: str, entry: JournalEntry) -> None:
        """See ports.ContactJournal."""
        self.items[shop, key, entry.at, entry.act] = entry

    def find(self, shop: str, key: str, at: datetime, act: Act) -> JournalEntry | None:
        """See ports.ContactJournal."""
        return self.items.get((shop, key, at, act))

    def entries(self, shop: str, key: str) -> Sequence[JournalEntry]:
        """See ports.ContactJournal."""
        return [entry for (s, k, _, _), entry in sorted(self.items.items(), key=lambda item: item[0]) if (s, k) == (shop, key)]

"""The ports in memory: for tests and for simulation at large scale. Held to the same contract tests as the DynamoDB ones."""

from __future__ import annotations

from rebasket.memory.amiss import MemoryAmissEvents
from rebasket.memory.books import MemoryBooks
from rebasket.memory.carts import MemoryCarts, MemoryContacts, MemoryLinks
from rebasket.memory.contact_journal import MemoryContactJournal
from rebasket.memory.episodes import MemoryEpisodes
from rebasket.memory.sending import MemoryMailer, MemoryTexter
from rebasket.memory.shops import MemorySendingPauses, MemoryShops, MemorySmsSlots
from rebasket.memory.timers import MemoryDeadLetters, MemoryTimers

__all__ = [
    "MemoryAmissEvents",
    "MemoryBooks",
    "MemoryCarts",
    "MemoryContactJournal",
    "MemoryContacts",
    "MemoryDeadLetters",
    "MemoryEpisodes",
    "MemoryLinks",
    "MemoryMailer",
    "MemorySendingPauses",
    "MemoryShops",
    "MemorySmsSlots",
    "MemoryTexter",
    "MemoryTimers",
]

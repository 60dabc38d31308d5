"""The ports in memory: for tests and for simulation at large scale. Held to the same contract tests as the DynamoDB ones."""

from __future__ import annotations

from rebasket.adapters.memory.books import MemoryBooks
from rebasket.adapters.memory.carts import MemoryCarts, MemoryContacts, MemoryLinks
from rebasket.adapters.memory.episodes import MemoryEpisodes
from rebasket.adapters.memory.sending import MemoryMailer, MemoryTexter
from rebasket.adapters.memory.shops import MemoryBrakes, MemoryShops, MemoryTextSlots
from rebasket.adapters.memory.timers import MemoryDeadTimers, MemoryTimers

__all__ = [
    "MemoryBooks",
    "MemoryBrakes",
    "MemoryCarts",
    "MemoryContacts",
    "MemoryDeadTimers",
    "MemoryEpisodes",
    "MemoryLinks",
    "MemoryMailer",
    "MemoryShops",
    "MemoryTextSlots",
    "MemoryTexter",
    "MemoryTimers",
]

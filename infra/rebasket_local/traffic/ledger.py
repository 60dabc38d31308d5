"""What was said and what was sent, in the order in which it became so. Kept outside of Rebasket, to hold its promises against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket_local.outbox import Message
    from rebasket_local.traffic.basket import Event


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Rebasket answered an event with 2xx. `changed`: it told something new."""

    at: datetime
    event: Event
    changed: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A message left."""

    at: datetime
    message: Message


@dataclass(frozen=True, slots=True)
class SaidNo:
    """Rebasket answered an opt-out by link with 2xx."""

    at: datetime
    address: str
    how: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that should not happen in this traffic: an event refused or lost, a link that does not work."""

    at: datetime
    what: str


Entry = Acknowledged | Sent | SaidNo


@dataclass
class Ledger:
    """`entries` in order; `did` counts what shoppers did, by kind."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    events_sent: int = 0

    @property
    def messages(self) -> list[Sent]:
        """All that left."""
        return [entry for entry in self.entries if isinstance(entry, Sent)]

    @property
    def acknowledged(self) -> list[Acknowledged]:
        """All that was taken, repeats included."""
        return [entry for entry in self.entries if isinstance(entry, Acknowledged)]

    @property
    def carts(self) -> frozenset[str]:
        """Ids of all carts that acknowledged events were about: an order that names none is one of its own."""
        return frozenset(name for entry in self.acknowledged if (name := cart_of(entry.event)) is not None)


def cart_of(event: Event) -> str | None:
    """The cart that an event is about; None for consent given or withdrawn away from any."""
    order: Any = event.get("order")
    return str(event["cart"]) if "cart" in event else f"order:{order['id']}" if order else None

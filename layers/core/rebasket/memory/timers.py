"""Timers, and where the poisoned ones go: ports.Timers and ports.DeadLetters in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rebasket.domain.carts.timer import Timer


@dataclass
class MemoryTimers:
    """Timers by minute. `deleted` collects what a stream would carry: each timer that was there and was deleted."""

    items: dict[datetime, dict[tuple[str, str, int], Timer]] = field(default_factory=lambda: defaultdict(dict))
    deleted: list[Timer] = field(default_factory=list)
    done: datetime | None = None

    def arm(self, timer: Timer) -> None:
        """See ports.Timers."""
        self.items[timer.due][timer.shop, timer.cart, timer.generation] = timer

    def due_at(self, minute: datetime) -> Sequence[Timer]:
        """See ports.Timers."""
        found = self.items.get(minute)
        return list(found.values()) if found else []

    def delete(self, timers: Sequence[Timer]) -> None:
        """See ports.Timers."""
        for timer in timers:
            minute = self.items.get(timer.due, {})
            gone = minute.pop((timer.shop, timer.cart, timer.generation), None)
            if gone is not None:
                self.deleted.append(gone)
            if not minute:
                self.items.pop(timer.due, None)

    def exists(self, timer: Timer) -> bool:
        """See ports.Timers."""
        return (timer.shop, timer.cart, timer.generation) in self.items.get(timer.due, {})

    def cursor(self) -> datetime | None:
        """See ports.Timers."""
        return self.done

    def advance(self, minute: datetime) -> None:
        """See ports.Timers."""
        self.done = minute if self.done is None else max(self.done, minute)


@dataclass
class MemoryDeadLetters:
    """Keeps what is dead-lettered."""

    dead_lettered: list[tuple[Timer, str]] = field(default_factory=list)

    def dead_letter(self, timer: Timer, why: str) -> None:
        """See ports.DeadLetters."""
        self.dead_lettered.append((timer, why))

"""What came of one row, or of the rows of one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

Wire = dict[str, Any]
"""An event as shops post it (docs/integration.md)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Events, in the order in which they have to be recorded."""

    line: int
    events: tuple[Wire, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Nothing is wrong, and there is nothing to take."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something is wrong: what, for whoever can mend the file."""

    line: int
    why: str


Read = Told | LeftOut | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file does not say itself. `zone`: of moments without an offset; `currency`: of orders without one; `as_of`: when the
    file was exported, which is when a "no" without a date is taken to be said.
    """

    zone: tzinfo
    currency: str | None
    as_of: datetime


def order_events(
    number: str, at: str, total: int, currency: str, contact: Wire, *, refunded: int = 0, cancelled: str | None = None
) -> tuple[Wire, ...]:
    """An order that was paid, and what was paid back of it. Ids are made of the order's: a repeat is the same event."""
    said: Wire = {"at": at, **({"contact": contact} if contact else {})}
    placed = {
        **said,
        "type": "order.placed",
        "id": f"import:{number}",
        "order": {"id": number, "total": total, "currency": currency},
    }
    events = [placed]
    if cancelled:
        events.append({"type": "order.cancelled", "id": f"import:cancel:{number}", "at": cancelled, "order": {"id": number}})
    elif refunded:
        back = {"id": number, "amount": refunded, "currency": currency}
        events.append({"type": "order.refunded", "id": f"import:refund:{number}", "at": at, "order": back})
    return tuple(events)


def said(**what: str | None) -> Wire:
    """Of a contact, what is known."""
    return {name: value for name, value in what.items() if value}

"""Timers: a due time for one generation of a cart, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LEAD = timedelta(minutes=2)
"""`ingest` arms at least this far ahead: no function that arms runs longer than 30 s and clocks differ by less than 30 s, so the
timer cannot fire before the cart write that needs it."""

LEASE = timedelta(minutes=5)
"""How long a claim is another owner's: longer than any owner lives, and than any function (`close_books`, four minutes)."""

OVERDUE = timedelta(hours=1)
"""An active cart so long past its due has lost its timer; the next event arms another."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_up(at: datetime) -> datetime:
    """`at`, rounded up to the whole minute."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A note to look at this generation of this cart, at `due` (a whole minute).

    `day` names the episode's day, once it is declared; `attempt` counts how often processing it went wrong.
    """

    shop: str
    cart: str
    generation: int
    due: datetime
    day: str | None = None
    attempt: int = 0

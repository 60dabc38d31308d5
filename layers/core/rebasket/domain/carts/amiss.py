"""What a shop told and was not taken, or not whole: kept for the shop to see. Nothing that was sent, only where it was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

RETENTION = timedelta(days=30)
MAX_FIELDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Amiss:
    """The latest event of its type about a cart that was refused, or lost something. `fields`: pointers with what was wrong;
    `event` is the shop's id of it, None where it had none that can be told.
    """

    shop: str
    cart: str
    type: str
    event: str | None
    at: datetime
    refused: bool
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AmissCounts:
    """Of a shop and a day: events that were refused, and events taken that lost something."""

    refused: int = 0
    mended: int = 0

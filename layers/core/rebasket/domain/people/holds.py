"""Orders that were placed but not paid (yet): while one is pending, its buyer is asked for nothing.

A hold stamps no purchase: what ends it without payment gives the cart back to its reminders.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_HOLDS = 20
"""Orders remembered, those with the newest words: as many as a cart may have."""


class PaymentWord(StrEnum):
    """What was said of an order's payment; where two have the same time, the one that stands further down counts."""

    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The latest word on one order.

    word, at         what was said, and when (the shop's time): of two words the later counts
    held_at          our time when the order became known, compared with when a cart last changed
    placed_at        the shop's time of the order, compared with a cart's last activity
    until            when it ends by itself, such as the shop's `pay_by`; None: only by a later word
    """

    word: PaymentWord
    at: datetime
    held_at: datetime
    placed_at: datetime
    until: datetime | None = None

    def refuses(self, seen_at: datetime, active_at: datetime, now: datetime) -> bool:
        """Whether it keeps back a cart as a purchase would: pending, not run out, and the cart is not of after the order."""
        live = self.word is PaymentWord.PENDING and (self.until is None or now < self.until)
        return live and (self.held_at >= seen_at or self.placed_at >= active_at)


def merged(one: Mapping[str, Hold], other: Mapping[str, Hold]) -> dict[str, Hold]:
    """Of each order the later word; of the orders those with the newest words."""
    both = {**one, **other}
    for order in one.keys() & other.keys():
        both[order] = max(one[order], other[order], key=_lateness)
    newest = sorted(both, key=lambda order: (_lateness(both[order]), order))[-MAX_HOLDS:]
    return {order: hold for order, hold in both.items() if order in newest}


def _lateness(hold: Hold) -> tuple[object, ...]:
    """The word's time and weight; the rest only so that no two are equally late."""
    ends = (hold.until is None, hold.until or hold.at)
    return (hold.at, list(PaymentWord).index(hold.word), hold.held_at, hold.placed_at, ends)

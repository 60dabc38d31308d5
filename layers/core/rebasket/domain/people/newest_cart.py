"""Which of a person's carts speaks: the newest that is live. Derived from the carts whenever it is asked, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A cart among others of the same person.

    `active_at` is the shop's time of its last activity, None if there was none; `empty`: it holds nothing. `speaks_until`: None
    while it is active; once abandoned, when its last step is given up; a cart that is bought or closed speaks no more, and is
    not handed in, or with a time long past.
    """

    id: str
    active_at: datetime | None
    empty: bool = False
    speaks_until: datetime | None = None

    def live(self, now: datetime) -> bool:
        """Whether a message about it may still be ahead."""
        return not self.empty and self.active_at is not None and (self.speaks_until is None or now < self.speaks_until)


def newer_live_cart(own: Standing, others: Iterable[Standing], now: datetime) -> Standing | None:
    """The newest live cart that is later than `own`, which then is silent; None: `own` speaks.

    Later by the last activity; of equally late carts that with the greater id, so that of two carts always exactly one speaks.
    """
    rivals = [(cart.active_at, cart.id, cart) for cart in others if cart.active_at is not None and cart.live(now)]
    later = [rival for rival in rivals if own.active_at is None or rival[:2] > (own.active_at, own.id)]
    return max(later, key=lambda rival: rival[:2])[2] if later else None

"""An episode: one abandonment of one cart, from its declaration to its outcome; the unit of the books.

Each part has its own writer and is written on condition of itself, so the writes commute and none has to exist first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.orders.refunds import Refunds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.money import MicroUSD, Money
    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.reminders.check import Check
    from rebasket.domain.sending.delivery_events import DeliveryEvent


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class EpisodeRef:
    """Where an episode is filed: the day (UTC, `YYYY-MM-DD`) it was declared, its cart and generation."""

    shop: str
    day: str
    cart: str
    generation: int


class Arm(StrEnum):
    """What the experiment assigned."""

    TREATMENT = "touched"
    HELD = "held"


class TouchState(StrEnum):
    """How a touch ended. These five, and no other."""

    SENT = "sent"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    HELD = "held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What was true when the cart was declared. `due`: when it should have been; `contacts`: whom to write to.

    `value` in minor units of `currency`; both None where prices were in several currencies.

    `time_zone` (IANA name) is whose night is kept: the shopper's as reported, else their phone number's, else the shop's. None
    only in headers of before that, and counts as UTC. `arm`: only in headers of before people had one; their person's counts.
    """

    declared_at: datetime
    due: datetime
    value: int | None
    currency: str | None
    contacts: Mapping[Channel, str]
    policy: int
    locale: str | None
    time_zone: str | None
    arm: Arm | None = None

    @property
    def reachable(self) -> bool:
        """Whether there was anybody to write to."""
        return bool(self.contacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A touch's end. `cost` in micro-dollars, None = no price known (unpriced); `due` when it should have gone out."""

    state: TouchState
    why: str
    at: datetime
    due: datetime
    channel: Channel | None = None
    contact: str | None = None
    attempt: int = 0
    parts: int = 0
    cost: MicroUSD | None = None
    price: str | None = None
    message_id: str | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """The order that this episode is credited with. `by` says how it was joined: its own cart, or the same contact."""

    order: str
    cart: str
    at: datetime
    total: Money
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """All that is known of one episode. `refunds` by order, of orders it may not be credited with, too; `clicked_at` the first.

    `said` is the weightiest word of the provider on each step: accepted, then bounced, then complained. `twin`: its person was
    counted twice in a season, for they were known as two, so that neither group can have this one.
    """

    ref: EpisodeRef
    header: Header | None = None
    touches: Mapping[int, Touch] = field(default_factory=dict)
    chosen: Mapping[int, Channel] = field(default_factory=dict)
    order: Credit | None = None
    refunds: Mapping[str, Refunds] = field(default_factory=dict)
    clicked_at: datetime | None = None
    said: Mapping[int, DeliveryEvent] = field(default_factory=dict)
    twin: bool = False

    @property
    def held(self) -> bool:
        """Whether it was held back: by a touch that was, or by the group in a header of before people had one."""
        of_header = self.header is not None and self.header.arm is Arm.HELD
        return of_header or any(touch.state is TouchState.HELD for touch in self.touches.values())

    @property
    def refunded(self) -> int:
        """Minor units paid back of the credited order."""
        return self.refunds.get(self.order.order, Refunds()).of(self.order.total) if self.order else 0

    @property
    def refunded_by_currency(self) -> Mapping[str, int]:
        """The same, and what was paid back of it in other currencies, each by itself."""
        return self.refunds.get(self.order.order, Refunds()).by_currency(self.order.total) if self.order else {}


def supersedes(known: Touch | None, new: Touch) -> bool:
    """Whether `new` may be recorded: where nothing is yet, or sent over unknown."""
    return known is None or (known.state is TouchState.UNKNOWN and new.state is TouchState.SENT)

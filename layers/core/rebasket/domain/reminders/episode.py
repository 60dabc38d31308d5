"""An episode: one abandonment of one cart, from its declaration to its outcome; the unit of the books.

Each part has its own writer and is written on condition of itself, so the writes commute and none has to exist first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.orders.refunds import Refunds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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


MAX_CREDITS = 100
"""Orders that one episode is credited with besides the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An order that an episode is credited with. `by` says how it was joined: its own cart, or the same contact.

    `total` is None where the shop said none; `told_at`: when it was told, None where that is when the order was placed; `also`:
    another name of the order, by which refunds may be told.
    """

    order: str
    cart: str
    at: datetime
    total: Money | None
    by: str
    told_at: datetime | None = None
    also: str | None = None

    @property
    def told(self) -> datetime:
        """When its total was told."""
        return self.told_at or self.at

    def is_of(self, order: str) -> bool:
        """Whether that is one of its names."""
        return order in (self.order, self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """All that is known of one episode. `order` was credited first, `more` are other orders of the same cart, by their names.
    `refunds` by order, of orders it may not be credited with, too; `clicked_at` the first.

    `said` is the weightiest word of the provider on each step: accepted, then bounced, then complained. `twin`: its person was
    counted twice in a season, for they were known as two, so that neither group can have this one.
    """

    ref: EpisodeRef
    header: Header | None = None
    touches: Mapping[int, Touch] = field(default_factory=dict)
    chosen: Mapping[int, Channel] = field(default_factory=dict)
    order: Credit | None = None
    more: Mapping[str, Credit] = field(default_factory=dict)
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
    def orders(self) -> tuple[Credit, ...]:
        """All orders that it is credited with, the first first."""
        return ((self.order,) if self.order else ()) + tuple(self.more[name] for name in sorted(self.more))

    def refunds_of(self, credit: Credit) -> Refunds:
        """What was paid back of one of them, by whichever of its names it was told."""
        also = self.refunds.get(credit.also, Refunds()) if credit.also else Refunds()
        return self.refunds.get(credit.order, Refunds()) | also

    @property
    def refunded(self) -> int:
        """Minor units paid back of the first credited order."""
        return self.refunds_of(self.order).of(self.order.total) if self.order and self.order.total else 0

    @property
    def refunded_by_currency(self) -> Mapping[str, int]:
        """The same of all credited orders, and what was paid back in other currencies, each by itself."""
        return self.paid_back_of(self.orders)

    def paid_back_of(self, credits_: Iterable[Credit]) -> Mapping[str, int]:
        """What was paid back of some of its orders, by currency; also in currencies that they were not paid in."""
        sums: dict[str, int] = {}
        for credit in credits_:
            if credit.total is not None:
                for currency, minor in self.refunds_of(credit).by_currency(credit.total).items():
                    sums[currency] = sums.get(currency, 0) + minor
        return dict(sorted(sums.items()))


def credited(episode: Episode, order: Credit) -> Episode:
    """With an order, or what was told later of one it has; the same object when that changes nothing, or it has too many."""
    first = episode.order
    if first is None or first.is_of(order.order):
        counts = first is None or first.told <= order.told
        kept = replace(order, order=first.order, also=first.also or order.also) if first else order
        return replace(episode, order=kept) if counts else episode
    known = episode.more.get(order.order)
    room = known is not None or len(episode.more) < MAX_CREDITS
    counts = room and (known is None or known.told <= order.told)
    return replace(episode, more={**episode.more, order.order: order}) if counts else episode


def supersedes(known: Touch | None, new: Touch) -> bool:
    """Whether `new` may be recorded: where nothing is yet, or sent over unknown."""
    return known is None or (known.state is TouchState.UNKNOWN and new.state is TouchState.SENT)

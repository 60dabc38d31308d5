"""A small world, as told before anything happens: one shop, what will be reported and asked, and what may go wrong how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.simulation.kernel import START

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.sending.delivery_events import DeliveryEvent
    from rebasket.domain.shops.policy import Shop
    from tests.simulation.states.program import Work

LIFE = 29
"""Seconds: no process lives longer (Lambda's deadline is 30)."""


class Budget(NamedTuple):
    """How often something may go wrong, or happen again, in one history."""

    crashes: int = 0
    """A process dies between two calls: its record comes back, its event may be told again."""
    retellings: int = 0
    """An event whose recording died is told again; without, it is given up."""
    repeats: int = 0
    """An event is told again though it was answered."""
    redeliveries: int = 0
    """The stream brings a record, and keeps it to bring it again."""
    lost: int = 0
    """A conditional write takes effect, its answer gets lost, and the SDK's own repeat of it is refused."""
    errors: int = 0
    """A call of a wake raises, without effect or after it."""
    throttles: int = 0
    """The provider surely does not take a message, for now."""
    rejects: int = 0
    """The provider will not take a message."""
    silences: int = 0
    """A request gets no answer; it was accepted, or it got lost on the way."""
    words: int = 0
    """The provider says something of a message that it accepted."""
    delays: int = 0
    """Time moves on though a timer is due or a record waits."""
    ticks: int = 0
    """Time moves on by some seconds, while processes live."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that happens once: an event, an opt-out, an erasure, a rearm.

    It may begin from `at` (seconds after the start) on, at any time: once the entries named in `after` are answered, and the
    message of the touch named by `sent` has arrived.
    """

    name: str
    work: Work
    at: int = 0
    after: tuple[str, ...] = ()
    sent: str = ""


@dataclass(frozen=True, kw_only=True)
class World:
    """One small world.

    `most` processes run at once. `word` is what the provider says of a message. `ahead`: seconds by which the clock of whoever
    deletes timers is ahead. `moments`: seconds after the start at which delayed things are looked at, besides the end of leases.
    """

    name: str
    about: str
    shop: Shop
    entries: tuple[Entry, ...]
    budget: Budget = field(default_factory=Budget)
    start: datetime = START
    most: int = 2
    word: DeliveryEvent | None = None
    ahead: int = 0
    moments: tuple[int, ...] = ()

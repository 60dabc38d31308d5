"""What the ledger holds: stops, gates, requests, pauses, and what was paid back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from rebasket.domain.carts.events import OrderCancelled, OrderPlaced, OrderRefunded, Payment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.sends import Send
    from tests.simulation.kernel import Process

EVERYBODY = "everybody"
"""Whose sending is stopped or goes on, when it is not one shop's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """From `since` on (virtual ms) no gate of this contact may be passed, for carts that did not change after it.

    A purchase (`placed_at` is the shop's time of it) stops carts whose last change was stored before `begun`, when whoever
    stored the purchase began, and carts whose last activity was not after it by the shop's clock. A no stops all:
    `placed_at` None.
    """

    why: str
    since: int
    begun: int = 0
    placed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Gate:
    """One passed gate: when, by whom, what trouble they had before, and what ought to have stopped it.

    `version`: which of all gates of the world it was. `members`: the keys of all who surely were one person with its own then.
    """

    at: int
    version: int
    shop: str
    key: str
    touch: TouchId
    send: Send
    process: Process | None
    troubles: int
    stopped: Stop | None
    members: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A message that counts for its person's cap: at most `cap` may have passed since `since` (virtual ms), with this one."""

    gate: Gate
    version: int
    at: int
    since: int
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request on the wire. `accepted`: True, False = surely not, None = nobody knows. `cost` in micro-dollars."""

    at: int
    shop: str
    key: str
    touch: TouchId
    day: str
    to: Address
    accepted: bool | None
    cost: int | None
    process: Process | None


@dataclass(slots=True, kw_only=True)
class Pause:
    """Sending was stopped `since`, `until` it went on (None: not yet); virtual ms."""

    since: int
    until: int | None = None


def is_purchase(event: Event) -> TypeGuard[OrderPlaced]:
    """Whether it says that something was bought, and not only ordered."""
    return isinstance(event, OrderPlaced) and event.payment is Payment.PAID


def paid_back(event: OrderRefunded | OrderCancelled) -> int | None:
    """What an event says was paid back, in minor units; None for all of it."""
    return event.amount.minor if isinstance(event, OrderRefunded) else None


def paid_back_of(parts: Mapping[str, int | None], total: int) -> int:
    """Of so much, by what each event told of; never more."""
    amounts = [total if part is None else part for part in parts.values()]
    return min(total, sum(amounts))

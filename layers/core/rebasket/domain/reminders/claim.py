"""Whose is the touch? Nobody's, mine, another wake's, or decided already: the pure answer to what the person says of it.

`usecases/reminding/send_step.py` asks before it decides anything, and again after each refusal at the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.people.contact import SendState

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.people.person import Person


@dataclass(frozen=True, slots=True)
class Free:
    """Nobody's: may be claimed, as try number `attempt`."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Owned:
    """My own claim, whose answer was lost: carry on."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Leased:
    """Somebody else's, who may be alive: look again then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """Somebody else's, who is dead: whether it went out, nobody knows."""


@dataclass(frozen=True, slots=True)
class Control:
    """Held already; only the record is missing."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Decided against already, after so many tries; only the record is missing."""

    tries: int


Taken = Owned | Leased | Expired | Control | Declined


def claim_state(person: Person, touch: TouchId, day: str, owner: str, now: datetime) -> Free | Taken:
    """What is known of a person's touch, of an episode that is filed under that day."""
    entry = person.send_of(touch, day)
    if entry is None:
        return Free(1)
    if entry.state is SendState.RELEASED:
        return Free(entry.attempt + 1)
    if entry.state is SendState.HELD:
        return Control()
    if entry.state is SendState.REFUSED:
        return Declined(entry.attempt)
    if entry.owner == owner:
        return Owned(entry.attempt)
    until = entry.at + LEASE
    return Leased(until) if now < until else Expired()

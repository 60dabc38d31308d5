"""What was done about an address's "no", by whom and why: for whoever asks later why somebody was, or was not, written to.

Entries hold no address: they are filed under its hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.contact import TouchId


class Act(StrEnum):
    """What was done. An opt-out and its undoing are the shopper's, the other two the shop's."""

    OPTED_OUT = "opted out"
    CAME_BACK = "came back"
    ALLOWED = "allowed"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One act, at our time. `by`: an AWS identity, or the touch whose link was used; `why`: the operator's words."""

    at: datetime
    act: Act
    by: str
    why: str = ""


def link_name(touch: TouchId, day: str) -> str:
    """How an entry names the link of a message: it can be told from others, and not be followed."""
    return f"link of {touch} of {day}"

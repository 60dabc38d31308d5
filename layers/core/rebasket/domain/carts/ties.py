"""What comes first of two things at one time: the shop's `sequence` says, else the one that arrived first.

Whatever is told at the same moment as what it replaces wins by having arrived later. So that a repetition of what was replaced
does not win in turn, what was replaced at the newest such moment is remembered, by fingerprint: nothing is kept of a cart of
which no two things were told for one moment. A thing replaced, and told anew at that moment by another event, is taken for
a repetition. At older moments, of which nothing is remembered, what is there stays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

MAX_REPLACED = 50
"""Fingerprints kept, the latest."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The shop's time of an event, and its number among those of that time, if it has one."""

    at: datetime
    sequence: int | None = None

    def before(self, other: Moment) -> bool:
        """Whether this one is surely earlier: by time, or by number where both have one."""
        if self.at != other.at:
            return self.at < other.at
        return self.sequence is not None and other.sequence is not None and self.sequence < other.sequence

    def ties(self, other: Moment) -> bool:
        """Whether only arrival can tell which comes first."""
        return not self.before(other) and not other.before(self)


@dataclass(frozen=True, slots=True)
class Replaced:
    """Fingerprints of what was replaced at one moment by what arrived later for the same."""

    at: datetime
    marks: tuple[str, ...]


def fingerprint(*what: object) -> str:
    """Ten characters for anything of which equal things have equal `repr`."""
    return hashlib.blake2b(repr(what).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def remembered(replaced: Replaced | None, at: datetime, mark: str) -> Replaced | None:
    """With this mark, too. None where the moment is older than the one that is remembered: there nothing may be replaced."""
    if replaced is None or replaced.at < at:
        return Replaced(at, (mark,))
    if replaced.at > at:
        return None
    return replaced if mark in replaced.marks else Replaced(at, (*replaced.marks, mark)[-MAX_REPLACED:])


def was_replaced(replaced: Replaced | None, at: datetime, mark: str) -> bool:
    """Whether this is a repetition of something replaced at its moment."""
    return replaced is not None and replaced.at == at and mark in replaced.marks

"""What somebody said about being written to, and which of two statements counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody said about being written to at one address, where they said it and when.

    `double_opt_in`: they confirmed it by a link in a message to that very address; then it lifts an earlier opt-out.
    """

    granted: bool
    source: str
    at: datetime
    double_opt_in: bool = False


def later_consent(one: Consent | None, other: Consent | None) -> Consent | None:
    """The later of two statements; at the same moment, "no" wins."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda c: (c.at, not c.granted, c.double_opt_in, c.source))

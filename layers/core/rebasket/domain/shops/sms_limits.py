"""Where text messages may go, and how many: each costs money, and who owns a premium number, or a range of numbers, earns it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.people.addresses import Address

COUNTRY: Final = re.compile("[A-Z]{2}")
"""How ISO 3166 writes a country."""

SHOWN, HIDDEN = 7, 4
"""Digits that count as a number's beginning, at most, and those at its end that never do: 10,000 people share any beginning."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a number is: ISO 3166, None where that cannot be told; and whether it is known what a text message there costs."""

    country: str | None
    priced: bool


def beginning(number: Address) -> str:
    """The digits that a number shares with its neighbours: country, network, and the first of the range it was given out in."""
    digits = number.value.removeprefix("+")
    return digits[: min(SHOWN, len(digits) - HIDDEN)]


def hour_of(at: datetime) -> datetime:
    """The full hour before, or the moment itself."""
    return at.replace(minute=0, second=0, microsecond=0)

"""Money: integer minor units with their ISO 4217 currency; prices of AWS in integer micro-dollars. Never a float."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

MicroUSD = NewType("MicroUSD", int)
"""Millionths of a US dollar: the price of one e-mail is 160, of one US text message part 11,950."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of `minor` units (cents, kopiykas; yen as they are) of the ISO 4217 `currency`."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency; raises ValueError for another one."""
        if other.currency != self.currency:
            message = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(message)
        return Money(self.minor + other.minor, self.currency)

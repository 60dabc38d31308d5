"""What the provider charges for a message. A price without a source is unpriced (None), never 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.money import MicroUSD

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Micro-dollars for one unit (an e-mail, one part of a text message), where that comes from, and as of when."""

    each: MicroUSD
    source: str
    as_of: str

    @property
    def label(self) -> str:
        """How the books name it."""
        return f"{self.source} ({self.as_of})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBook:
    """Prices for one Region. `texts` by ISO 3166 country of the number."""

    email: Price | None
    texts: Mapping[str, Price]

    def text(self, country: str | None) -> Price | None:
        """The price of one part to that country; None when nobody told us."""
        return None if country is None else self.texts.get(country)


def cost(price: Price | None, units: int) -> MicroUSD | None:
    """What `units` cost; None when unpriced."""
    return None if price is None else MicroUSD(price.each * units)

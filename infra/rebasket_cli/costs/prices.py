"""AWS's prices by Region, each with source and date; those of messages from the price book. Without a source: unpriced."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rebasket.aws.price_book import price_book
from rebasket.domain.errors import FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).with_name("aws_prices.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrice:
    """Micro-dollars for one, and where that comes from."""

    each: Fraction
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """`things` names everything that costs something, in the order of a bill; `prices` those that have one here; `free` what an
    account has for nothing each month, all its applications together.
    """

    region: str
    things: Mapping[str, str]
    prices: Mapping[str, UnitPrice]
    free: Mapping[str, int]


@lru_cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def regions() -> list[str]:
    """Those that the file knows."""
    return list(_file()["regions"])


def price_list(region: str, country: str) -> PriceList:
    """Prices in a Region, and of text messages to a country. Raises Invalid for a Region that the file does not know."""
    if region not in _file()["regions"]:
        message = f"nobody looked up prices in {region}"
        raise Invalid(message, (FieldError("/region", f"one of {', '.join(regions())}"),))
    entries = _file()["everywhere"] | _file()["regions"][region]
    prices = {
        thing: UnitPrice(each=Fraction(entry["microusd"], entry["per"]), source=f"{entry['source']} ({entry['as_of']})")
        for thing, entry in entries.items()
    }
    book = price_book(region)
    for thing, price in (("email", book.email), ("text_part", book.text(country))):
        if price is not None:
            prices[thing] = UnitPrice(each=Fraction(price.each), source=price.label)
    free = {thing: entry["quantity"] for thing, entry in _file()["free"].items()}
    return PriceList(region=region, things=_file()["things"], prices=prices, free=free)

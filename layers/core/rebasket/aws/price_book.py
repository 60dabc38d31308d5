"""Prices of messages, from the dated list beside this file. What the list does not have is unpriced.

Micro-dollars for an e-mail and for one part of a text message. The list of 2022 is by country and names no Region, so it counts
for all; SES is priced per Region, at the Essentials rate that new accounts pay (older ones may still pay 100).
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

from rebasket.domain.money import MicroUSD
from rebasket.domain.sending.prices import Price, PriceBook

_FILE = Path(__file__).parent / "prices.json"


class _Entry(TypedDict):
    each: int
    source: str
    as_of: str


class _Region(TypedDict, total=False):
    email: _Entry
    texts: dict[str, _Entry]


class _List(TypedDict):
    texts: dict[str, _Entry]
    regions: dict[str, _Region]


@lru_cache
def price_book(region: str) -> PriceBook:
    """The prices for an AWS Region such as `us-east-1`; one that the list does not know has the prices by country only."""
    prices: _List = json.loads(_FILE.read_text(encoding="utf-8"))
    here = prices["regions"].get(region, {})
    texts = prices["texts"] | here.get("texts", {})
    return PriceBook(
        email=_price(here["email"]) if "email" in here else None,
        texts={country: _price(entry) for country, entry in texts.items()},
    )


def _price(entry: _Entry) -> Price:
    return Price(each=MicroUSD(entry["each"]), source=entry["source"], as_of=entry["as_of"])

"""What lies in a cart: the latest snapshot, and the changes since played on it. Each line with the currency of its price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from rebasket.domain.carts.events import Line


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole cart at one time, and the currency of its prices as far as it was said."""

    at: datetime
    lines: tuple[Line, ...]
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """One change. `line` carries what is added, priced in `currency`; a removal has neither, and takes all where `quantity` is
    None.
    """

    at: datetime
    id: str
    sku: str
    quantity: int | Decimal | None
    line: Line | None
    currency: str | None = None


PricedLine = tuple["Line", str | None]
"""A line, and the currency of its price as far as it was said."""


def priced_lines(base: Snapshot | None, deltas: Iterable[Delta]) -> Sequence[PricedLine]:
    """The base with the later deltas, in order of time and id, played on it. Of one item the price told last counts."""
    now: dict[str, PricedLine] = {}
    lines, currency = (base.lines, base.currency) if base else ((), None)
    for line in lines:
        have = now.get(line.sku)
        now[line.sku] = replace(line, quantity=line.quantity + have[0].quantity) if have else line, currency
    for delta in deltas:
        have = now.get(delta.sku)
        if delta.line is not None:
            more = have[0].quantity if have else 0
            now[delta.sku] = replace(delta.line, quantity=delta.line.quantity + more), delta.currency
        elif have is not None and delta.quantity is not None and have[0].quantity > delta.quantity:
            now[delta.sku] = replace(have[0], quantity=have[0].quantity - delta.quantity), have[1]
        else:
            now.pop(delta.sku, None)
    return tuple(now.values())


def currencies(lines: Iterable[PricedLine]) -> frozenset[str]:
    """The currencies of their prices that were said."""
    return frozenset(currency for _, currency in lines if currency is not None)


def amount(line: Line) -> int:
    """What a line comes to, minor units: as the shop said, else quantity times price, halves to the even unit."""
    return line.line_total if line.line_total is not None else round(line.quantity * line.unit_price)

"""What lies in a cart: the latest snapshot, and the changes since played on it. Each line with the currency of its price.

Lines are kept as the shop tells them, in their order: two lines of one sku stay two, whether or not anything tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.carts.ties import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from rebasket.domain.carts.events import Line


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole cart at one time, and the currency of its prices as far as it was said.

    `incomplete`: some of its lines were left out. `folded`: changes were played into it, so that none of its time is news.
    """

    at: datetime
    lines: tuple[Line, ...]
    currency: str | None = None
    sequence: int | None = None
    incomplete: bool = False
    folded: bool = False

    @property
    def moment(self) -> Moment:
        """When, by time and number."""
        return Moment(self.at, self.sequence)


@dataclass(frozen=True, slots=True)
class Delta:
    """One change. `line` carries what is added, priced in `currency`; a removal has neither, and takes all where `quantity` is
    None. `line_id` names one line among those of the sku.
    """

    at: datetime
    id: str
    sku: str
    quantity: int | Decimal | None
    line: Line | None
    currency: str | None = None
    line_id: str | None = None
    sequence: int | None = None

    @property
    def moment(self) -> Moment:
        """When, by time and number."""
        return Moment(self.at, self.sequence)


PricedLine = tuple["Line", str | None]
"""A line, and the currency of its price as far as it was said."""


def priced_lines(base: Snapshot | None, deltas: Iterable[Delta]) -> Sequence[PricedLine]:
    """The base with the later deltas, in their order, played on it. Of one line the price told last counts."""
    now: list[PricedLine] = [(line, base.currency) for line in base.lines] if base else []
    for delta in deltas:
        if delta.line is not None:
            _add(now, delta.line, delta.currency)
        else:
            _remove(now, delta)
    return tuple(now)


def _add(now: list[PricedLine], line: Line, currency: str | None) -> None:
    """More of the last line that is the same; a line of its own where there is none."""
    for index in range(len(now) - 1, -1, -1):
        have = now[index][0]
        if _same(have, line):
            told = line.line_total is not None or have.line_total is not None
            total = amount(have) + amount(line) if told else None
            now[index] = replace(line, quantity=have.quantity + line.quantity, line_total=total), currency
            return
    now.append((line, currency))


def _same(have: Line, line: Line) -> bool:
    """By line_id where there is one; else by all that tells lines apart: variations may carry their parent's sku."""
    if line.line_id is not None:
        return have.key == line.line_id
    return (have.sku, have.title, have.options) == (line.sku, line.title, line.options)


def _remove(now: list[PricedLine], delta: Delta) -> None:
    """From the last line of that name backwards. Where the sku is named alone, all its lines are meant."""
    left = delta.quantity
    for index in range(len(now) - 1, -1, -1):
        have, currency = now[index]
        if (have.key != delta.line_id) if delta.line_id is not None else (delta.sku not in (have.key, have.sku)):
            continue
        if left is None:
            del now[index]
        elif have.quantity > left:
            now[index] = replace(have, quantity=have.quantity - left, line_total=None), currency
            return
        else:
            left -= have.quantity
            del now[index]
            if not left:
                return


def folded(base: Snapshot | None, delta: Delta) -> Snapshot:
    """The base with one change played into it. In the currency of the one told last: a base has one; other lines are left out."""
    priced = priced_lines(base, (delta,))
    currency = delta.currency or (base.currency if base else None)
    lines = tuple(line for line, priced_in in priced if priced_in in (currency, None))
    incomplete = len(lines) < len(priced) or (base is not None and base.incomplete)
    return Snapshot(delta.at, lines, currency, delta.sequence, incomplete=incomplete, folded=True)


def currencies(lines: Iterable[PricedLine]) -> frozenset[str]:
    """The currencies of their prices that were said."""
    return frozenset(currency for _, currency in lines if currency is not None)


def amount(line: Line) -> int:
    """What a line comes to, minor units: as the shop said, else quantity times price, halves to the even unit."""
    return line.line_total if line.line_total is not None else round(line.quantity * line.unit_price)


def shape(lines: Iterable[Line]) -> Sequence[object]:
    """What a shopper decides about a cart's lines: which, how many, in which options."""
    return [(line.key, line.quantity, line.options) for line in lines]

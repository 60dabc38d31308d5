"""The event log of the REES46 data sets, "eCommerce behavior data from multi category store": CSV, plain or gzipped.

    event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
    2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c

Every line stands for itself: one that cannot be read is named and takes no other with it. Views are only counted.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, TYPE_CHECKING, Final

from rebasket_local.errors import LocalCloudError

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS: Final = (
    "event_time", "event_type", "product_id", "category_id", "category_code", "brand", "price", "user_id", "user_session",
)  # fmt: skip
KINDS: Final = ("view", "cart", "remove_from_cart", "purchase")
MINOR: Final = 100
MOST: Final = Decimal(10**9)
LONGEST: Final = 120
"""Of what becomes part of an id."""
_GZIP: Final = b"\x1f\x8b"


class NotThisFormat(LocalCloudError):
    """The file is no such log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line that is not a view. `mark` is the same for lines that are the same, and for no others; `price` in minor units."""

    line: int
    mark: str
    at: datetime
    kind: str
    product: str
    category: str
    brand: str
    price: int
    user: str
    session: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """A line that cannot be used, and why."""

    line: int
    why: str


@dataclass
class Log:
    """All of it but the views. `began` and `ended` are the times of the first and last line that could be read."""

    rows: list[Row] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    began: datetime | None = None
    ended: datetime | None = None


class _Wrong(ValueError):
    pass


def read_log(path: Path) -> Log:
    """Read the whole file. Raises NotThisFormat when its first line is not that of such a log, or nothing in it can be used."""
    log = Log()
    with _opened(path) as lines:
        header = _fields(lines.readline())
        if tuple(header) != COLUMNS:
            raise NotThisFormat(f"{path}: the first line has to be {','.join(COLUMNS)}")
        for number, line in enumerate(lines, 2):
            try:
                _take(log, number, line)
            except _Wrong as wrong:
                log.malformed.append(Malformed(number, str(wrong)))
    if log.began is None:
        raise NotThisFormat(f"{path}: not one of {len(log.malformed)} lines can be used")
    log.rows.sort(key=lambda row: (row.at, row.line))
    return log


def _opened(path: Path) -> IO[str]:
    with path.open("rb") as peeked:
        zipped = peeked.read(2) == _GZIP
    opener = gzip.open if zipped else open
    return opener(path, "rt", encoding="utf-8", errors="replace", newline="\n")


def _fields(line: str) -> list[str]:
    """A line by itself: a stray quotation mark must not swallow those that follow."""
    try:
        return next(csv.reader([line.rstrip("\r\n")], strict=True), [])
    except csv.Error as error:
        raise _Wrong(f"not CSV: {error}") from None


def _take(log: Log, number: int, line: str) -> None:
    found = _fields(line)
    if len(found) != len(COLUMNS):
        raise _Wrong(f"{len(found)} fields instead of {len(COLUMNS)}")
    said = dict(zip(COLUMNS, found, strict=True))
    at, kind = _time(said["event_time"]), said["event_type"]
    if kind not in KINDS:
        raise _Wrong(f"event_type {kind[:40]!r} is none of {', '.join(KINDS)}")
    price = _price(said["price"])
    for name in ("product_id", "user_id", "user_session"):
        if not said[name].strip() or not said[name].isprintable() or len(said[name]) > LONGEST:
            raise _Wrong(f"{name} is empty, too long or not printable")
    log.kinds[kind] += 1
    log.began = min(log.began or at, at)
    log.ended = max(log.ended or at, at)
    if kind != "view":
        log.rows.append(
            Row(
                line=number,
                mark=hashlib.sha256("\x00".join(found).encode()).hexdigest()[:24],
                at=at,
                kind=kind,
                product=said["product_id"],
                category=said["category_code"],
                brand=said["brand"],
                price=price,
                user=said["user_id"],
                session=said["user_session"],
            )
        )


def _time(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    except ValueError:
        raise _Wrong(f"event_time {text[:40]!r} is no time") from None


def _price(text: str) -> int:
    try:
        price = Decimal(text)
    except InvalidOperation:
        raise _Wrong(f"price {text[:40]!r} is no number") from None
    if not price.is_finite() or not 0 <= price < MOST:
        raise _Wrong(f"price {text[:40]} is out of range")
    minor = price * MINOR
    if minor != minor.to_integral_value():
        raise _Wrong(f"price {text[:40]} has more than two digits after the point")
    return int(minor)

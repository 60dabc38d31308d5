"""Other ways to read a field that cannot be taken as it is. Each returns what it read and what to tell of it, or None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from rebasket.platforms.native.currencies import CURRENCIES, RETIRED
from rebasket.platforms.native.fields import AHEAD, EARLIEST, MAX_DECIMALS, MAX_QUANTITY
from rebasket.platforms.native.texts import without_control
from rebasket.platforms.native.time_zones import time_zones
from rebasket.platforms.native.wire import MAX_REPLACED
from rebasket.platforms.native.wire_parts import MAX_DISCOUNTS, MAX_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Reading:
    """A value to take instead; `told` says what was done to it, None where that goes without saying."""

    value: object
    told: str | None = None


def _identifier(value: object, _: datetime) -> Reading | None:
    """Systems that count tell ids as numbers."""
    if isinstance(value, str):
        return _if_changed(value, without_control(value).strip())
    return Reading(str(value)) if type(value) is int else None


def _identity(value: object, _: datetime) -> Reading | None:
    """Of an event, a cart, an order: what is inside of it stays, for another id would be another one."""
    if isinstance(value, str):
        return _if_changed(value, value.strip())
    return Reading(str(value)) if type(value) is int else None


def _if_changed(value: str, found: str, told: str | None = None) -> Reading | None:
    return Reading(found, told) if found and found != value else None


def _text(longest: int) -> Callable[[object, datetime], Reading | None]:
    def read(value: object, _: datetime) -> Reading | None:
        if type(value) in {int, float}:
            return Reading(str(value))
        if not isinstance(value, str):
            return None
        clean = without_control(value).strip()
        if len(clean) > longest:
            return Reading(clean[:longest].strip(), f"has more than {longest} characters, and was cut there")
        return _if_changed(value, clean)

    return read


def _email(value: object, _: datetime) -> Reading | None:
    """`Jane <jane@example.com>`, `mailto:`, blanks around; of several the first."""
    if not isinstance(value, str):
        return None
    several = [bare for one in re.split(r"[,;]", value) if "@" in (bare := _bare(one))]
    if not several:
        return None
    return _if_changed(value, several[0], "names several addresses, of which the first was taken" if several[1:] else None)


def _bare(address: str) -> str:
    clean = without_control(address).strip()
    inside = re.fullmatch(r"[^<>@]*<([^<>]+)>", clean)
    return (inside[1] if inside else clean).strip().removeprefix("mailto:")


def _phone(value: object, _: datetime) -> Reading | None:
    if type(value) is int:
        return Reading(str(value))
    return _if_changed(value, without_control(value).strip().removeprefix("tel:")) if isinstance(value, str) else None


def _currency(value: object, _: datetime) -> Reading | None:
    if not isinstance(value, str):
        return None
    code = without_control(value).strip().upper()
    return Reading(code) if code in CURRENCIES | RETIRED else None


_LANGUAGE = re.compile(r"(?a:[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,4})")


def _locale(value: object, _: datetime) -> Reading | None:
    """`en_US.UTF-8`, `sr_RS@latin`: locales of the C library carry more than a language."""
    if not isinstance(value, str):
        return None
    tag = re.split(r"[.@]", without_control(value).strip())[0]
    return _if_changed(value, tag) if _LANGUAGE.fullmatch(tag) else None


def _time_zone(value: object, _: datetime) -> Reading | None:
    known = time_zones().get(without_control(value).strip().casefold()) if isinstance(value, str) else None
    return Reading(known) if known else None


def _quantity(value: object, _: datetime) -> Reading | None:
    """One too large is cut, one too fine is rounded; `1,5` is one and a half."""
    text = str(value).strip() if type(value) in {int, float, str} else ""
    if re.fullmatch(r"[0-9]{1,4},[0-9]{1,2}", text):
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or number <= 0:
        return None
    if number > MAX_QUANTITY:
        return Reading(MAX_QUANTITY, f"is above {MAX_QUANTITY:,}, and was cut there")
    fine = number.quantize(Decimal(1).scaleb(-MAX_DECIMALS), ROUND_HALF_EVEN)
    return Reading(str(fine), None if fine == number else f"has more than {MAX_DECIMALS} decimals, and was rounded")


def is_nothing(value: object) -> bool:
    """Whether a quantity says that there is none."""
    try:
        return type(value) in {int, float, str} and Decimal(str(value).strip()) == 0
    except InvalidOperation:
        return False


def _whole(value: object, _: datetime) -> Reading | None:
    """Digits as text. A decimal point is never read: nobody knows whether 49.90 is minor units."""
    text = value.strip() if isinstance(value, str) else ""
    return Reading(int(text)) if re.fullmatch(r"(?a:-?[0-9]{1,18})", text) else None


def _paid_back(value: object, now: datetime) -> Reading | None:
    """Some count what was paid back below zero."""
    read = _whole(value, now)
    number = read.value if read else value
    if type(number) is int and number < 0:
        return Reading(-number, "is negative, and was taken as what was paid back")
    return read


_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _truth(value: object, _: datetime) -> Reading | None:
    found = _TRUTH.get(str(value).strip().lower()) if type(value) in {int, str} else None
    return None if found is None else Reading(found)


def _word(value: object, _: datetime) -> Reading | None:
    return _if_changed(value, re.sub(r"[\s-]+", "_", value.strip().lower())) if isinstance(value, str) else None


def _address_of_web(value: object, _: datetime) -> Reading | None:
    """`//cdn.example/k.jpg` is meant with https; blanks inside are escaped."""
    if not isinstance(value, str):
        return None
    url = value.strip().replace(" ", "%20")
    return _if_changed(value, f"https:{url}" if url.startswith("//") else url)


def moment(value: object, now: datetime) -> Reading | None:
    """A time with another spelling, or as seconds or milliseconds since 1970; one ahead of our clock is now."""
    at: datetime | None = None
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip().upper())
        elif type(value) is int:
            at = datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    if at is None or at.tzinfo is None:
        return None
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        return None
    if at < EARLIEST:
        return None
    if at > now + AHEAD:
        return Reading(now.isoformat(), "is ahead of our clock, and was taken as now")
    return Reading(at.isoformat(timespec="milliseconds"))


def _list(most: int, *, pairs: bool = False) -> Callable[[object, datetime], Reading | None]:
    def read(value: object, _: datetime) -> Reading | None:
        if isinstance(value, list) and len(value) > most:
            return Reading(value[:most], f"has more than {most} entries; the first {most} were taken")
        if isinstance(value, str) and value.strip():
            return Reading([value])
        if isinstance(value, dict) and pairs:
            return Reading([f"{name}: {said}" for name, said in value.items() if isinstance(said, str | int)])
        return None

    return read


def _order(value: object, _: datetime) -> Reading | None:
    return Reading({"id": value}) if (isinstance(value, str) and value.strip()) or type(value) is int else None


READERS: Final[Mapping[str, Callable[[object, datetime], Reading | None]]] = {
    **dict.fromkeys(("id", "cart", "replaces/*", "number"), _identity),
    **dict.fromkeys(
        ("sku", "line_id", "customer_id", "anonymous_id", "code"), _identifier
    ),
    **dict.fromkeys(("name", "source", "options/*"), _text(200)),
    **dict.fromkeys(("device", "categories/*", "reason"), _text(100)),
    "title": _text(500),
    "unit": _text(20),
    "email": _email,
    "phone": _phone,
    "currency": _currency,
    "locale": _locale,
    "time_zone": _time_zone,
    "quantity": _quantity,
    **dict.fromkeys(
        (
            "unit_price", "line_total", "unit_margin", "shipping", "tax", "total", "discount",
            "earlier_orders", "days_in_stock", "sequence",
        ),
        _whole,
    ),
    "amount": _paid_back,
    **dict.fromkeys(("granted", "tax_included"), _truth),
    **dict.fromkeys(("stage", "stock", "payment", "origin", "by", "channel"), _word),
    **dict.fromkeys(("image_url", "product_url", "restore_url", "pay_url"), _address_of_web),
    **dict.fromkeys(("at", "revised_at", "pay_by"), moment),
    "options": _list(MAX_OPTIONS, pairs=True),
    "categories": _list(20),
    "replaces": _list(MAX_REPLACED),
    "discounts": _list(MAX_DISCOUNTS),
    "lines": _list(200),
    "order": _order,
}  # fmt: skip
"""By a field's name; `name/*`: an entry of that array."""

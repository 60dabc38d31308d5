"""What cells hold: amounts, moments, yes and no. Each raises ValueError that says what is wrong, in words for the operator."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rebasket.messages.amounts import minor_digits

if TYPE_CHECKING:
    from datetime import tzinfo

YES = frozenset({"yes", "y", "true", "1", "subscribed", "granted", "так"})
NO = frozenset({"no", "n", "false", "0", "unsubscribed", "not_subscribed", "denied", "cleaned", "ні"})
_ONE_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_OFFSET = re.compile(r"(?P<local>.*\d) ?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)")


def minor(text: str, currency: str) -> int:
    """Minor units of an amount that is written with a point, or a comma before the last two digits. Never rounded."""
    bare_text = text.replace(" ", "").replace("\u00a0", "")
    if _ONE_COMMA.fullmatch(bare_text):
        bare_text = bare_text.replace(",", ".")
    units = Decimal(bare_text).scaleb(minor_digits(currency)) if _AMOUNT.fullmatch(bare_text) else Decimal("0.5")
    if units != int(units):
        message = f"“{text}” is no amount of {currency}"
        raise ValueError(message)
    return int(units)


def moment(text: str, zone: tzinfo) -> datetime:
    """A moment in UTC. One without an offset is by the clock of `zone`; a day alone is its beginning."""
    tidy = text.removesuffix(" UTC").strip()
    parts = _OFFSET.fullmatch(tidy)
    if parts and ":" in parts["local"]:
        tidy = f"{parts['local'].strip()}{parts['sign']}{parts['hours']}:{parts['minutes']}"
    try:
        at = datetime.fromisoformat(tidy)
    except ValueError:
        message = f"“{text}” is no time such as 2026-03-02 10:15:00 +0200"
        raise ValueError(message) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC if text.endswith(" UTC") else zone)
    return at.astimezone(UTC)


def wire_time(at: datetime) -> str:
    """As the wire format has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(text: str) -> bool:
    """Yes or no."""
    said = text.casefold().replace(" ", "_")
    if said not in YES | NO:
        message = f"“{text}” is neither yes nor no"
        raise ValueError(message)
    return said in YES


def bare(text: str | None) -> str | None:
    """Without the apostrophe by which Shopify keeps spreadsheets from taking a number for one."""
    return text.lstrip("'").strip() or None if text else None

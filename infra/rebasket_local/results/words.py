"""Numbers as a person reads them in the report: English, amounts by currency and never added across currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.messages.amounts import amounts

if TYPE_CHECKING:
    from collections.abc import Mapping

NARROW = "\u202f"


def money(by_currency: Mapping[str, int]) -> list[str]:
    """One amount for each currency, largest number of minor units first."""
    ranked = sorted(by_currency.items(), key=lambda item: (-item[1], item[0]))
    return [_amount(minor, currency) for currency, minor in ranked if minor]


def _amount(minor: int, currency: str) -> str:
    written = amounts(currency, "en")
    return f"{minor} {currency}" if written is None else written.write(minor)


def dollars(micro: float | None) -> str:
    """Micro-dollars: cents where they matter, more digits where they would be lost."""
    if micro is None:
        return "–"
    value = micro / 1_000_000
    digits = 2 if abs(value) >= 1 or not value else 4
    return f"${value:,.{digits}f}"


def percent(share: float) -> str:
    """One digit after the point."""
    return f"{100 * share:.1f}{NARROW}%"


def points(difference: float) -> str:
    """A difference of shares, which is no share: percentage points."""
    return f"{100 * difference:.1f}{NARROW}points".replace("-", "−")


def number(count: float) -> str:
    """Thousands apart."""
    return f"{count:,.0f}"


def signed(count: int) -> str:
    """A difference of counts; a nought has no sign."""
    return f"{'+' if count > 0 else '−' if count else ''}{number(abs(count))}"


def signed_money(by_currency: Mapping[str, int]) -> list[str]:
    """Differences of amounts, as `money` orders them."""
    ranked = sorted(by_currency.items(), key=lambda item: (-item[1], item[0]))
    return [f"{'+' if minor > 0 else '−'}{_amount(abs(minor), currency)}" for currency, minor in ranked if minor]


def signed_dollars(micro: int) -> str:
    """A difference of micro-dollars."""
    return f"{'+' if micro > 0 else '−' if micro else ''}{dollars(abs(micro))}"

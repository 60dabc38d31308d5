"""Amounts of money and counts, as the shopper's own locale writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal, get_currency_precision, list_currencies

from rebasket.messages.languages import LANGUAGES, locales_in

# ISO 4217, list one: digits after the point where they are not two. Babel's own figures are CLDR's, which say how many are
# usually shown (none for RSD or IQD), not what a minor unit is.
_DIGITS = {
    **dict.fromkeys((
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    ), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip
_LETTER_MEETS_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_NO_CURRENCY, _TESTING = "XXX", "XTS"


def minor_digits(currency: str) -> int:
    """How many digits of an amount are minor units: 2 for EUR, 0 for JPY."""
    return _DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Writes amounts of one currency in one locale."""

    locale: Locale
    currency: str
    digits: int
    shown: int

    def write(self, minor: int) -> str:
        """`minor` units, with as many digits as the currency is usually shown with, and more only where they say something."""
        usually_left_out = max(self.digits - self.shown, 0)
        amount = Decimal(minor).scaleb(-self.digits)
        if minor % 10**usually_left_out == 0:
            amount = amount.quantize(Decimal(1).scaleb(usually_left_out - self.digits))
        return _spaced(format_currency(amount, self.currency, locale=self.locale, decimal_quantization=False))


def amounts(currency: str | None, *wishes: str | None) -> Amounts | None:
    """For the first locale of `wishes` that Babel knows; None when the currency is unknown: then no price can be shown."""
    if currency is None or currency not in _currencies():
        return None
    return Amounts(locale_of(*wishes), currency, _DIGITS.get(currency, 2), get_currency_precision(currency))


@lru_cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies()) - {_NO_CURRENCY, _TESTING}


def _spaced(amount: str) -> str:
    """With a space between letters and digits, which Babel leaves out: "UAH 12" (UTS 35, part 3, currency spacing)."""
    return _LETTER_MEETS_DIGIT.sub("\u00a0", amount)


def count(number: int | Decimal, locale: Locale) -> str:
    """A whole number, or a decimal."""
    return format_decimal(number, locale=locale)


def locale_of(*wishes: str | None) -> Locale:
    """The locale that numbers are written in: the shopper's own, whatever language the text falls back to.

    A region that CLDR lacks for that language (`uk-PL`) leaves the language.
    """
    for wish in wishes:
        for name in locales_in(wish):
            for candidate in (name, name.split("_")[0]):
                if (locale := _parse(candidate)) is not None:
                    return locale
    return Locale(LANGUAGES[0])


@lru_cache(maxsize=256)
def _parse(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return None

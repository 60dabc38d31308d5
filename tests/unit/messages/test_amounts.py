from decimal import Decimal

import pytest
from babel import Locale

from rebasket.messages.amounts import Amounts, amounts, count, locale_of
from rebasket.platforms.native.currencies import CURRENCIES


def written(minor: int, currency: str, *wishes: str | None) -> str:
    found = amounts(currency, *wishes)
    assert found is not None
    return found.write(minor).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "expected"),
    [
        (123450, "USD", "en-US", "$1,234.50"),
        (123450, "USD", "en-GB", "US$1,234.50"),
        (123450, "GBP", "en_GB.UTF-8", "£1,234.50"),
        (123450, "UAH", "uk-UA", "1 234,50 ₴"),
        (123450, "UAH", "en", "UAH 1,234.50"),
        (123450, "EUR", "de-DE", "1.234,50 €"),
        (123450, "EUR", "de_AT@euro", "€ 1.234,50"),
        (123450, "PLN", "pl", "1 234,50 zł"),
        (1234, "JPY", "en", "¥1,234"),
        (1234, "JPY", "ja-JP", "￥1,234"),
        (1234500, "KWD", "en", "KWD 1,234.500"),
        (1234, "KWD", "en", "KWD 1.234"),
        # Usually shown without a fraction (CLDR), yet their minor unit is a hundredth or a thousandth (ISO 4217).
        (1234500, "RSD", "sr", "12.345 RSD"),
        (1234567, "RSD", "sr", "12.345,67 RSD"),
        (12345000, "IQD", "en", "IQD 12,345"),
        (0, "EUR", "en", "€0.00"),
        (10**16, "UAH", "uk", "100 000 000 000 000,00 ₴"),
    ],
)
def test_in_the_locale_and_the_currencys_own_units(minor: int, currency: str, locale: str, expected: str) -> None:
    assert written(minor, currency, locale) == expected


@pytest.mark.parametrize("currency", [None, "", "XXX", "XTS", "ZZZ", "usd", "US"])
def test_an_unknown_currency_has_no_amounts(currency: str | None) -> None:
    assert amounts(currency, "en") is None


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_no_currency_that_shops_may_use_loses_its_fraction(currency: str) -> None:
    found = amounts(currency, "en")
    assert isinstance(found, Amounts)
    digits = "".join(char for char in found.write(1_234_567) if char.isdigit() or char == ".").strip(".")
    assert Decimal(digits).scaleb(found.digits) == 1_234_567


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (("en-GB",), "en_GB"),
        (("EN_gb",), "en_GB"),
        (("de-CH", "en"), "de_CH"),
        (("uk-PL",), "uk"),
        (("tlh", "uk-UA"), "uk_UA"),
        (("xx-YY", None), "en"),
        ((None,), "en"),
        (("zh-Hant-TW",), "zh_Hant_TW"),
    ],
)
def test_numbers_follow_the_first_locale_that_exists(wishes: tuple[str | None, ...], expected: str) -> None:
    assert str(locale_of(*wishes)) == expected


def test_counts() -> None:
    assert count(1200, Locale("en")) == "1,200"
    assert count(1200, Locale("uk")).replace("\u00a0", " ") == "1 200"

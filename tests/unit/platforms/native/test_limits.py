"""The limits of each field, from both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.platforms.native.samples import NOW, Path, changed, parsed, pointer, sample, wrong


@pytest.mark.parametrize(
    ("path", "fine", "bad"),
    [
        (("id",), ["x", "x" * 128, "Ідентифікатор", "a b"], ["", "x" * 129, "a\u200bb", "\u3000"]),
        (("cart",), ["x" * 128, "й" * 64, "a#b/c~d"], ["", "x" * 129, "й" * 65, "\u2028"]),
        (("lines", 0, "sku"), ["x" * 128, " ", "\u200b"], ["", "x" * 129]),
        (("lines", 0, "title"), ["x" * 500, "😀" * 500, " ", "<b>", "\ufeff"], ["", "x" * 501]),
        (("lines", 0, "quantity"), [1, 9_999], [0, -1, 10_000]),
        (("lines", 0, "unit_price"), [0, 10**12], [-1, 10**12 + 1]),
        (("lines", 0, "unit_margin"), [-(10**12), 10**12], [-(10**12) - 1, 10**12 + 1]),
        (("lines", 0, "days_in_stock"), [0, 100_000], [-1, 100_001]),
        (("lines", 0, "stock"), ["in_stock", "low", "out_of_stock", "unknown"], ["", "plenty", "LOW"]),
        (("lines", 0, "categories"), [[], ["x"] * 20], [["x"] * 21]),
        (("lines", 0, "categories", 0), ["x" * 100], ["", "x" * 101]),
        (("lines",), [[]], ["x"]),
        (("currency",), ["UAH", "JPY"], ["eur", "XXX", "EURO", "", "DEM", "€"]),
        (("locale",), ["en", "uk_UA", "zh-Hant-TW", "es-419"], ["", "e", "english_language_of_some_kind_or_other", "en US",
            "uk.UTF-8", "ук"]),
        (("device",), ["x" * 100], ["", "x" * 101]),
        (("shipping",), [0, 10**12], [-1]),
        (("contact", "name"), ["x" * 200, "O'Brien <b>"], ["", "x" * 201]),
        (("contact", "customer_id"), ["x" * 128], ["", "x" * 129]),
        (("contact", "earlier_orders"), [0, 10**6], [-1, 10**6 + 1]),
        (("contact", "time_zone"), ["UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "Europe/Kiev"], ["", "europe/kyiv",
            "Kiew", "../../etc/passwd", "Europe"]),
        (("contact", "consent", "sms", "source"), ["x" * 200], ["", "x" * 201]),
    ],
)  # fmt: skip
def test_limits_are_exact(path: Path, fine: list[object], bad: list[object]) -> None:
    for value in fine:
        assert wrong(changed(sample("cart.updated"), path, value)) == {}, value
    for value in bad:
        found = wrong(changed(sample("cart.updated"), path, value))
        assert list(found) == [pointer(path)], (value, found)


def test_a_cart_has_at_most_200_lines() -> None:
    line = sample("cart.updated")["lines"][0]
    assert wrong({**sample("cart.updated"), "lines": [line] * 200}) == {}
    assert wrong({**sample("cart.updated"), "lines": [line] * 201}) == {"/lines": "must have at most 200 entries"}


def test_an_orders_id_fits_into_the_cart_made_of_it() -> None:
    placed = changed(sample("order.placed"), ("cart",), ...)
    assert parsed(placed).cart == "order:o-1"
    longest = parsed(changed(placed, ("order", "id"), "й" * 60))
    assert wrong({**sample("order.placed"), "cart": longest.cart}) == {}
    assert list(wrong(changed(placed, ("order", "id"), "й" * 61))) == ["/order/id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-02T12:00:00Z", NOW),
        ("2026-11-02t12:00:00z", NOW),
        ("2026-11-02T14:00:00+02:00", NOW),
        ("2026-11-01T22:15:00-13:45", NOW),
        ("2026-11-02T12:00:00-00:00", NOW),
        ("2026-11-02T12:10:00Z", NOW + timedelta(minutes=10)),
        ("2026-11-02T12:00:00.123456789Z", NOW + timedelta(milliseconds=123)),
        ("2026-11-02T12:00:00.9999Z", NOW + timedelta(milliseconds=999)),
        ("2026-11-02T12:00:00.1Z", NOW + timedelta(milliseconds=100)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_are_kept_in_utc_to_the_millisecond(text: str, expected: datetime) -> None:
    assert parsed({**sample("cart.deleted"), "at": text}).at == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-11-02", "2026-11-02T12:00:00", "2026-11-02 12:00:00Z", "2026-11-02T12:00Z", "20261102T120000Z",
        "2026-11-02T12:00:00+0200", "2026-11-02T12:00:00.Z", "2026-11-02T12:00:00.1234567890Z", "２026-11-02T12:00:00Z",
        "2026-02-30T12:00:00Z", "2026-11-02T24:00:00Z", "2026-06-30T23:59:60Z", "2026-11-02T12:00:00+24:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1999-12-31T23:59:59.999Z", "2000-01-01T00:00:00+00:01",
        "2026-11-02T12:10:00.001Z", "2026-11-02T12:10:01Z", " 2026-11-02T12:00:00Z", "2026-11-02T12:00:00Z\u2028",
    ],
)  # fmt: skip
def test_what_is_no_time_is_named(text: str) -> None:
    assert list(wrong({**sample("cart.deleted"), "at": text})) == ["/at"]
    given = changed(sample("cart.deleted"), ("contact", "consent", "sms", "at"), text)
    assert list(wrong(given)) == ["/contact/consent/sms/at"]

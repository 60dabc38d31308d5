"""Currencies, time zones and web addresses against what others know of them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from rebasket.domain.carts.web_address import LONGEST, is_web_address, leads_to
from rebasket.platforms.native.currencies import CURRENCIES
from rebasket.platforms.native.time_zones import time_zones
from tests.unit.platforms.native.samples import changed, sample, wrong

HOSTS = ("shop.example", "Acme.Example.")


def test_every_countrys_currency_is_taken() -> None:
    used = {
        currency
        for territory in get_global("territory_currencies")
        for currency in get_territory_currencies(territory, start_date=date(2026, 11, 1), tender=True)
    }
    assert used - CURRENCIES <= {"BGN"}, "Bulgaria has had the euro since 2026, which Babel's data may not know yet"
    assert CURRENCIES - used == {"SVC", "VED"}, "in ISO 4217, but CLDR counts them out"
    assert [code for code in CURRENCIES if get_currency_name(code, locale="en") == code] == []


def test_every_time_zone_can_be_loaded() -> None:
    assert len(time_zones()) > 500
    for name in time_zones().values():
        assert ZoneInfo(name).key == name


@pytest.mark.parametrize(
    "url",
    ["https://shop.example", "https://shop.example/", "https://www.shop.example/cart?x=1#y", "HTTPS://Shop.Example:443/a",
     "https://shop.example./", "https://acme.example/кошик/1", "https://a.b.acme.example?x=https://evil.example/@",
     "https://shop.example/" + "x" * (LONGEST - 21)],
)  # fmt: skip
def test_a_restore_link_leads_to_the_shop(url: str) -> None:
    assert leads_to(url, HOSTS)
    assert is_web_address(url)
    assert wrong(changed({**sample("cart.updated")}, ("restore_url",), url)) == {}


@pytest.mark.parametrize(
    "url",
    ["", "shop.example", "//shop.example", "/cart", "http://shop.example/", "ftp://shop.example/",
     "javascript:alert(1)//shop.example", "https://evil.example/", "https://shop.example.evil.example/", "https://evilshop.example/",
     "https://evil.example/shop.example",
     "https://evil.example#shop.example", "https://evil.example?.shop.example", "https://shop.example@evil.example/",
     "https://evil.example\\.shop.example/", "https://evil.example\\@shop.example/", "https://shop.example\\@evil.example/",
     "https:\\\\shop.example/", "https://evil.example／.shop.example/", "https://evil.example%2f.shop.example/",
     "https://shop.example:8443/",
     "https://shop.example:443@evil.example/", "https://jane:x@shop.example/", "https://ſhop.example/",
     "https://shop.example/ x",
     "https://shop.example/\u00a0", "https://shop.example/\u2028", " https://shop.example/", "https://shop.example\u3002",
     "https:///shop.example/",
     "https://.shop.example/", "https://[::1].shop.example/", "https://shop.example:/", "https://shop.example:443443/"],
)  # fmt: skip
def test_a_restore_link_leads_nowhere_else(url: str) -> None:
    assert not leads_to(url, HOSTS)
    assert list(wrong(changed(sample("cart.updated"), ("restore_url",), url))) == ["/restore_url"]


def test_control_characters_are_in_no_web_address() -> None:
    for character in map(chr, [*range(33), 0x7F, 0x85]):
        assert not leads_to(f"https://shop.example/{character}x", HOSTS)
        found = wrong(changed(sample("cart.updated"), ("restore_url",), f"https://shop.example/{character}x"))
        assert list(found) == ["/restore_url"]


def test_the_hosts_are_named_to_the_shop() -> None:
    (detail,) = wrong(changed(sample("cart.updated"), ("restore_url",), "https://evil.example/")).values()
    assert "shop.example" in detail
    assert "evil" not in detail


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.jpg",
        "https://img_1.cdn.example:8443/a b".replace(" ", "%20"),
        "https://xn--80a1acny.xn--j1amh/фото.jpg",
    ],
)
def test_pictures_may_be_anywhere(url: str) -> None:
    assert is_web_address(url)
    assert wrong(changed(sample("cart.updated"), ("lines", 0, "image_url"), url)) == {}


@pytest.mark.parametrize("url", ["a.jpg", "data:image/png;base64,AA==", "https://пошта.укр/a.jpg",
"https://u:p@cdn.example/", "https://x/" + "y" * LONGEST,
                                 "https://x/" + "й" * (LONGEST // 2), "file:///etc/passwd", "https://"])  # fmt: skip
def test_what_is_no_web_address_is_named(url: str) -> None:
    for field in ("image_url", "product_url"):
        assert list(wrong(changed(sample("cart.updated"), ("lines", 0, field), url))) == [f"/lines/0/{field}"]

"""The way back leads to the shop or nowhere, in whatever form somebody writes another place."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops

SHOP = "SHOP.example"
"""Stands for the test's own shop in what follows."""

ELSEWHERE = [
    "//evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https://evil.example/",
    "http://SHOP.example/",
    "https://SHOP.example@evil.example/",
    "https://SHOP.example:443@evil.example/",
    "https://SHOP.example%40evil.example/",
    "https://SHOP.example\\@evil.example/",
    "https://evil.example\\@SHOP.example/",
    "https://evil.example#@SHOP.example/",
    "https://evil.example?@SHOP.example/",
    "https://SHOP.example.evil.example/",
    "https://evilSHOP.example/",
    "https://SHOP.examp1e/",
    "https://SHOP.example:8443/",
    "https://ЅHOP.example/",
    "https://SHOP。example/",
    "https://SHOP．example/",
    "https://ſhop.example/",
    "https://xn--shp-3na.example/",
    "https://SHOP.example/\\\\evil.example",
    "ht\ttps://evil.example/",
    "https:\t//evil.example/",
    "java\nscript:alert(1)",
    " https://SHOP.example/",
    "https://SHOP.example%2f@evil.example/",
    "https://SHOP.example%2fevil.example/",
    "https://evil.example%2f.SHOP.example/",
    "https://evil.example%23.SHOP.example/",
    "https://evil.example%00.SHOP.example/",
    "https://evil.example;.SHOP.example/",
    "https://evil.example:443.SHOP.example/",
    "https://SHOP.example:443:80/",
    "https://SHOP.example:0443/",
    "https://SHOP.example:99999/",
    "https://SHOP.example:/",
    "https://SHOP.example../",
    "https://.SHOP.example/",
    "https://@SHOP.example/",
    "https://SHOP.example\u3000/",
    "https://SHOP\u00ad.example/",
    "https://SHOP｡example/",
    "https://ⓈHOP.example/",
    "https://[SHOP.example]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0x7f.1/",
    "//SHOP.example/",
    "/cart/1",
    "ftp://SHOP.example/",
    "wss://SHOP.example/",
    "view-source:https://SHOP.example/",
    "javascript:alert(1)",
    "JaVaScRiPt://SHOP.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://SHOP.example/x",
    "file:///etc/passwd",
    "https://SHOP.example/\r\nlocation: https://evil.example/",
    "https://SHOP.example/\n",
    "https://SHOP.example/\t",
    "\x01https://SHOP.example/",
    "https://[::1]/",
    "https://2130706433/",
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "cart",
    "",
]

HOME = [
    ("https://SHOP.example/cart/1?x=1#y", None),
    ("https://www.SHOP.example/", None),
    ("https://SHOP.example/?next=https://evil.example/", None),
    ("https://SHOP.example/%0d%0aset-cookie:%20a=b", None),
    ("https://SHOP.example//evil.example", None),
    ("HttpS://SHOP.example/", None),
    ("https://SHOP.example./", None),
    ("https://SHOP.example:443/", None),
    ("https://SHOP.example?@evil.example/", None),
    ("https://SHOP.example/%2f%2fevil.example/%5cevil.example", None),
    ("https://SHOP.example/..//evil.example/@evil.example", None),
    ("https://SHOP.example/кошик/1?q=чай", "https://SHOP.example/%D0%BA%D0%BE%D1%88%D0%B8%D0%BA/1?q=%D1%87%D0%B0%D0%B9"),
]
"""What leads to the shop, and how it stands in the header where that differs: headers are ASCII (RFC 9110, 5.5)."""


def test_another_place_is_refused_when_it_is_reported(shops: TwoShops) -> None:
    kelvin = "https://SHOP.example/".replace("SHOP", shops.id("oak").replace("k", "\u212a"))  # whose lower case is the letter k
    for number, url in enumerate([*ELSEWHERE, kelvin]):
        event = shops.cart(f"c{number}", restore_url=url.replace("SHOP", shops.id("oak")))
        strict = shops.post("oak", event, query="?strict=1")
        assert strict.status == 422, url
        assert strict.json()["errors"][0]["pointer"] == "/restore_url"
        answer = shops.post("oak", event).json()["results"][0]
        assert answer["status"] == "accepted", url
        told = [warning["pointer"] for warning in answer.get("warnings", ())]
        home = re.fullmatch(r"(https:)?//SHOP\.example(/[\x20-\x5b\x5d-\x7e]*)?", url.strip())
        assert told == ([] if home or not url else ["/restore_url"]), url


def test_the_way_back_leads_where_the_shop_said(shops: TwoShops) -> None:
    for number, (url, _) in enumerate(HOME):
        reported = shops.cart(f"c{number}", f"somebody{number}@shopper.example", restore_url=url.replace("SHOP", shops.id("oak")))
        assert shops.post("oak", reported).status == 202, url
    shops.advance(hours=2)
    found = {}
    for message in shops.cloud.outbox:
        if message.tags["rebasket-shop"] == shops.id("oak"):
            part = message.mail.get_body(("plain",))
            assert part is not None
            code = part.get_content().split("/r/")[1].split()[0]
            answer = shops.cloud.http("GET", f"/r/{code}?next=https://evil.example/&url=//evil.example")
            assert answer.status == 302
            found[message.to] = answer.headers["location"].replace(shops.id("oak"), "SHOP")
    assert found == {f"somebody{n}@shopper.example": wanted or url for n, (url, wanted) in enumerate(HOME)}
    for location in found.values():
        assert location.isascii()
        assert location.isprintable()


@pytest.mark.parametrize("base", ["//evil.example/", "https://evil.example"])
def test_a_host_that_is_the_shops_no_more_is_not_followed(shops: TwoShops, base: str) -> None:
    """The link was stored while the host was the shop's; the shop gave it up, and somebody else registered it."""
    oak = shops.id("oak")
    shops.post("oak", shops.cart("c1", restore_url=f"https://shop.{oak}.example/cart/1"))
    shops.advance(hours=2)
    stored = shops.app.shops.get(oak)
    assert stored is not None
    shops.app.shops.save(replace(stored, hosts=(f"new-{oak}.example",)))
    shops.advance(minutes=1)
    answer = shops.cloud.http("GET", f"/r/{shops.code('oak')}", {"host": base, "x-forwarded-host": "evil.example"})
    assert (answer.status, urlsplit(answer.headers["location"]).hostname) == (302, f"{oak}.example")

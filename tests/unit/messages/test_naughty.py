"""Strings that break things, typed by somebody as product, name or shop: they come out unbroken and change nothing else."""

import json
import unicodedata
from dataclasses import replace
from email.message import EmailMessage
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rebasket.domain.sending.message import Brief
from rebasket.messages import pages
from rebasket.messages.composer import MessageComposer
from rebasket.messages.plain import is_linked, plain
from rebasket.messages.preview import html_of
from tests.shared_data import shared
from tests.unit.messages.briefs import BRIEF, MUG, SENDER, SHOP, TOWEL, Document, parsed, read

COMPOSER = MessageComposer(SENDER)
HEADERS = parsed(COMPOSER.email(BRIEF).raw).keys()
ISOLATES = dict.fromkeys((0x2068, 0x2069))
BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    strings: list[str] = json.loads(shared("D1-big-list-of-naughty-strings/blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 400
    return strings


def visible(text: str) -> str:
    """What is left when nobody can quarrel about spaces and invisible characters."""
    return "".join(char for char in text if unicodedata.category(char)[0] not in "CZ")


def everywhere(text: str) -> Brief:
    line = replace(MUG, title=text, sku=text, product_url=text, image_url=text)
    shop = replace(SHOP, name=text, sender_name=text, postal_address=text, logo_url=text, colour=text)
    return replace(BRIEF, name=text, lines=(line, TOWEL), shop=shop)


def titles(document: Document) -> list[str]:
    return [e.text for e in document.all("div", dir="auto") if "font-weight:600" in e.attributes.get("style", "")]


def expected_title(text: str) -> str:
    return visible(text) if plain(text) else "—"


def check(raw: bytes, text: str, usual: Document) -> None:
    message = parsed(raw)
    defects = [defect for part in message.walk() for defect in part.defects]
    assert defects == []
    assert all(not header.defects for header in message.values())
    assert message.keys() == HEADERS
    document, sender = read(body(message, "html")), sender_name(message)
    assert [shape for shape in document.shape if shape != ("br",)] == [shape for shape in usual.shape if shape != ("br",)]
    assert {e.attributes["href"] for e in document.all("a")} == {BRIEF.restore_url, BRIEF.opt_out_url}
    assert visible(titles(document)[0]) == expected_title(text)
    places = (document.text, body(message, "plain"), message["Subject"], sender)
    if plain(text):
        assert all(visible(text) in visible(place.translate(ISOLATES)) for place in places)
        assert ("Hello," if is_linked(text) else f"Hello {plain(text)},") in document.text.translate(ISOLATES)
    for place in places:
        assert BIDI_CONTROLS.isdisjoint(place)
        assert not [char for char in place if unicodedata.category(char) == "Cc" and char != "\n"]


def body(message: EmailMessage, kind: Literal["html", "plain"]) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def sender_name(message: EmailMessage) -> str:
    (sender,) = message["From"].addresses
    assert sender.addr_spec == SENDER
    return str(sender.display_name)


def test_in_mail(naughty: list[str]) -> None:
    # The same mail, with text that is not naughty and no address that can be shown.
    usual = read(html_of(COMPOSER.email(everywhere("usual")).raw))
    for text in naughty:
        check(COMPOSER.email(everywhere(text)).raw, text, usual)


@given(st.text(min_size=0, max_size=200))
@example("\u202egpj.exe\u202c")
@example("=?utf-8?q?x?=")
@example("a" * 199)
@example("«»" * 100)
@example("מבצע 50%")
@example("\ud800")
@example('"\\" <a@b.c>, x')
def test_in_mail_whatever_it_is(text: str) -> None:
    usual = read(html_of(COMPOSER.email(everywhere("usual")).raw))
    check(COMPOSER.email(everywhere(text)).raw, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), usual)


def test_in_text_messages(naughty: list[str]) -> None:
    for text in naughty:
        message = COMPOSER.text(everywhere(text))
        assert BRIEF.restore_url in message.body
        assert BRIEF.opt_out_url in message.body
        assert message.parts <= 2, "an ornament never costs another part"
        assert BIDI_CONTROLS.isdisjoint(message.body)
        assert message.body.split(":")[0].strip()


def test_in_pages(naughty: list[str]) -> None:
    usual = read(pages.opt_out_page(SHOP, None, "/o/code")).shape
    for text in naughty:
        shop = replace(SHOP, name=text, url=text, colour=text, locale=text)
        page = read(pages.opt_out_page(shop, text, "/o/code"))
        assert page.shape == usual
        name = visible(text) if plain(text) else "oak"
        assert visible(page.one("p", **{"class": "shop"}).text.translate(ISOLATES)) == name
        for other in (pages.opted_out_page(shop, text, "code"), pages.gone_page(shop, text)):
            assert all(a.attributes["href"].startswith(("https://", "http://")) for a in read(other).all("a"))

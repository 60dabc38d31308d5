"""Text that pretends: alphabets that look alike, writing turned round, characters nobody sees, and text that is code elsewhere:
templates, markup, headers, spreadsheets. From the event, through storage and composer, to what people and programs get.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import minijinja
import pytest

from rebasket.messages.links import href
from rebasket.messages.preview import html_of, subject_of, text_of
from rebasket.messages.templates import _ENVIRONMENT, render
from rebasket.platforms.native.texts import cleaned
from tests.functions.ingest_client import STRICT, World, cart_updated, world
from tests.security.two_shops import ANNA

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops

TEMPLATES = [
    "{{ 7 * 7 }}",
    "{% for x in range(1000000) %}x{% endfor %}",
    "{{ 'x' * 100000000 }}",
    "{{ opt_out_url }}",
    "{% include '/etc/passwd' %}",
    "{{ ''.__class__.__mro__ }}",
    "{# nothing #}",
    "${7*7}",
    "{shop}",
    "{0.__class__}",
    "%(shop)s",
    "<mj-raw>{{ shop }}</mj-raw>",
    "#{7*7}",
]
MARKUP = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "<!--",
    "]]>",
    "<a href='https://evil.example'>win</a>",
    "&lt;script&gt;",
    "</td></tr></table>",
    "<style>*{display:none}</style>",
]
HEADERS = ["x\u2028Bcc: a@b.example", "=?utf-8?q?=0D=0ABcc:_a=40b.example?=", "a@b.example, c@d.example", "<a@b.example>"]
FORMULAS = ['=HYPERLINK("https://evil.example")', "+1+1", "-1+1", "@SUM(1)", "=cmd|'/c calc'!A0"]

PAGE = dict.fromkeys(("lang", "dir", "shop", "body", "form", "link", "action", "colour", "ink"), "")

NO_LINK = "\u200c"
"""Put before a dot that a mail program would make a link for."""


def mailed(shops: TwoShops, texts: list[str]) -> list[bytes]:
    """The mails of carts that have each text as title, name and SKU; each to somebody else."""
    events = []
    for number, text in enumerate(texts):
        event = shops.cart(f"c{number}", f"somebody{number}@shopper.example")
        contact = event["contact"]
        assert isinstance(contact, dict)
        event["contact"] = {**contact, "name": text}
        event["lines"] = [{"sku": text[:128], "title": text, "quantity": 1, "unit_price": 1}]
        events.append(event)
    told = shops.post("oak", events)
    assert told.json()["accepted"] == len(texts), told.text
    shops.advance(hours=2)
    raw = {message.to: message.raw for message in shops.cloud.outbox if message.tags["rebasket-shop"] == shops.id("oak")}
    return [raw[f"somebody{number}@shopper.example"] for number in range(len(texts))]


def test_a_template_in_a_name_is_text(shops: TwoShops) -> None:
    mails = mailed(shops, TEMPLATES)
    for template, raw in zip(TEMPLATES, mails, strict=True):
        assert f"Hello {template}," in text_of(raw)
        assert f"- {template}\n" in text_of(raw)
        assert len(raw) < 100_000
    assert shops.cloud.failures == []


def test_markup_in_a_name_is_text(shops: TwoShops) -> None:
    """What pretends to be an element is dropped when it is reported, and whatever else has angles is text."""
    (plain, *mails) = mailed(shops, ["Mug", *MARKUP])
    tags = re.compile(r"<\s*([a-z0-9!/-]+)", re.IGNORECASE)
    usual = tags.findall(html_of(plain))
    for markup, raw in zip(MARKUP, mails, strict=True):
        assert tags.findall(html_of(raw)) == usual, markup
        html = re.sub(r">[^<]*<", "><", html_of(raw))
        assert "alert(1)" not in html, "only ever between tags"
        assert f"- {cleaned(markup)}\n" in text_of(raw).replace(NO_LINK, "")
        assert not re.search(r"(?:href|src)=\"(?!https://)", html)


def test_an_address_is_text_in_its_attribute() -> None:
    """`&copy` would be a sign of its own, and a quotation mark the attribute's end: whatever comes, encoded before or not."""
    assert str(href('https://x.example/?a=1&copy=2"><script>')) == "https://x.example/?a=1&amp;copy=2&quot;&gt;&lt;script&gt;"


def test_a_header_in_a_name_is_text(shops: TwoShops) -> None:
    for raw in mailed(shops, HEADERS):
        head = raw.partition(b"\r\n\r\n")[0]
        assert head.count(b"\nTo: ") == 1
        assert not re.search(rb"(?im)^(bcc|cc|reply-to|x-)", head)
        assert b"b.example" not in head
        assert subject_of(raw).startswith("Your cart at ")


def test_a_line_break_in_a_name_is_a_blank(shops: TwoShops) -> None:
    for text in ("x\r\nBcc: a@b.example", "x\nSubject: y", "x\x00", "x\x85y"):
        event = shops.cart("c1")
        event["contact"] = {"email": ANNA, "name": text}
        assert shops.post("oak", event, query="?strict=1").status == 422
        assert shops.post("oak", event).status == 202


def test_a_loop_gone_wrong_ends_in_an_error_and_so_do_a_missing_name_and_too_long_a_text() -> None:
    """Templates are ours; these bounds hold if one ever is not."""
    with pytest.raises(minijinja.TemplateError):
        _ENVIRONMENT.render_str("{% for x in range(999) %}{% for y in range(999) %}x{% endfor %}{% endfor %}")
    with pytest.raises(minijinja.TemplateError):
        _ENVIRONMENT.render_str("{{ nobody }}")
    with pytest.raises(minijinja.TemplateError):
        render("page.html", **PAGE, title="x" * 1_000_000)


@pytest.mark.parametrize("name", ["/etc/passwd", "../templates.py", "email.mjml", "../locales/en.json", ""])
def test_a_template_reads_no_file_but_templates(name: str) -> None:
    with pytest.raises(minijinja.TemplateError):
        _ENVIRONMENT.render_str(f"{{% include '{name}' %}}")


def test_no_figure_is_anybodys_text_so_no_spreadsheet_takes_it_for_a_formula(shops: TwoShops) -> None:
    mailed(shops, FORMULAS)
    shops.post("oak", shops.order("c1", FORMULAS[0][:100], ANNA))
    assert shops.cloud.http("GET", "/v1/report?format=csv", shops.bearer("oak")).status == 422, "there is no such export"
    for shape in ("json", "table"):
        answer = shops.cloud.http("GET", f"/v1/report?format={shape}", shops.bearer("oak"))
        assert answer.status == 200
        assert not [formula for formula in FORMULAS if formula in answer.text or json.dumps(formula)[1:-1] in answer.text]
        assert not re.search(r"(?m)^\s*[=@]", answer.text)


@pytest.mark.parametrize(
    ("title", "seen"),
    [
        ("Mug\u202egpj.exe", "Muggpj.exe"),
        ("\u2066\u2069Mug", "Mug"),
        ("Mug\ufeff", "Mug"),
        ("\u200b\u200d\u2060", "—"),
    ],
)
def test_writing_is_not_turned_round_and_nothing_is_hidden(shops: TwoShops, title: str, seen: str) -> None:
    event = shops.cart("c1", lines=[{"sku": "\u200b", "title": title, "quantity": 1, "unit_price": 1}])
    assert shops.post("oak", event).status == 202
    shops.advance(hours=2)
    raw = shops.cloud.outbox[-1].raw
    assert f"- {seen}\n" in text_of(raw).replace(NO_LINK, "")
    assert not re.search("[\u202a-\u202e\u2066-\u2067]", text_of(raw) + html_of(raw))


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


HIDING = (
    "anna\u200b@shopper.example",
    "\ufeffanna@shopper.example",
    "anna@shopper\u200b.example",
    "anna@shopper.example\u202e",
    "аnna@shopper.example",
    "ａnna@shopper.example",
    "anna@shopper.example\r\nbcc: b@c.example",
    "anna@shopper.example,b@c.example",
    "Anna <anna@shopper.example>",
    "anna@[127.0.0.1]",
    "anna@localhost",
    '"anna b"@shopper.example',
    "anna(x)@shopper.example",
    "anna@shopper.example ",
)


@pytest.mark.parametrize("email", HIDING)
def test_an_address_that_hides_something_is_refused(shop: World, email: str) -> None:
    reply = shop.post(cart_updated(contact={"email": email}), query=STRICT)
    assert (reply.status, reply.pointers) == (422, ["/contact/email"])


@pytest.mark.parametrize("email", HIDING)
def test_of_an_address_that_hides_something_nothing_hidden_is_kept(shop: World, email: str) -> None:
    assert shop.post(cart_updated(contact={"email": email})).status == 202
    named = [statement.address.value for statement in shop.events[0].person.statements]
    plain = ["anna@shopper.example"] if email in {"anna@shopper.example,b@c.example", "Anna <anna@shopper.example>"} else []
    assert named == (["anna@shopper.example"] if email.strip() == "anna@shopper.example" else plain)


def test_domains_that_look_alike_are_two_people_and_spellings_of_one_are_one(shop: World) -> None:
    """A Cyrillic а is another domain: it goes out as what it is, in punycode, and shares neither consent nor opt-out."""
    for number, email in enumerate(
        ["anna@paypal.example", "anna@pаypal.example", "ANNA@PAYPAL.example", "anna@ＰayＰal.example"]
    ):
        assert shop.post(cart_updated(cart=f"c{number}", contact={"email": email})).status == 202
    named = {address.value.casefold() for event in shop.events for address in [event.person.statements[0].address]}
    assert named == {"anna@paypal.example", "anna@xn--pypal-4ve.example"}


@pytest.mark.parametrize("cart", ["c\u200b1", "c\u202e1", "\ufeffc1", "c1\u2060", "c\x7f1", "\ud800"])
def test_an_id_that_hides_something_is_refused(shop: World, cart: str) -> None:
    assert shop.post(json.dumps(cart_updated(cart=cart)).encode()).status == 422


def test_ids_that_look_alike_are_two_carts(shop: World) -> None:
    for cart in ("cart", "саrt", "ｃａｒｔ", "Cart"):
        assert shop.post(cart_updated(cart=cart)).data["accepted"] == 1
    assert len(shop.carts.items) == 4

import os
import subprocess
import sys
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.sending.message import Brief
from rebasket.messages.composer import MessageComposer
from rebasket.messages.preview import html_of, subject_of, text_of
from tests.unit.messages.briefs import BRIEF, MUG, SENDER, SHOP, TOWEL, UKRAINIAN, parsed, read

COMPOSER = MessageComposer(SENDER)
GMAIL_CLIPS_AT = 100_000  # 102 KB, and something for the way


def html(brief: Brief) -> str:
    return html_of(COMPOSER.email(brief).raw)


def text(brief: Brief) -> str:
    return text_of(COMPOSER.email(brief).raw)


def test_headers() -> None:
    message = parsed(COMPOSER.email(BRIEF).raw)
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Oak Carts", SENDER)
    assert message["To"] == "emma@example.com"
    assert message["Subject"] == "Your cart at Oak & Acorn is saved"
    assert parsedate_to_datetime(message["Date"]) == BRIEF.now
    assert message["List-Id"] == "<reminders.oak.mail.oak.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_opts_out_in_one_click() -> None:
    # RFC 8058, section 3: exactly one HTTPS URI, and the exact value of the other header.
    message = parsed(COMPOSER.email(BRIEF).raw)
    assert message.get_all("List-Unsubscribe") == [f"<{BRIEF.opt_out_url}>"]
    assert message.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]


def test_carries_recipient_and_tags() -> None:
    email = COMPOSER.email(BRIEF)
    assert (email.to, email.tags) == (BRIEF.to, BRIEF.tags)


def test_message_id_is_the_touchs() -> None:
    def message_id(brief: Brief) -> str:
        return str(parsed(COMPOSER.email(brief).raw)["Message-ID"])

    assert message_id(BRIEF).endswith("@mail.oak.example>")
    assert message_id(BRIEF) == message_id(replace(BRIEF, name="Somebody else"))
    assert message_id(BRIEF) != message_id(replace(BRIEF, tags={**BRIEF.tags, "rebasket-step": "2"}))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_same_brief_gives_the_same_bytes_in_another_process(seed: str) -> None:
    program = (
        "import sys; from rebasket.messages.composer import MessageComposer; "
        "from tests.unit.messages.briefs import BRIEF, SENDER;"
        "sys.stdout.buffer.write(MessageComposer(SENDER).email(BRIEF).raw)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
    )
    assert other.stdout == COMPOSER.email(BRIEF).raw


def test_lists_the_cart() -> None:
    seen = read(html(BRIEF))
    assert seen.one("a", href="https://oak.example/p/mug").text == "Stoneware mug"
    assert seen.one("img").attributes["src"] == "https://cdn.oak.example/mug.jpg"
    assert seen.one("img").attributes["alt"] == "Stoneware mug"
    for expected in ("2 × £14.50", "£29.00", "Tea towel", "1 × £9.00", "Subtotal", "£38.00"):
        assert expected in seen.text


def test_leads_back_and_out() -> None:
    seen = read(html(BRIEF))
    assert seen.one("a", href=BRIEF.restore_url).text == "Return to your cart"
    assert seen.one("a", href=BRIEF.opt_out_url).text == "Unsubscribe from cart reminders"


def test_says_why_and_from_where() -> None:
    seen = read(html(BRIEF))
    assert "because you left a cart at Oak & Acorn" in seen.text
    assert "12 Mill LaneBristol BS1 4ST" in seen.text
    assert len(seen.all("br")) == 2


@pytest.mark.parametrize("brief", [BRIEF, replace(BRIEF, shop=UKRAINIAN, locale="uk", currency="UAH")])
def test_plain_text_says_the_same(brief: Brief) -> None:
    laid_out, plain = read(html(brief)), text(brief)
    words = [" ".join(line.removeprefix("- ").removesuffix(":").split()) for line in plain.splitlines()]
    for line in (word for word in words if word and word != "--" and not word.startswith("https://")):
        for piece in line.removesuffix(":").split(" = "):
            assert piece.split(": ")[-1] in " ".join(laid_out.text.split())
    assert brief.restore_url in plain
    assert brief.opt_out_url in plain


def test_without_a_name() -> None:
    assert "Hello Emma," in text(BRIEF)
    assert text(replace(BRIEF, name=None)).startswith("Hello,\n")
    assert text(replace(BRIEF, name=" \u200b\n")).startswith("Hello,\n")


def test_without_a_currency_shows_no_price() -> None:
    for currency in (None, "???", "gbp", "XXX"):
        brief = replace(BRIEF, currency=currency)
        assert "Quantity: 2" in read(html(brief)).text
        assert "otal" not in read(html(brief)).text
        assert "otal" not in text(brief)
        assert "14" not in text(brief).replace("BS1 4ST", "")


def test_without_any_picture_has_no_column_for_them() -> None:
    bare = replace(BRIEF, lines=(replace(MUG, image_url=None), TOWEL))
    assert read(html(bare)).all("img") == []
    assert read(html(bare)).all("div", **{"aria-hidden": "true"}) == []


def test_a_line_without_a_picture_beside_one_with() -> None:
    assert read(html(BRIEF)).one("div", **{"aria-hidden": "true"}).text == "T"


def test_at_most_eight_lines_then_how_many_more() -> None:
    lines = tuple(replace(TOWEL, sku=str(n), title=f"Thing {n}.") for n in range(12))
    seen = read(html(replace(BRIEF, lines=lines)))
    assert [f"Thing {n}." in seen.text for n in range(12)] == [True] * 8 + [False] * 4
    assert "and 4 more items" in seen.text
    assert "£108.00" in seen.text, "the total is that of the whole cart"
    assert "- and 1 more item\n" in text(replace(BRIEF, lines=lines[:9]))
    assert "more" not in text(replace(BRIEF, lines=lines[:8]))


@pytest.mark.parametrize(
    ("lines", "expected"), [(9, "і ще 1 товар"), (10, "і ще 2 товари"), (13, "і ще 5 товарів"), (29, "і ще 21 товар")]
)
def test_counts_in_ukrainian(lines: int, expected: str) -> None:
    brief = replace(BRIEF, shop=UKRAINIAN, locale=None, lines=(TOWEL,) * lines)
    assert f"- {expected}\n" in text(brief)


def test_no_lines_at_all() -> None:
    seen = read(html(replace(BRIEF, lines=())))
    assert "In your cart" not in seen.text
    assert "otal" not in seen.text
    assert len(seen.all("a")) == 2


def test_each_step_says_something_else() -> None:
    emails = [COMPOSER.email(replace(BRIEF, step=step)).raw for step in (1, 2, 3)]
    assert len({subject_of(raw) for raw in emails}) == 3
    assert len({text_of(raw) for raw in emails}) == 3
    assert subject_of(COMPOSER.email(replace(BRIEF, step=5)).raw) == subject_of(emails[2])


def test_in_ukrainian() -> None:
    raw = COMPOSER.email(replace(BRIEF, shop=UKRAINIAN, locale="uk_UA", currency="UAH", name="Олена Петренко")).raw
    seen = read(html_of(raw))
    assert subject_of(raw) == "Ваш кошик у магазині «Дубок» збережено"
    assert seen.one("html").attributes["lang"] == "uk"
    assert "Вітаємо, Олено!" in seen.text
    assert "2 × 14,50\u00a0₴" in seen.text
    (sender,) = parsed(raw)["From"].addresses
    assert sender.display_name == "Дубок"


def test_text_falls_back_and_prices_stay_the_shoppers() -> None:
    seen = read(html(replace(BRIEF, locale="de-DE", currency="EUR")))
    assert seen.one("html").attributes["lang"] == "en"
    assert "29,00\u00a0€" in seen.text


def test_logo_instead_of_the_name() -> None:
    seen = read(html(replace(BRIEF, shop=replace(SHOP, logo_url="https://oak.example/logo.png"))))
    assert seen.one("img", src="https://oak.example/logo.png").attributes["alt"] == "Oak & Acorn"


@pytest.mark.parametrize("colour", ["red;background:url(//evil.example)", "#12345", "", "#ggg", "#2f6b4f\n"])
def test_a_colour_that_is_none_is_not_used(colour: str) -> None:
    assert "background:#1f6feb;color:#ffffff" in html(replace(BRIEF, shop=replace(SHOP, colour=colour)))


def test_loads_nothing_but_the_pictures() -> None:
    seen = read(html(BRIEF))
    assert {e.tag for e in seen.elements}.isdisjoint({"script", "link", "iframe", "object", "form", "base"})
    assert [e.attributes["src"] for e in seen.elements if "src" in e.attributes] == ["https://cdn.oak.example/mug.jpg"]
    assert "@import" not in html(BRIEF)
    assert "url(" not in html(BRIEF)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "http://oak.example/plain",
        "//oak.example/",
        "https://bank.example@evil.example/",
        "https:\\evil.example",
        "https://oak.example/" + "x" * 2_000,
    ],
)
def test_an_address_that_cannot_be_trusted_is_left_out(url: str) -> None:
    line = replace(MUG, image_url=url, product_url=url)
    seen = read(html(replace(BRIEF, lines=(line,), shop=replace(SHOP, logo_url=url))))
    assert seen.all("img") == []
    assert {e.attributes["href"] for e in seen.all("a")} == {BRIEF.restore_url, BRIEF.opt_out_url}
    assert "Stoneware mug" in seen.text


def test_an_address_is_escaped_for_its_place() -> None:
    url = 'https://oak.example/p?a=1&b="x"&c=\'><b>ї'
    (link,) = [
        a for a in read(html(replace(BRIEF, lines=(replace(MUG, product_url=url),)))).all("a") if "oak" in a.attributes["href"]
    ]
    assert link.attributes["href"] == "https://oak.example/p?a=1&b=%22x%22&c=%27%3E%3Cb%3E%D1%97"


@pytest.mark.parametrize(
    "evil", ["Oak\r\nBcc: victim@example.com", "Oak\nSubject: x", "Oak\r\n\r\n<html>", "Oak\x00\x1b\x85\u2028"]
)
def test_a_header_cannot_be_injected(evil: str) -> None:
    brief = replace(
        BRIEF, shop=replace(SHOP, name=evil, sender_name=evil), to=Address(Channel.EMAIL, f"emma@example.com{evil[3:]}")
    )
    message = parsed(COMPOSER.email(brief).raw)
    assert message.keys() == parsed(COMPOSER.email(BRIEF).raw).keys()
    (sender,) = message["From"].addresses
    assert sender.addr_spec == SENDER
    assert message["Bcc"] is None


@pytest.mark.parametrize("address", ["олена@example.com", "a b@example.com", "a@b@c\r\nX: y"])
def test_an_address_that_no_header_holds_is_left_to_the_envelope(address: str) -> None:
    email = COMPOSER.email(replace(BRIEF, to=Address(Channel.EMAIL, address)))
    assert parsed(email.raw)["To"] == "undisclosed-recipients:;"
    assert email.to.value == address


def worst(char: str, url_length: int) -> Brief:
    """As long as everything can be at the edge of the API, of a character that takes much room."""
    line = replace(
        MUG,
        title=char * 500,
        sku=char * 128,
        image_url="https://a.example/" + "&" * (url_length // 5),
        product_url="https://a.example/" + "=" * url_length,
        unit_price=10**12,
        quantity=9_999,
    )
    address = "\n".join([char * 100] * 50)
    shop = replace(SHOP, name=char * 200, sender_name=char * 200, postal_address=address, logo_url=line.image_url)
    return replace(BRIEF, name=char * 200, lines=(line,) * 200, shop=shop, currency="IRR")


@pytest.mark.parametrize("char", ["&", '"', "=", "x", "ї", "😀", "م", "\u0301"])
@pytest.mark.parametrize("url_length", [880, 1_400, 2_000])
@pytest.mark.parametrize("locale", ["en", "uk"])
def test_gmail_does_not_clip_the_longest_mail(char: str, url_length: int, locale: str) -> None:
    raw = COMPOSER.email(replace(worst(char, url_length), locale=locale)).raw
    assert len(raw) < GMAIL_CLIPS_AT
    assert all(len(line) <= 78 for line in raw.splitlines() if not line.startswith(b"List-"))

"""What a shopper expects of a message: read as it was meant, in their own script, at no more than it need cost."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes

import pytest

from rebasket.messages.composer import MessageComposer
from rebasket.messages.preview import html_of
from rebasket.messages.transliteration import spelt
from tests.unit.messages.briefs import BRIEF, SENDER, SHOP, TO_UKRAINE, UKRAINIAN, read

COMPOSER = MessageComposer(SENDER)
IN_UKRAINIAN = replace(BRIEF, shop=UKRAINIAN, locale="uk-UA", name="Олена", currency="UAH")


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="The plain text of a Ukrainian mail has bare line feeds inside its base64."
)
def test_every_text_part_of_a_mail_has_the_line_ends_that_mail_requires() -> None:
    """A mail program expects CRLF between the lines of text, under whatever encoding (RFC 2045 6.8, RFC 2046 4.1.1)."""
    mail = message_from_bytes(COMPOSER.email(IN_UKRAINIAN).raw)
    texts = {part.get_content_type(): part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()}
    bare = {kind: text.replace(b"\r\n", b"").count(b"\n") for kind, text in texts.items() if isinstance(text, bytes)}
    assert bare == {"text/plain": 0, "text/html": 0}


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Under an Arabic shop name, a Latin postal address is shown turned around."
)
def test_a_latin_postal_address_is_not_turned_around_by_a_right_to_left_name() -> None:
    """A shopper expects "12 Mill Lane" to read so: the address has a direction of its own, not that of the name above it."""
    document = read(html_of(COMPOSER.email(replace(BRIEF, shop=replace(SHOP, name="متجر"))).raw))
    holding = [
        each for each in document.elements if "12 Mill Lane" in each.text and (each.tag == "bdi" or "dir" in each.attributes)
    ]
    assert holding
    closest = min(holding, key=lambda each: len(each.text)).text
    assert "\u206812 Mill Lane\u2069" in closest or "متجر" not in closest


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("Знам'янка", "Znamianka"),
        ("Знам’янка", "Znamianka"),
        ("Короп'є", "Koropie"),
        ("м'ята", "miata"),
        ("ЩЕДРИК", "SHCHEDRYK"),
        ("ЖЖУК", "ZHZHUK"),
        ("ЮСК", "YUSK"),
        ("ЄВРО", "YEVRO"),
        ("ЗГУРСЬКИЙ", "ZGHURSKYI"),
    ],
)
@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Words with an apostrophe, and words in capitals, are spelt wrongly in Latin."
)
def test_ukrainian_is_spelt_in_latin_as_the_government_does(written: str, latin: str) -> None:
    """A Ukrainian shopper expects the official spelling (Cabinet of Ministers, resolution 55 of 27 January 2010)."""
    assert spelt(written) == latin


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Without a domain of its own, a shop pays three parts for each Ukrainian text."
)
def test_a_text_costs_no_more_than_two_parts_under_the_address_a_stack_has_by_itself(step: int) -> None:
    """A shop expects that a text of one sentence is billed as two parts at most, also before it sets up a short domain."""
    base = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
    texted = replace(IN_UKRAINIAN, to=TO_UKRAINE, restore_url=f"{base}/r/Zk3_9aLqPw-x", opt_out_url=f"{base}/o/Zk3_9aLqPw-x")
    assert COMPOSER.text(replace(texted, step=step)).parts <= 2

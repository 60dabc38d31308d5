"""A cart as it is shown: what was chosen of each line, how much of it, what it comes to, and what the whole comes to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rebasket.domain.carts.events import Line, Stock
from rebasket.domain.people.addresses import Channel
from rebasket.messages.composer import MessageComposer
from rebasket.messages.preview import html_of, text_of
from tests.unit.messages.briefs import BRIEF, MUG, SENDER, TO_UKRAINE, TOWEL, UKRAINIAN, read

COMPOSER = MessageComposer(SENDER)
BLUE = replace(MUG, line_id="a", quantity=1, options=("Colour: blue", "Engraving: A & <b>B</b>", " \u200b"))
APPLES = Line(sku="apples", title="Apples", quantity=Decimal("1.5"), unit="kg", unit_price=300)
PROMO = Line(sku="promo", title="10 % off", quantity=1, unit_price=-499)


def shown(**changes: object) -> tuple[str, str]:
    """The text, and what is read of the laid out mail."""
    raw = COMPOSER.email(replace(BRIEF, **changes)).raw  # type: ignore[arg-type]  # whatever a brief has
    return text_of(raw), read(html_of(raw)).text


def test_options_units_and_line_totals_are_shown_and_markup_in_them_is_text() -> None:
    three = Line(sku="tea", title="Tea", quantity=3, unit_price=900, line_total=1800)
    for said in shown(lines=(BLUE, APPLES, three)):
        for part in ("Colour: blue, Engraving: A & <b>B</b>", "1.5 kg × £3.00", "£4.50", "3 × £9.00", "£18.00", "£37.00"):
            assert part in said
        assert "B</b>, " not in said


def test_an_option_is_never_a_link() -> None:
    for said in shown(lines=(replace(MUG, options=("see evil.example",)),)):
        assert "evil.example" not in said


@pytest.mark.parametrize(("locale", "total", "subtotal"), [("en", "Total", "Subtotal"), ("uk", "Разом", "Вартість товарів")])
def test_only_what_the_checkout_asks_is_called_the_total(locale: str, total: str, subtotal: str) -> None:
    lines = (MUG, PROMO)
    for said in shown(lines=lines, locale=locale):
        assert subtotal in said
        assert total not in said
        assert "24" in said
        assert "01" in said
    for said in shown(lines=lines, locale=locale, total=3190):
        assert total in said
        assert subtotal not in said
        assert "31" in said
        assert "90" in said


def test_an_incomplete_cart_is_shown_without_a_sum_and_not_as_all_there_is() -> None:
    for said in shown(lines=(MUG, TOWEL), incomplete=True):
        assert "and more" in said
        assert "otal" not in said
        assert "£29.00" in said, "what each line comes to is known"
    for said in shown(lines=(MUG,) * 20, incomplete=True, total=99_900):
        assert "and more" in said
        assert "more items" not in said
        assert "£999.00" in said
    for step in (1, 2, 3):
        for shop in (BRIEF.shop, UKRAINIAN):
            for said in shown(shop=shop, locale=shop.locale, step=step):
                assert "everything" not in said
                assert "усе, що" not in said


def test_what_is_out_of_stock_comes_last() -> None:
    gone = replace(TOWEL, stock=Stock.OUT_OF_STOCK)
    for said in shown(lines=(gone, MUG, APPLES)):
        assert said.index("Stoneware mug") < said.index("Apples") < said.index("Tea towel")
    assert html_of(COMPOSER.email(replace(BRIEF, lines=(gone, MUG))).raw).count("opacity:0.55") == 1
    many = (gone, *(replace(MUG, title=f"Mug {n}") for n in range(8)))
    assert "Tea towel" not in shown(lines=many)[0]


def texted(*lines: Line, incomplete: bool = False) -> str:
    brief = replace(
        BRIEF,
        to=TO_UKRAINE,
        lines=lines,
        incomplete=incomplete,
        restore_url="https://c.example/r/1",
        opt_out_url="https://c.example/o/1",
    )
    assert brief.to.channel is Channel.SMS
    return COMPOSER.text(brief).body


def test_a_text_message_says_what_was_chosen_where_that_costs_nothing() -> None:
    assert "(Stoneware mug, Colour: blue)" in texted(replace(BLUE, options=("Colour: blue",)))
    assert "(Stoneware mug)" in texted(replace(BLUE, options=("Engraving: " + "long " * 30,)))
    assert "(Stoneware mug)" in texted(replace(BLUE, options=("see evil.example",)))
    assert "mug" not in texted(MUG, incomplete=True)

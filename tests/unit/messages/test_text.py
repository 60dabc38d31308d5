import json
from dataclasses import replace

import phonenumbers
import pytest

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.sending.message import Text
from rebasket.messages import gsm
from rebasket.messages.composer import MessageComposer
from tests.shared_data import shared
from tests.unit.messages.briefs import BRIEF, MUG, SENDER, SHOP, TO_UKRAINE, TOWEL, UKRAINIAN

COMPOSER = MessageComposer(SENDER)
TEXTED = replace(BRIEF, to=TO_UKRAINE)
# Territories whose mobile numbers nobody can tell from those of the larger country.
SHARES_NUMBERS_WITH = {
    "AX": "FI", "BL": "GP", "MF": "GP", "CC": "AU", "CX": "AU", "EH": "MA", "IM": "GB", "SJ": "NO", "VA": "IT",
}  # fmt: skip
IN_UKRAINIAN = replace(TEXTED, shop=UKRAINIAN, locale="uk-UA")


def test_in_english() -> None:
    assert COMPOSER.text(TEXTED) == Text(
        to=TO_UKRAINE,
        body=(
            "Oak & Acorn: your cart is saved. Return to it: https://carts.example/r/Zk3_9aLqPw-x"
            " Opt out: https://carts.example/o/Zk3_9aLqPw-x"
        ),
        parts=1,
        country="UA",
    )


def test_in_ukrainian() -> None:
    text = COMPOSER.text(IN_UKRAINIAN)
    assert text.body == (
        "Дубок: ваш кошик збережено. https://carts.example/r/Zk3_9aLqPw-x Відписатися: https://carts.example/o/Zk3_9aLqPw-x"
    )
    assert text.parts == 2


def test_says_what_it_is_billed_as() -> None:
    for brief in (TEXTED, IN_UKRAINIAN):
        for step in (1, 2, 3):
            text = COMPOSER.text(replace(brief, step=step))
            assert text.parts == gsm.parts(text.body)


def test_each_step_says_something_else() -> None:
    assert len({COMPOSER.text(replace(TEXTED, step=step)).body for step in (1, 2, 3)}) == 3


def test_names_the_product_of_a_cart_with_one_line_when_that_costs_nothing() -> None:
    one = replace(TEXTED, lines=(MUG,))
    assert "your cart (Stoneware mug) is saved" in COMPOSER.text(one).body
    assert "Stoneware" not in COMPOSER.text(TEXTED).body
    long = replace(one, lines=(replace(MUG, title="Stoneware mug, moss green, two pieces"),))
    assert COMPOSER.text(long).parts == 1
    assert "Stoneware" not in COMPOSER.text(long).body
    assert "ваш кошик (Tea towel) збережено" in COMPOSER.text(replace(IN_UKRAINIAN, lines=(TOWEL,))).body


@pytest.mark.parametrize("title", ["Prize: evil.example", "https://evil", "Win bit.ly/x"])
def test_a_title_that_a_phone_would_make_a_link_of_is_left_out(title: str) -> None:
    assert "vil" not in (body := COMPOSER.text(replace(TEXTED, lines=(replace(MUG, title=title),))).body)
    assert "bit.ly" not in body


@pytest.mark.parametrize(
    ("shop_name", "title", "begins"),
    [
        ("Кав’ярня «Дубок»", "Чай", 'Kav\'yarnia "Dubok": your cart (Chai) is saved.'),
        ("Łódź Coffee", "Kawa źródlana", "Lodz Coffee: your cart (Kawa zrodlana) is saved."),
        ("喫茶店", "お茶", "oak.example: your cart is saved."),
        (
            "A very long name that a shop has given to itself",
            "Tea",
            "A very long name that a shop has given…: ".replace("…", "..."),
        ),
        ("", "", "oak.example: your cart is saved."),
    ],
)
def test_english_stays_in_the_cheap_alphabet(shop_name: str, title: str, begins: str) -> None:
    brief = replace(TEXTED, shop=replace(SHOP, name=shop_name), lines=(replace(MUG, title=title),))
    text = COMPOSER.text(brief)
    assert gsm.fits(text.body)
    assert text.body.startswith(begins)
    assert text.parts == 1


def test_ukrainian_keeps_names_as_they_are() -> None:
    shop = replace(UKRAINIAN, name="Łódź 喫茶店")
    assert COMPOSER.text(replace(IN_UKRAINIAN, shop=shop)).body.startswith("Łódź 喫茶店: ваш кошик")


def test_country_of_every_countrys_example_number() -> None:
    numbers: dict[str, str] = json.loads(shared("D6-libphonenumber-examples/examples.mobile.json").read_text(encoding="utf-8"))
    assert len(numbers) > 200
    for country, national in numbers.items():
        number = phonenumbers.format_number(phonenumbers.parse(national, country), phonenumbers.PhoneNumberFormat.E164)
        assert COMPOSER.text(replace(BRIEF, to=Address(Channel.SMS, number))).country == SHARES_NUMBERS_WITH.get(country, country)


@pytest.mark.parametrize("number", ["+80012345678", "+883510001234567", "+870773111632", "+999123", "0501234567", ""])
def test_country_unknown(number: str) -> None:
    assert COMPOSER.text(replace(BRIEF, to=Address(Channel.SMS, number))).country is None

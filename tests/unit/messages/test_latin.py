import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.messages.gsm import fits
from rebasket.messages.transliteration import spelt


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Oak & Acorn", "Oak & Acorn"),
        ("Café Ñandú", "Café Ñandu"),
        ("Zażółć gęślą jaźń", "Zazolc gesla jazn"),
        ("Łódź", "Lodz"),
        ("Кав’ярня", "Kav'yarnia"),
        ("Дубок", "Dubok"),
        ("Згорани Щастя Їжак Єва", "Zghorany Shchastia Yizhak Yeva"),
        ("Подъёмный", "Podyomnyi"),
        ("“Smart” – 5½ °C…", '"Smart" - 51/2 C...'),
        ("Brand™ №1", "Brand No.1"),
        ("Straße", "Straße"),
        ("喫茶店", ""),
        ("Flowers 🌷🌷 4u", "Flowers 4u"),
    ],
)
def test_spelt_in_the_cheap_alphabet(name: str, expected: str) -> None:
    assert spelt(name) == expected


@given(st.text())
def test_always_fits(text: str) -> None:
    assert fits(spelt(text))

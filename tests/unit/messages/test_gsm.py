import json
import math

import pytest
from gsm0338 import Codec
from hypothesis import given
from hypothesis import strategies as st

from rebasket.messages.gsm import fits, parts
from tests.shared_data import shared

EXTENSION = "^{}\\[~]|€"


def packed(septets: bytes) -> str:
    """Seven-bit packing of 3GPP TS 23.038 6.1.2.1.1, with the carriage return that fills a last octet of seven spare bits."""
    if len(septets) % 8 == 7:
        septets += b"\r"
    bits = sum(septet << (7 * place) for place, septet in enumerate(septets))
    return bits.to_bytes(math.ceil(len(septets) * 7 / 8), "little").hex().upper()


def test_the_codec_agrees_with_other_peoples_vectors() -> None:
    # A flat list: "encode" or "decode", what it shows, then a text and its packed hex in either order.
    strings: list[str] = json.loads(shared("D4-gsm7-vectors/gsm7_npm_test_strings.json").read_text(encoding="utf-8"))
    pairs = [(strings[at + 2], strings[at + 3]) for at, word in enumerate(strings) if word == "encode"]
    pairs += [(strings[at + 4], strings[at + 2]) for at, word in enumerate(strings) if word == "decode"]
    assert len(pairs) == 20
    for text, octets in pairs:
        septets = Codec().encode(text)[0]
        assert packed(septets).startswith(octets.upper().removesuffix("00")), text
        assert parts(text) == 1
        assert len(septets) == len(text) + sum(char in EXTENSION for char in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        # The euro would straddle the first boundary: it moves on, and the last letter needs a third part.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("a" * 69 + "ł", 1),
        ("a" * 70 + "ł", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("я" * 66 + "😀" + "я" * 65, 2),
        ("я" * 66 + "😀" + "я" * 66, 3),
        ("\x1b" * 71, 2),
    ],
)
def test_parts(text: str, expected: int) -> None:
    assert parts(text) == expected


@given(st.text(alphabet="aé@ \n", min_size=161, max_size=2000))
def test_without_wide_characters_parts_are_filled(text: str) -> None:
    assert parts(text) == math.ceil(len(text) / 153)


@given(st.text(alphabet="a€{", min_size=0, max_size=700))
def test_a_wide_character_costs_two(text: str) -> None:
    septets = len(text) + sum(char in EXTENSION for char in text)
    least = 1 if septets <= 160 else math.ceil(septets / 153)
    most = 1 if septets <= 160 else math.ceil(septets / 152)
    assert least <= parts(text) <= most


@pytest.mark.parametrize(
    ("text", "expected"), [("Ñandú? ¡Sí!", False), ("Ñandu à Øresund ΔΨ", True), ("жук", False), ("—", False)]
)
def test_fits(text: str, expected: object) -> None:
    assert fits(text) is expected

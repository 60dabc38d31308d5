import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.messages.colours import colour, ink_on


@pytest.mark.parametrize(
    ("given_as", "shown"),
    [("#1F6FEB", "#1f6feb"), ("#fa0", "#ffaa00"), ("red", "#1f6feb"), ("#1f6feb;", "#1f6feb"), ("", "#1f6feb")],
)
def test_hexadecimal_or_the_default(given_as: str, shown: str) -> None:
    assert colour(given_as) == shown


@pytest.mark.parametrize(
    ("background", "ink"), [("#000000", "#ffffff"), ("#ffffff", "#111827"), ("#ffd43b", "#111827"), ("#2f6b4f", "#ffffff")]
)
def test_readable_ink(background: str, ink: str) -> None:
    assert ink_on(background) == ink


def luminance(text: str) -> float:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_contrast_is_enough_on_any_colour(value: int) -> None:
    background = f"#{value:06x}"
    light, dark = sorted((luminance(background), luminance(ink_on(background))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.messages.plain import isolated, plain


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Tea  towel", "Tea towel"),
        (" a\r\n b\tc\u2028d ", "a b c d"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u2069\u200e", "a\u200e"),
        ("null\x00byte\x7f\x85", "nullbyte"),
        ("\ufeffBOM\ufffe", "BOM"),
        ("half \ud800", "half \ufffd"),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("نص\u200cها", "نص\u200cها"),
        ("\u200b\u2060\u00ad", ""),
        ("\u0301", ""),
        ("", ""),
    ],
)
def test_one_line_without_tricks(typed: str, shown: str) -> None:
    assert plain(typed) == shown


@pytest.mark.parametrize(
    ("typed", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efg", 6, "abcd…"),
        ("abcde\u0301fg", 6, "abcd…"),
        ("abc👨‍👩‍👧defgh", 6, "abc…"),
        ("e" + "\u0301" * 20, 6, "e\u0301\u0301…"),
    ],
)
def test_cut_between_characters_as_people_see_them(typed: str, limit: int, shown: str) -> None:
    assert plain(typed, limit) == shown


@given(st.text(), st.integers(min_value=5, max_value=40))
def test_never_longer_and_stays_as_it_is_the_second_time(text: str, limit: int) -> None:
    once = plain(text, limit)
    assert len(once) <= limit
    assert plain(once, limit) == once
    assert not set("\r\n\t\x00\u202e") & set(once)


def test_right_to_left_text_is_fenced_off() -> None:
    assert isolated("شاي") == "\u2068شاي\u2069"
    assert isolated("чай 50%") == "чай 50%"

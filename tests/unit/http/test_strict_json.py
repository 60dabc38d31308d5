"""Reading JSON: what RFC 8259 allows comes out as the standard library reads it, everything else is named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.errors import FieldError, TooLarge, Unreadable
from rebasket.http.json_pointer import step
from rebasket.http.strict_json import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, json_errors, read

whole = st.integers(min_value=-(10 ** (MAX_DIGITS - 1)) + 1, max_value=10 ** (MAX_DIGITS - 1))
plain = st.text(st.characters(exclude_categories=["Cc", "Cs"]))
data = st.recursive(
    st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | plain,
    lambda inner: st.lists(inner) | st.dictionaries(plain, inner),
)


@given(data)
def test_json_is_read_as_it_was_written(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        found = read(text.encode())
        assert found == value
        assert not [flaw for flaw in json_errors(found) if "nested" not in flaw.detail]


def loads(body: bytes) -> bool:
    try:
        json.loads(body.decode(), strict=False)
    except ValueError:
        return False
    return True


@given(st.binary())
def test_bytes_are_data_or_unreadable(body: bytes) -> None:
    try:
        read(body)
    except Unreadable:
        assert not loads(body)


@pytest.mark.parametrize(
    ("text", "pointer", "detail"),
    [
        ('{"a":1,"a":1}', "/a", "stands twice in the same object"),
        ('{"a":1,"\\u0061":2}', "/a", "stands twice in the same object"),
        ('{"a":{"b":[0,{"c":1,"c":2,"d":3}]}}', "/a/b/1/c", "stands twice in the same object"),
        ("[NaN]", "/0", "NaN is no JSON value"),
        ("[1,-Infinity]", "/1", "-Infinity is no JSON value"),
        ("1e400", "", "a number out of range"),
        ("[-1e400]", "/0", "a number out of range"),
        (f"[{'9' * (MAX_DIGITS + 1)}]", "/0", "a number out of range"),
        (f"[-{'9' * 250_000}]", "/0", "a number out of range"),
        ('{"a/b~c":"\\ud800"}', "/a~1b~0c", "half of a surrogate pair (U+D800)"),
        ('["x\\udfffx"]', "/0", "half of a surrogate pair (U+DFFF)"),
        ('["\\ude00\\ud83d"]', "/0", "half of a surrogate pair (U+DE00)"),
        ('["\\u0000"]', "/0", "a control character (U+0000)"),
        ('["tab\there"]', "/0", "a control character (U+0009)"),
        ('["\\n"]', "/0", "a control character (U+000A)"),
        ('["\x7f"]', "/0", "a control character (U+007F)"),
        ('["\x9f"]', "/0", "a control character (U+009F)"),
        ('{"a":{"\\u0007":1}}', "/a", "a field name holds a control character (U+0007)"),
        ('{"a":{"\\ud800":1}}', "/a", "a field name holds half of a surrogate pair (U+D800)"),
        ('{"' + "k" * 65 + '":NaN}', "", "NaN is no JSON value"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "/0" * MAX_DEPTH, f"nested deeper than {MAX_DEPTH} levels"),
        ('{"a":' * MAX_DEPTH + "{}" + "}" * MAX_DEPTH, "/a" * MAX_DEPTH, f"nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_what_is_wrong_in_one_place_is_named_there(text: str, pointer: str, detail: str) -> None:
    assert list(json_errors(read(text.encode()))) == [FieldError(pointer, detail)]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":{"b":1},"c":{"b":1}}',
        '["\\ud83d\\ude00", "\U0001f600", "\u2028\ufeff\u202e\u00ad"]',
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        f"[{'9' * MAX_DIGITS}, 1e308, -0, 0.1]",
        " \t\r\n[]\n",
    ],
)
def test_what_is_only_unusual_is_fine(text: str) -> None:
    assert list(json_errors(read(text.encode()))) == []


def test_everything_wrong_is_named() -> None:
    found = [flaw.pointer for flaw in json_errors(read(b'{"a":[NaN,"\\u0001"],"b":1,"b":2}'))]
    assert found == ["/a/0", "/a/1", "/b"]


@pytest.mark.parametrize("body", [b"[" * 200_000, b"[1," * 80_000, b'{"a":' * 50_000, b"[" * 120_000 + b"]" * 120_000])
def test_no_depth_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(Unreadable, match="nested"):
        read(body)


def test_the_limit_is_exact() -> None:
    assert read(b"[]".ljust(MAX_BYTES)) == []
    with pytest.raises(TooLarge, match="256 KB"):
        read(b"[]".ljust(MAX_BYTES + 1))


def test_a_message_never_repeats_the_body() -> None:
    for body in (b'{"jane@example.com"', b'["jane@example.com\\x"]', b'["jane@example.com'):
        with pytest.raises(Unreadable) as wrong:
            read(body)
        assert "jane" not in wrong.value.detail


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5) | st.integers(0, 999), max_size=5))
def test_pointers_can_be_followed_back(path: list[str | int]) -> None:
    pointer = ""
    for part in path:
        pointer = step(pointer, part)
    assert [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]] == [str(part) for part in path]

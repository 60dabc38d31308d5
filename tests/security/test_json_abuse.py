"""Bodies made to confuse or to exhaust whoever reads them: what the client is told, and that nothing is recorded. What the reader
does with each is in tests/unit/http/test_strict_json.py.
"""

from __future__ import annotations

import gzip
import json

import pytest

from rebasket.domain.carts.events import CartUpdated
from tests.functions.ingest_client import AUTHORISED, STRICT, World, cart_updated, world

EVENT = json.dumps(cart_updated())


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def inside(field: str) -> bytes:
    """The good event with one more field, written out."""
    return (EVENT[:-1] + f", {field}}}").encode()


UNREADABLE = {
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 40_000,
    "byte order mark": b"\xef\xbb\xbf" + EVENT.encode(),
    "UTF-16": EVENT.encode("utf-16"),
    "UTF-32": EVENT.encode("utf-32"),
    "invalid UTF-8": EVENT.encode().replace(b"kettle", b"\xc3\x28"),
    "overlong UTF-8": EVENT.encode().replace(b"kettle", b"\xc0\xaf"),
    "half a surrogate pair in UTF-8": EVENT.encode().replace(b"kettle", b"\xed\xa0\x80"),
    "compressed": gzip.compress(EVENT.encode() * 100),
    "UTF-16 without its mark": EVENT.encode("utf-16-le"),
    "a NUL after it": EVENT.encode() + b"\0",
    "a blank that JSON has not": EVENT.encode() + "\u00a0".encode(),
    "a form feed before it": b"\f" + EVENT.encode(),
    "a sum in hexadecimal": inside('"tax": 0x10'),
    "a sum with a plus": inside('"tax": +1'),
    "a nought before a sum": inside('"tax": 01'),
    "comments": b"/* x */" + EVENT.encode(),
    "two values": EVENT.encode() * 2,
    "single quotes": b"{'id': 1}",
    "trailing comma": EVENT[:-1].encode() + b",}",
    "unfinished": EVENT[:-1].encode(),
    "nothing": b"",
    "blanks": b" \t\r\n",
    "form": b"id=1&type=cart.updated",
}

WRONG = {
    "key twice": (inside('"cart": "c2"'), "/cart"),
    "key twice, written differently": (inside('"\\u0063art": "c2"'), "/cart"),
    "key twice, further in": (EVENT.replace('"sku"', '"sku": "mug", "sku"', 1).encode(), "/lines/0/sku"),
    "events twice": (f'{{"events": [{EVENT}], "events": []}}'.encode(), "/events"),
    "minus nought": (EVENT.replace('"quantity": 1', '"quantity": -0').encode(), "/lines/0/quantity"),
    "one, as a fraction": (inside('"tax": 1.0'), "/tax"),
    "one, with an exponent": (inside('"tax": 1e0'), "/tax"),
    "a number of many digits below nought": (inside('"tax": -' + "9" * 100_000), "/tax"),
    "more than anything costs": (inside('"tax": 1000000000001'), "/tax"),
    "half a surrogate pair in a name": (inside('"\\ud800": 1'), ""),
    "NaN": (inside('"tax": NaN'), "/tax"),
    "Infinity": (inside('"tax": -Infinity'), "/tax"),
    "a number of many digits": (inside('"tax": ' + "9" * 100_000), "/tax"),
    "a large exponent": (inside('"tax": 1e999'), "/tax"),
    "a fraction": (inside('"tax": 19.90'), "/tax"),
    "a number as text": (inside('"tax": "1990"'), "/tax"),
    "true as a number": (inside('"tax": true'), "/tax"),
    "a negative sum": (inside('"tax": -1'), "/tax"),
    "deep": (inside('"tax": ' + "[" * 50 + "]" * 50), "/tax"),
    "half a surrogate pair": (inside('"device": "\\ud800"'), "/device"),
    "a control character": (inside('"device": "\\u0000"'), "/device"),
    "a long name": (inside(f'"{"x" * 50_000}": 1'), ""),
    "a name like a prototype": (inside('"__proto__": {"admin": true}'), "/__proto__"),
    "a name like a class": (inside('"__class__": "x"'), "/__class__"),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_json_is_unreadable(shop: World, body: bytes) -> None:
    reply = shop.post(body)
    assert (reply.status, reply.data["type"]) == (400, "/problems/unreadable")
    assert len(reply.body) < 500
    assert shop.events == []


@pytest.mark.parametrize(("body", "pointer"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_one_place_is_named_there(shop: World, body: bytes, pointer: str) -> None:
    reply = shop.post(body, query=STRICT)
    assert (reply.status, reply.data["type"]) == (422, "/problems/invalid")
    assert any(found.startswith(pointer) for found in reply.pointers)
    assert len(reply.body) < 10_000
    assert shop.events == []


SPELLED = {"a number as text", "minus nought", "half a surrogate pair", "a control character"}
"""What can be read as it was meant, or says nothing."""


MENDABLE = [name for name in WRONG if name not in SPELLED]


@pytest.mark.parametrize(("body", "pointer"), [WRONG[name] for name in MENDABLE], ids=MENDABLE)
def test_what_is_wrong_in_one_place_is_left_out_there_and_told(shop: World, body: bytes, pointer: str) -> None:
    reply = shop.post(body)
    assert any(found.startswith(pointer) for found in (reply.warnings if reply.status == 202 else reply.pointers))
    assert len(reply.body) < 10_000
    for event in shop.events:
        assert isinstance(event, CartUpdated)
        assert (event.cart, event.details.tax, event.details.device) == ("c1", None, None)


def test_what_is_declared_compressed_is_read_as_it_is(shop: World) -> None:
    """No decompression, so no bomb: 16 KB would become 16 MB."""
    bomb = gzip.compress(b"[" + b" " * 16 * 1024 * 1024)
    assert len(bomb) < 17_000
    assert shop.post(bomb, {**AUTHORISED, "content-encoding": "gzip"}).status == 400


@pytest.mark.parametrize(
    "content_type",
    ["", "text/json", "text/plain", "application/x-www-form-urlencoded", "application/json, text/html", "application/json/x",
     "application/json; charset=utf-16", "application/json; charset=utf-7", 'application/json; charset="latin-1"'],
)  # fmt: skip
def test_what_is_not_declared_as_json_in_utf_8_is_not_read(shop: World, content_type: str) -> None:
    """A page of somebody else's may post forms and plain text with nobody asked; and in UTF-7 other characters are quotes."""
    reply = shop.post(EVENT.encode(), {**AUTHORISED, "content-type": content_type})
    assert (reply.status, reply.data["type"]) == (415, "/problems/not-json")
    assert shop.events == []


def test_an_event_twice_in_a_request_is_one_event(shop: World) -> None:
    assert shop.post(f"[{EVENT}, {EVENT}]".encode()).data["unchanged"] == 1


@pytest.mark.parametrize("count", [101, 5_000])
def test_too_many_or_too_much_is_too_large(shop: World, count: int) -> None:
    assert shop.post(b"[" + b",".join([b"{}"] * count) + b"]").status == 413
    assert shop.post(b'"' + b"x" * 256 * 1024 + b'"').status == 413
    assert shop.events == []

"""The big list of naughty strings in every text field of every type of event: never a 5xx, and what is taken arrives unbroken."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

import pytest

from rebasket.platforms.native.batch import MAX_EVENTS
from rebasket.platforms.native.texts import cleaned
from rebasket.platforms.native.wire import TYPES
from tests.functions.ingest_client import STRICT, World, world
from tests.shared_data import shared
from tests.unit.platforms.native.samples import Path, changed, leaves, pointer, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.carts.events import Event

ANY_TEXT = {"sku": 128, "title": 500, "categories": 100, "device": 100, "name": 200, "customer_id": 128, "source": 200}
"""The fields that take any text, and how many characters; the others want a form."""
NORMALISED = {"email", "phone", "at", "stage", "type"}
"""Fields that do not arrive as the text they were."""
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def naughty() -> list[str]:
    strings: list[str] = json.loads(shared("D1-big-list-of-naughty-strings/blns.json").read_text(encoding="utf-8"))
    return [
        *strings,
        "\ud800",
        "a\udfff",
        "\x00",
        "\x9f",
        "\u2028",
        "\ufffe",
        "😀" * 100,
        "ﷺ" * 128,
        "x" * 500,
        "x" * 501,
        "x" * 9_999,
    ]


def batches(kind: str, path: Path, strings: list[str]) -> Iterator[tuple[list[str], list[dict[str, object]]]]:
    """Events of one type with a string each at one place, of different carts; as many as a request takes.

    The contact is the same in all types: each gets its share of the strings there. Elsewhere it is left out, to save the time.
    """
    full = sample(kind)
    if path[0] == "contact":
        strings = strings[list(TYPES).index(kind) :: len(TYPES)]
    elif kind != "contact.identified":
        del full["contact"]
    for start in range(0, len(strings), MAX_EVENTS):
        chunk = strings[start : start + MAX_EVENTS]
        plain = [{**full, "id": f"e{n}", "cart": f"c{start + n}"} for n in range(len(chunk))]
        yield chunk, [changed(event, path, text) for event, text in zip(plain, chunk, strict=True)]


def name_of(path: Path) -> str:
    """The field's name; that of the array for its entries."""
    return next(str(part) for part in reversed(path) if isinstance(part, str))


def texts(event: Event) -> set[object]:
    """All texts in a domain event."""
    as_lists = dataclasses.asdict(event, dict_factory=lambda items: {n: list(v) if isinstance(v, tuple) else v for n, v in items})
    return {text for _, text in leaves(as_lists)}


@pytest.mark.parametrize("kind", TYPES)
def test_naughty_strings_arrive_unbroken_or_are_refused_by_name(shop: World, kind: str) -> None:
    strings = naughty()
    assert len(strings) > 450
    for path, good in leaves(sample(kind)):
        if not isinstance(good, str):
            continue
        field = name_of(path)
        for chunk, events in batches(kind, path, strings):
            shop.events.clear()
            reply = shop.post({"events": events}, query=STRICT)
            assert reply.status in {202, 422}
            recorded = iter(shop.events)
            for n, (text, result) in enumerate(zip(chunk, reply.data["results"], strict=True)):
                if result["status"] == "rejected":
                    where = {error["pointer"] for error in result["problem"]["errors"]}
                    assert f"/events/{n}{pointer(path)}" in where, (path, text)
                else:
                    event = next(recorded)
                    assert {text, cleaned(text)} & texts(event) or field in NORMALISED, (path, text)
                if field in ANY_TEXT:
                    fine = not FORBIDDEN.search(text) and 0 < len(text) <= ANY_TEXT[field]
                    assert (result["status"] != "rejected") == fine, (path, text)


@pytest.mark.parametrize("kind", TYPES)
def test_naughty_names_of_fields_are_refused(shop: World, kind: str) -> None:
    for start in range(0, len(names := naughty()), MAX_EVENTS):
        events = [{**sample(kind), name: name} for name in names[start : start + MAX_EVENTS]]
        reply = shop.post({"events": events}, query=STRICT)
        assert (reply.status, reply.data["rejected"]) == (422, len(events))
        assert shop.events == []


@pytest.mark.parametrize("kind", TYPES)
def test_naughty_strings_are_read_or_left_out_or_refused_and_never_our_mistake(shop: World, kind: str) -> None:
    for path, good in leaves(sample(kind)):
        if isinstance(good, str) and path[0] != "contact":
            for _, events in batches(kind, path, naughty()[::5]):
                reply = shop.post({"events": events})
                assert reply.status in {202, 422}
                assert reply.data["failed"] == 0


def test_naughty_strings_are_no_credentials(shop: World) -> None:
    for text in naughty():
        if FORBIDDEN.search(text):
            continue  # no HTTP header can hold it
        for name in ("authorization", "rebasket-key", "webhook-id", "webhook-timestamp", "webhook-signature"):
            assert shop.post(b"{}", {**shop.signed(b"{}"), name: text}).status in {401, 422}
        assert shop.post(b"{}", {"authorization": f"Bearer {text}"}).status == 401
        assert shop.post(b"{}", {"authorization": f"Bearer rbk_acme_abcd_{text}"}).status == 401


def test_naughty_strings_are_no_bodies(shop: World) -> None:
    for text in naughty():
        assert shop.post(text.encode("utf-8", "surrogatepass")).status in {400, 422}

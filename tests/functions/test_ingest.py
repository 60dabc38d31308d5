"""`POST /v1/events`, from the raw request to the recorded events and back."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.ingest.app import MIN_REMAINING_MS
from rebasket.domain.errors import Contended
from rebasket.domain.people.addresses import Address, Channel
from rebasket.http import results
from rebasket.usecases.recording.record_event import Recorded
from tests.functions.ingest_client import AUTHORISED, JSON, NOW, STRICT, World, cart_updated, world

if TYPE_CHECKING:
    from collections.abc import Callable

PROBLEM = "application/problem+json"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def test_one_event_is_recorded(shop: World) -> None:
    reply = shop.post(cart_updated())
    assert reply.status == 202
    assert reply.data == {
        "results": [{"id": "e1", "status": "accepted"}],
        "accepted": 1,
        "unchanged": 0,
        "rejected": 0,
        "failed": 0,
    }
    assert reply.headers == {"content-type": "application/json", "cache-control": "no-store"}
    cart = shop.carts.get("acme", "c1")
    assert cart is not None
    assert [line.title for line in cart.facts.lines] == ["Чайник"]
    assert [timer.cart for due in shop.timers.items.values() for timer in due.values()] == ["c1"]


@pytest.mark.parametrize("wrap", [lambda events: events, lambda events: {"events": events}], ids=["array", "object"])
def test_a_batch_is_recorded_in_its_order(shop: World, wrap: Callable[[list[object]], object]) -> None:
    reply = shop.post(wrap([cart_updated(id=f"e{n}", cart=f"c{n}") for n in range(100)]))
    assert (reply.status, reply.data["accepted"]) == (202, 100)
    assert [result["id"] for result in reply.data["results"]] == [f"e{n}" for n in range(100)]
    assert [event.cart for event in shop.events] == [f"c{n}" for n in range(100)]


def test_a_repeated_event_changes_nothing(shop: World) -> None:
    assert shop.post(cart_updated()).data["results"] == [{"id": "e1", "status": "accepted"}]
    again = shop.post([cart_updated(), cart_updated()])
    assert (again.status, again.data["unchanged"]) == (202, 2)


def test_a_bad_event_loses_none_of_the_good(shop: World) -> None:
    reply = shop.post({"events": [cart_updated(), cart_updated(id="e2", cart="c2", lines=[{"sku": "x"}]), cart_updated(id="e3")]})
    assert reply.status == 202
    assert [result["status"] for result in reply.data["results"]] == ["accepted", "rejected", "unchanged"]
    problem = reply.data["results"][1]["problem"]
    assert (problem["type"], problem["status"]) == ("/problems/invalid", 422)
    assert {"pointer": "/events/1/lines/0/title", "detail": "is required"} in problem["errors"]


@pytest.mark.parametrize(
    ("broken", "pointer"),
    [
        ('{"id":"bad","type":"cart.deleted","type":"cart.updated"}', "/1/type"),
        ('{"id":"bad","shipping":NaN}', "/1/shipping"),
        ('{"id":"bad","shipping":-Infinity}', "/1/shipping"),
        ('{"id":"bad","tax":1e999}', "/1/tax"),
        ('{"id":"bad","tax":' + "9" * 5_000 + "}", "/1/tax"),
        ('{"id":"bad","contact":{"name":"\\ud83d"}}', "/1/contact/name"),
        ('{"id":"bad","contact":{"name":"a\\u0000b"}}', "/1/contact/name"),
        ('{"id":"bad","contact":{"name":"a\nb"}}', "/1/contact/name"),
        ('{"id":"bad","lines":[{"title":"\x7f"}]}', "/1/lines/0/title"),
        ('{"id":"bad","a":' + "[" * 20 + "]" * 20 + "}", "/1/a" + "/0" * 15),
        ("7", "/1"),
        ("null", "/1"),
        ('["cart.updated"]', "/1"),
    ],
)
def test_what_is_wrong_in_one_event_is_that_events_alone(shop: World, broken: str, pointer: str) -> None:
    good = [json.dumps(cart_updated(id=name, cart=name)) for name in ("e1", "e2")]
    reply = shop.post(f"[{good[0]},{broken},{good[1]}]".encode())
    assert reply.status == 202
    assert [result["status"] for result in reply.data["results"]] == ["accepted", "rejected", "accepted"]
    assert pointer in [error["pointer"] for error in reply.data["results"][1]["problem"]["errors"]]


def test_when_all_are_bad_the_request_is(shop: World) -> None:
    bad = {"events": [cart_updated(at="yesterday"), cart_updated(cart=..., currency="eur")]}
    reply = shop.post(bad, query=STRICT)
    assert (reply.status, reply.headers["content-type"]) == (422, PROBLEM)
    assert reply.pointers == ["/events/0/at", "/events/1/cart", "/events/1/currency"]
    assert (reply.data["rejected"], shop.events) == (2, [])


def test_a_single_bad_event_is_pointed_into_from_the_body(shop: World) -> None:
    reply = shop.post(cart_updated(lines=[{"sku": "a", "title": "b", "quantity": 1, "unit_price": 19.9}]))
    assert (reply.status, reply.pointers) == (422, ["/lines/0/unit_price"])
    assert "minor units" in reply.data["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "status", "kind", "detail"),
    [
        (b"", 400, "unreadable", "it is empty"),
        (b" \n", 400, "unreadable", "it is empty"),
        (b"{", 400, "unreadable", "line 1, column 2"),
        (b"{}{}", 400, "unreadable", "Extra data"),
        (b"\xef\xbb\xbf{}", 400, "unreadable", "byte order mark"),
        (b'{"id":"\xff"}', 400, "unreadable", "not UTF-8 at byte 7"),
        (b'{"id":"\xed\xa0\x80"}', 400, "unreadable", "not UTF-8 at byte 7"),
        ("{}".encode("utf-16"), 400, "unreadable", "not UTF-8"),
        (gzip.compress(b"{}", mtime=0), 400, "unreadable", "not UTF-8"),
        (b"[" * 100_000, 400, "unreadable", "nested"),
        (b'{"a":' * 50_000, 400, "unreadable", "nested"),
        (b" " * 262_145, 413, "too-large", "256 KB"),
        (b"\xff" * 262_145, 413, "too-large", "256 KB"),
        (b"[" + b",".join([b"{}"] * 101) + b"]", 413, "too-large", "at most 100"),
        (b"[]", 422, "invalid", "an array of events"),
        (b'{"events":[]}', 422, "invalid", "an array of events"),
        (b'{"events":{}}', 422, "invalid", "an array of events"),
        (b'{"events":[],"events":[{}]}', 422, "invalid", "an array of events"),
        (b'{"events":[{}],"shop":"acme"}', 422, "invalid", "the event cannot be taken"),
        (b'"cart.updated"', 422, "invalid", "an array of events"),
        (b"null", 422, "invalid", "an array of events"),
        (b"NaN", 422, "invalid", "an array of events"),
        (b"-0.0", 422, "invalid", "an array of events"),
        (b"{}", 422, "invalid", "the event cannot be taken"),
    ],
)
def test_a_body_that_is_no_batch_of_events_is_refused(shop: World, body: bytes, status: int, kind: str, detail: str) -> None:
    reply = shop.post(body)
    assert (reply.status, reply.headers["content-type"], reply.data["type"]) == (status, PROBLEM, f"/problems/{kind}")
    assert detail in reply.data["detail"]
    assert shop.events == []


def test_a_body_of_just_the_limit_is_read(shop: World) -> None:
    body = json.dumps(cart_updated()).encode()
    assert shop.post(body + b" " * (256 * 1024 - len(body))).status == 202


def test_a_body_in_base64_is_the_same_body(shop: World) -> None:
    body = base64.b64encode(json.dumps(cart_updated()).encode()).decode()
    assert shop.invoke({"headers": AUTHORISED, "body": body, "isBase64Encoded": True}).status == 202
    assert shop.invoke({"headers": AUTHORISED, "body": "no base64!", "isBase64Encoded": True}).status == 400
    assert shop.invoke({"headers": AUTHORISED, "body": "A" * 349_532, "isBase64Encoded": True}).status == 413
    assert shop.invoke({"headers": AUTHORISED, "isBase64Encoded": False}).status == 400


@pytest.mark.parametrize("declared", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'])
def test_json_is_taken_however_it_is_declared(shop: World, declared: str) -> None:
    assert shop.post(cart_updated(), {**AUTHORISED, "content-type": declared}).status == 202


@pytest.mark.parametrize("declared", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])
def test_anything_but_json_is_refused(shop: World, declared: str) -> None:
    reply = shop.post(cart_updated(), {**AUTHORISED, "content-type": declared})
    assert (reply.status, reply.data["type"]) == (415, "/problems/not-json")


def test_header_names_are_taken_in_any_case(shop: World) -> None:
    assert shop.post(cart_updated(), {name.title(): value for name, value in AUTHORISED.items()}).status == 202


def test_another_method_is_refused(shop: World) -> None:
    reply = shop.post(b"", method="GET")
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_nobody_learns_anything_without_a_credential(shop: World) -> None:
    reply = shop.post(b"\xff", JSON)
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer realm="rebasket"')


def test_a_shop_that_is_not_set_up_is_told_so(shop: World) -> None:
    shop.shops.items.clear()
    assert shop.post(cart_updated()).status == 403


@pytest.mark.parametrize("failure", [Contended("busy"), ConnectionError("jane@example.com"), RuntimeError("jane@example.com")])
def test_what_could_not_be_recorded_is_to_be_repeated(
    shop: World, capsys: pytest.CaptureFixture[str], failure: Exception
) -> None:
    shop.failing["e2"] = failure
    batch = [cart_updated(id=f"e{n}", cart=f"c{n}") for n in (1, 2, 3)] + [{"id": "e4"}]
    reply = shop.post(batch)
    assert (reply.status, reply.headers["retry-after"], reply.headers["content-type"]) == (503, "5", PROBLEM)
    assert [result["status"] for result in reply.data["results"]] == ["accepted", "failed", "accepted", "rejected"]
    printed = capsys.readouterr().out + shop.log.getvalue()
    assert type(failure).__name__ in printed
    assert "ingest_client.py" in printed, "where it happened"
    assert "jane@example.com" not in printed + reply.body
    shop.failing.clear()
    assert [result["status"] for result in shop.post(batch).data["results"]] == ["unchanged", "accepted", "unchanged", "rejected"]


def test_what_there_is_no_time_left_for_is_to_be_repeated(shop: World) -> None:
    shop.context.left = MIN_REMAINING_MS - 1
    reply = shop.post([cart_updated(), cart_updated()])
    assert (reply.status, reply.data["failed"], shop.events) == (503, 2, [])


def test_no_bound_of_the_cart_refuses_an_event_and_the_addresses_named_last_are_kept(shop: World) -> None:
    named = [cart_updated(id=f"e{n}", contact={"email": f"jane{n}@example.com"}) for n in range(21)]
    reply = shop.post({"events": named})
    assert (reply.data["accepted"], reply.data["rejected"]) == (21, 0)
    cart = shop.carts.get("acme", "c1")
    assert cart is not None
    assert len(cart.facts.named) == 20
    assert Address(Channel.EMAIL, "jane20@example.com") in cart.facts.named


def test_a_reminder_sent_elsewhere_that_could_not_be_noted_has_one_result_and_is_noted_when_it_is_repeated(shop: World) -> None:
    told = {"id": "e1", "type": "reminder.sent_elsewhere", "at": "2026-11-02T11:59:00Z", "cart": "c1", "channel": "email"}
    shop.post(cart_updated(id="e0"))
    shop.other_voices.broken = True
    reply = shop.post(told)
    assert (reply.status, [result["status"] for result in reply.data["results"]]) == (503, ["failed"])
    shop.other_voices.broken = False
    assert shop.post(told).status == 202
    assert shop.other_voices == {("acme", Channel.EMAIL): NOW - timedelta(minutes=1)}


def test_logs_hold_ids_and_counts_and_no_person(shop: World, capsys: pytest.CaptureFixture[str]) -> None:
    person = {"email": "jane@example.com", "phone": "+380441234567", "name": "Jane Doe", "customer_id": "cust-77"}
    shop.post([cart_updated(contact=person), cart_updated(contact={**person, "shoe_size": "Jane Doe"}, id="e2", cart=...)])
    shop.post(cart_updated(contact={**person, "email": "jane@@example.com"}, lines="Jane Doe"))
    lines = [json.loads(line) for line in (shop.log.getvalue() + capsys.readouterr().out).splitlines()]
    assert [line["counts"] for line in lines if line.get("message") == "events taken"] == [
        {"accepted": 1, "unchanged": 0, "rejected": 1, "failed": 0},
        {"accepted": 0, "unchanged": 0, "rejected": 1, "failed": 0},
    ]
    assert [line["EventsRejected"] for line in lines if "_aws" in line] == [[1.0], [1.0]]
    printed = json.dumps(lines)
    assert not [word for word in ("jane", "Jane", "44123", "cust-77") if word in printed]


def test_statuses_are_those_of_the_use_case() -> None:
    assert set(results.TAKEN) == {status.value for status in Recorded}


@pytest.mark.parametrize("given_id", [7, None, "x" * 129, "a\nb", ["e1"]])
def test_an_id_that_is_none_is_not_repeated(shop: World, given_id: object) -> None:
    assert shop.post(cart_updated(id=given_id), query=STRICT).data["results"][0]["id"] is None
    told = shop.post(cart_updated(id=given_id)).data["results"][0]
    assert told["status"] == "accepted"
    assert told["id"] == shop.events[0].id != given_id


def test_a_cold_start_does_not_load_what_few_events_need() -> None:
    """And nothing of the content layer, which this function does not have."""
    heavy = ("phonenumbers", "email_validator", "aws_lambda_powertools.event_handler", "babel", "minijinja", "mjml", "gsm0338")
    program = f"import sys, functions.ingest.app; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

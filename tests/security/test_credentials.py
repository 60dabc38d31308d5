"""Who is calling, at the function itself: forged, stale, replayed and re-serialised requests, and shops that are not there.

The header's own grammar, and that all refusals cost the same work, is in tests/unit/http/test_credentials.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from rebasket.domain.shops.keys import Right
from tests.functions.ingest_client import BEARER, JSON, NOW, SIGNING, Reply, World, cart_updated, world

BODY = json.dumps(cart_updated()).encode()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def refused(shop: World, reply: Reply) -> Reply:
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="rebasket"'
    assert shop.events == []
    return reply


def test_a_forged_signature_is_refused_like_no_credential_at_all(shop: World) -> None:
    good = shop.signed(BODY)
    other = Webhook(f"whsec_{base64.b64encode(b'guessed' * 5).decode()}").sign("msg_1", NOW, BODY.decode())
    bare = hashlib.sha256(b"msg_1." + good["webhook-timestamp"].encode() + b"." + BODY).digest()
    nothing = refused(shop, shop.post(BODY, JSON))
    for forged in (
        other,
        f"v1,{base64.b64encode(bare).decode()}",
        f"v1a,{good['webhook-signature'][3:]}",
        good["webhook-signature"][:-4] + "AAA=",
        "v1,",
        "v1," + "A" * 100_000,
    ):
        assert refused(shop, shop.post(BODY, {**good, "webhook-signature": forged})) == nothing


def test_a_body_that_says_the_same_in_other_bytes_is_not_what_was_signed(shop: World) -> None:
    """A proxy that parses and writes JSON anew breaks the signature, and so does whoever changes a price."""
    signed = shop.signed(BODY)
    data = cart_updated()
    again = [
        json.dumps(data, indent=1).encode(),
        json.dumps(data, ensure_ascii=False).encode(),
        json.dumps(dict(reversed(data.items()))).encode(),
        BODY + b"\n",
        BODY.replace(b"1990", b"1991"),
        b"",
    ]
    for body in again:
        refused(shop, shop.post(body, signed))
    assert shop.post(BODY, signed).status == 202


def test_a_request_that_is_recorded_and_sent_again_changes_nothing_and_after_five_minutes_is_refused(shop: World) -> None:
    signed = shop.signed(BODY)
    assert shop.post(BODY, signed).data["accepted"] == 1
    stored = dict(shop.carts.items)
    for _ in range(3):
        assert shop.post(BODY, signed).data["unchanged"] == 1
    assert shop.carts.items == stored
    shop.now += timedelta(minutes=5, seconds=1)
    shop.events.clear()
    refused(shop, shop.post(BODY, signed))


def test_what_was_recorded_before_a_purchase_does_not_undo_it(shop: World) -> None:
    """Nor a "yes" a "no", nor old prices new ones: what counts is the time that stands in the signed body."""
    signed = shop.signed(BODY)
    assert shop.post(BODY, signed).data["accepted"] == 1
    shop.now += timedelta(minutes=2)
    order = {"id": "o1", "total": 1990, "currency": "EUR"}
    bought = {"id": "e9", "type": "order.placed", "at": shop.now.isoformat(), "cart": cart_updated()["cart"], "order": order}
    assert shop.post(bought).data["accepted"] == 1
    stored = dict(shop.carts.items)
    assert shop.post(BODY, signed).data["unchanged"] == 1
    assert shop.carts.items == stored


@pytest.mark.parametrize(
    ("header", "before", "after"),
    [
        ("webhook-signature", "", ","),
        ("webhook-signature", "v1,AAAA\t", ""),
        ("webhook-signature", "v1,AAAA,", ""),
        ("webhook-signature", "v2,", ""),
        ("webhook-timestamp", " ", ""),
        ("webhook-timestamp", "+", ""),
        ("webhook-timestamp", "", ".0"),
        ("webhook-timestamp", "", "000"),
        ("webhook-timestamp", "", ",1"),
        ("webhook-id", "", "."),
        ("webhook-id", " ", ""),
        ("rebasket-key", " ", ""),
        ("rebasket-key", "", "\n"),
        ("rebasket-key", "acme_none,", ""),
    ],
)
def test_a_header_that_says_nearly_the_same_proves_nothing(shop: World, header: str, before: str, after: str) -> None:
    """API Gateway joins headers that stand twice by commas."""
    signed = shop.signed(BODY)
    refused(shop, shop.post(BODY, {**signed, header: f"{before}{signed[header]}{after}"}))


def test_of_several_signatures_any_may_be_the_right_one(shop: World) -> None:
    """While a secret is rotated; blanks between them count for nothing."""
    signed = shop.signed(BODY)
    good = signed["webhook-signature"]
    for several in (f"v1,AAAA {good}", f"{good} v1,AAAA", f"v1a,x  {good}"):
        assert shop.post(BODY, {**signed, "webhook-signature": several}).status == 202


@pytest.mark.parametrize("apart", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1), timedelta(days=400)])
def test_a_stale_or_early_signature_is_refused(shop: World, apart: timedelta) -> None:
    refused(shop, shop.post(BODY, shop.signed(BODY, at=NOW + apart)))


def test_a_signature_moved_to_another_request_or_time_is_refused(shop: World) -> None:
    signed = shop.signed(BODY)
    refused(shop, shop.post(BODY, {**signed, "webhook-id": "msg_2"}))
    refused(shop, shop.post(BODY, {**signed, "webhook-timestamp": str(int(signed["webhook-timestamp"]) + 1)}))


def test_an_unknown_shop_looks_like_a_bad_key(shop: World) -> None:
    """The same status, headers and body; and before either is known to be unknown, the same reads (unit/http)."""
    secret = BEARER.shown.rpartition("_")[2]
    signed = shop.signed(BODY)
    answers = [
        shop.post(BODY, {**JSON, "authorization": f"Bearer rbk_{name}_{BEARER.key.id}_{given}"})
        for name, given in (("acme", secret[:-1] + "0"), ("nobody", secret), ("nobody", "0" * 64))
    ]
    answers += [
        shop.post(BODY, {**signed, "rebasket-key": f"nobody_{SIGNING.key.id}"}),
        shop.post(BODY, {**signed, "rebasket-key": "acme_none"}),
    ]
    assert len({(answer.status, str(answer.headers), answer.body) for answer in answers}) == 1
    refused(shop, answers[0])


def test_a_key_that_expired_or_lost_its_right_opens_nothing(shop: World) -> None:
    shop.shop_keys["acme"] = [replace(BEARER.key, expires_at=NOW)]
    headers = {**JSON, "authorization": f"Bearer {BEARER.shown}"}
    refused(shop, shop.post(BODY, headers))
    shop.shop_keys["acme"] = [replace(BEARER.key, rights=frozenset({Right.REPORT}))]
    assert shop.post(BODY, headers).status == 403
    assert shop.events == []


def test_keys_that_only_look_alike_are_other_keys(shop: World) -> None:
    """Fullwidth letters, which NFKC would fold, and letters of other alphabets."""
    for wrong in (BEARER.shown.replace("rbk", "ｒｂｋ"), BEARER.shown.replace("acme", "асme"), BEARER.shown.replace("_", "＿")):
        refused(shop, shop.post(BODY, {**JSON, "authorization": f"Bearer {wrong}"}))

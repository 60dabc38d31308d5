"""Orders with anything optional spoiled at random: none is refused, and nobody who bought is reminded.

`make spoiled-orders` does it with ten thousand (SPOILED_ORDERS says how many).
"""

from __future__ import annotations

import io
import json
import os
import random
from datetime import timedelta
from typing import Any

import pytest

from functions.ingest import app as ingest
from tests.functions.ingest_client import JSON, Context
from tests.known_faults.storefront import BEARER, Storefront, moment, opened
from tests.samples import ONE_EMAIL

ORDERS = int(os.environ.get("SPOILED_ORDERS", "500"))
A_BATCH = 50

JUNK: tuple[Any, ...] = (
    None, "", " ", "\t", "\n", "x", "x" * 600, "ß" * 130, 17, -1, 0, 1.5, 10**15, True, False, [], {}, [None], ["x"], [{}],
    {"a": 1}, {"0": "x"}, "0441234567", "+380", "jane@", "@example.com", "jane@shop.local", "a@example.com, b@example.com",
    "<b>", "&amp;", "no_selection", "//cdn.example/k.jpg", "javascript:alert(1)", "default", "en_US.UTF-8", "EURO", "XXX", "€",
    "2099-01-01T00:00:00Z", "0000-00-00 00:00:00", "yesterday", "NULL", "undefined", "[object Object]", "1,5", "49.90", "\u202e",
)  # fmt: skip
MISSING = object()


def full_order(number: int, at: str) -> dict[str, Any]:
    """Of one buyer; everything said that can be."""
    return {
        "id": f"order-{number}",
        "type": "order.placed",
        "at": at,
        "cart": f"c{number}",
        "by": "shopper",
        "sequence": number,
        "order": {
            "id": f"o{number}",
            "total": 1990,
            "currency": "EUR",
            "payment": "paid",
            "origin": "storefront",
            "number": f"#{number}",
            "revised_at": at,
            "pay_url": "https://pay.example/o",
            "pay_by": at,
            "discounts": [{"code": "TEA", "amount": 100}],
        },
        "contact": {
            "email": f"buyer{number}@example.org",
            "phone": "+380441234567",
            "name": "Jane Doe",
            "customer_id": f"k{number}",
            "anonymous_id": f"b{number}",
            "earlier_orders": 1,
            "time_zone": "Europe/Kyiv",
            "consent": {
                "email": {"granted": True, "source": "checkout", "at": at},
                "sms": {"granted": False, "source": "checkout", "at": at},
            },
        },
    }


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Of every member, those that hold others included."""
    members: dict[str | int, object] = {}
    if isinstance(value, dict | list):
        members.update(value.items() if isinstance(value, dict) else enumerate(value))
    found: list[tuple[str | int, ...]] = []
    for name, member in members.items():
        here: tuple[str | int, ...] = (*path, name)
        found.append(here)
        found += places(member, here)
    return found


def spoiled(event: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Some of its fields are anything; but its type is told, and its cart or its buyer's address can be read."""
    by_cart: list[tuple[str | int, ...]] = [("cart",)]
    by_buyer: list[tuple[str | int, ...]] = [("contact",), ("contact", "email")]
    kept = {("type",), ("order", "id"), ("order",), *draw.choice([by_cart, by_buyer])}
    ways = [path for path in places(event) if path not in kept]
    made: dict[str, Any] = json.loads(json.dumps(event))
    for path in draw.sample(ways, draw.randint(1, 6)):
        holder: Any = made
        for part in path[:-1]:
            holder = holder[part] if isinstance(holder, dict) and part in holder else None
            holder = holder if isinstance(holder, dict | list) else None
        if isinstance(holder, dict):
            value = draw.choice([MISSING, *JUNK])
            if value is MISSING:
                holder.pop(path[-1], None)
            else:
                holder[str(path[-1])] = value
    if draw.random() < 0.3:
        made[draw.choice(["shoe_size", "orderTotal", "x" * 80, "\ufeffcart"])] = draw.choice(JUNK)
    if draw.random() < 0.1:
        made["order"]["id"] = draw.choice([None, "", [], int(event["order"]["id"][1:])])
    return made


def post(shop: Storefront, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    request = {
        "requestContext": {"http": {"method": "POST"}},
        "headers": {**JSON, "authorization": f"Bearer {BEARER.shown}"},
        "body": json.dumps({"events": events}),
    }
    answer: Any = ingest.handler(request, Context())
    results: list[dict[str, Any]] = json.loads(answer["body"])["results"]
    return results


@pytest.mark.parametrize("seed", [1])
def test_no_order_is_refused_for_what_is_optional_and_no_buyer_is_reminded(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    draw = random.Random(seed)
    shop = opened(monkeypatch, io.StringIO(), steps=ONE_EMAIL, cap=5)
    for number in range(ORDERS + 1):
        assert shop.cart(f"c{number}", f"buyer{number}@example.org").status == 202
    shop.world.advance(timedelta(minutes=10))
    at = moment(shop.clock())
    warned = 0
    for first in range(0, ORDERS, A_BATCH):
        orders = [spoiled(full_order(number, at), draw) for number in range(first, min(first + A_BATCH, ORDERS))]
        for sent, result in zip(orders, post(shop, orders), strict=True):
            assert result["status"] == "accepted", (sent, result)
            warned += "warnings" in result
    assert warned > ORDERS / 2, "what was spoiled is told"
    shop.world.advance(timedelta(hours=3))
    assert [message.cart for message in shop.world.messages] == [f"c{ORDERS}"], "who did not buy"

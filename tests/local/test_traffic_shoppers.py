"""What the made-up shoppers do: everything there is to do, the same for the same seed, and only through the messages they got."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from rebasket.domain.carts.events import OrderPlaced
from rebasket.http.strict_json import read
from rebasket.platforms.native.translate import parse
from rebasket.platforms.native.wire import TYPES
from rebasket_local.traffic.courier import PATIENCE, Sender
from rebasket_local.traffic.fortnight import Plan
from rebasket_local.traffic.ledger import Ledger
from rebasket_local.traffic.settings import read_settings
from tests.cli.made_up_world import MadeUpWorld
from tests.local.arranged import END, KEYS, PLAN, START, arranged, fortnight
from tests.samples import a_shop


def test_every_event_is_one_that_the_api_takes() -> None:
    world, _ = fortnight()
    shop = replace(a_shop(), hosts=("lantern-linen.example",))
    for request in world.posted:
        for event in request.events:
            parse(read(json.dumps(event).encode()), shop, request.at)


NEVER_TOLD = {"contact.left", "order.paid", "payment.failed", "reminder.sent_elsewhere"}
"""By the demo's shop: it is paid at once, nobody logs out, and its platform writes to nobody. Other tests post them."""


def test_a_fortnight_has_all_there_is() -> None:
    world, ledger = fortnight()
    assert {event["type"] for event in world.events} == set(TYPES) - NEVER_TOLD
    assert set(TYPES) > NEVER_TOLD
    assert {event["stage"] for event in world.events if event["type"] == "checkout.started"} == {
        "started", "contact", "shipping", "payment",
    }  # fmt: skip
    assert {event["currency"] for event in world.events if "currency" in event} == {"UAH", "USD", "GBP", "EUR", "PLN"}
    assert {event["locale"] for event in world.events if "locale" in event} == {"uk-UA", "en-US", "en-GB", "de-DE", "pl-PL"}
    assert {
        "bought at once", "bought on own return", "bought on another device", "looked again on own return", "refunded",
        "cancelled", "event late", "event repeated", "order told before its cart", "withdrew consent",
    } <= set(ledger.did)  # fmt: skip
    assert ledger.problems == []


def test_contacts_come_with_either_address_with_both_and_not_at_all() -> None:
    world, _ = fortnight()
    by_cart: dict[str, set[str]] = {}
    consents: set[tuple[str, bool | None]] = set()
    for event in world.events:
        if "cart" in event:
            contact = event.get("contact", {})
            by_cart.setdefault(event["cart"], set()).update({"email", "phone"} & set(contact))
            for channel, name in (("email", "email"), ("sms", "phone")):
                if name in contact:
                    said = contact.get("consent", {}).get(channel)
                    consents.add((channel, said["granted"] if said else None))
    assert {frozenset(names) for names in by_cart.values()} == {
        frozenset(), frozenset({"email"}), frozenset({"phone"}), frozenset({"email", "phone"}),
    }  # fmt: skip
    assert consents == {(channel, said) for channel in ("email", "sms") for said in (True, False, None)}


def test_carts_are_as_many_as_asked_for_and_some_people_come_again() -> None:
    world, _ = fortnight()
    carts = {event["cart"] for event in world.events if "cart" in event}
    begun = {cart for cart in carts if not cart.endswith("-b")}
    assert len(begun) == PLAN.carts
    named: dict[str, set[str]] = {}
    for event in world.events:
        if "cart" in event and "email" in event.get("contact", {}):
            named.setdefault(event["contact"]["email"], set()).add(event["cart"].removesuffix("-b"))
    assert sum(len(carts) == 2 for carts in named.values()) >= 5


def test_carts_of_the_days_before_come_when_the_shop_is_switched_on() -> None:
    world, _ = fortnight()
    settings, _ = read_settings()
    old = {event["cart"] for event in world.events if datetime.fromisoformat(event["at"]) < START}
    assert len(old) == settings.arrivals.before_switching_on
    assert all(request.at >= START for request in world.posted)


def test_events_come_late_twice_in_batches_and_before_their_cart() -> None:
    world, _ = fortnight()
    times = Counter(event["id"] for event in world.events)
    assert set(times.values()) == {1, 2}
    assert max(len(request.events) for request in world.posted) > 1
    lateness = [
        request.at - datetime.fromisoformat(event["at"])
        for request in world.posted
        for event in request.events
        if datetime.fromisoformat(event["at"]) >= START
    ]
    assert max(lateness) > timedelta(hours=3)
    first: dict[str, str] = {}
    for event in world.events:
        first.setdefault(event.get("cart", ""), event["type"])
    assert "order.placed" in first.values()


def test_the_same_seed_tells_the_same_and_another_one_does_not() -> None:
    def told(seed: int) -> list[tuple[datetime, bytes]]:
        world, _, _ = arranged(Plan(seed=seed, start=START, days=3, carts=40))
        world.run(START + timedelta(days=6))
        return [(request.at, request.body) for request in world.requests]

    assert told(1) == told(1)
    assert told(1) != told(2)


def test_requests_are_signed_or_carry_the_key() -> None:
    world, _ = fortnight()
    signer = Webhook(KEYS.signing_secret)
    ways = Counter("webhook-signature" in request.headers for request in world.posted)
    assert min(ways.values()) > len(world.posted) / 4
    for request in world.posted:
        if "webhook-signature" in request.headers:
            moment = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
            expected = signer.sign(request.headers["webhook-id"], moment, request.body.decode())
            assert request.headers["webhook-signature"] == expected
            assert request.headers["rebasket-key"] == KEYS.signing_key_id
        else:
            assert request.headers["authorization"] == f"Bearer {KEYS.bearer}"


# --- Delivery goes wrong -------------------------------------------------------------------------------------------------


def test_a_request_without_a_good_answer_is_repeated_as_it_was() -> None:
    world, ledger = MadeUpWorld(START, answers=[503, 500, 429]), Ledger()
    Sender(world, KEYS, ledger).post([{"id": "e1", "type": "cart.deleted"}], signed=True)
    world.run(START + timedelta(hours=1))
    assert [request.at - START for request in world.posted] == [timedelta(seconds=wait) for wait in (0, 30, 150, 750)]
    assert len({request.body for request in world.posted}) == 1
    assert [entry.event["id"] for entry in ledger.acknowledged] == ["e1"]
    assert ledger.problems == []


def test_what_is_never_answered_is_given_up_and_noted() -> None:
    world, ledger = MadeUpWorld(START, answers=[503] * 50), Ledger()
    Sender(world, KEYS, ledger).post([{"id": "e1", "type": "cart.deleted"}], signed=False)
    world.run(START + timedelta(days=1))
    assert len(world.posted) == len(PATIENCE) + 1
    assert ledger.acknowledged == []
    assert [problem.what for problem in ledger.problems] == ["1 events given up after 8 tries: 503"]


def test_orders_are_in_the_currency_of_their_market() -> None:
    world, _ = fortnight()
    shop = replace(a_shop(), hosts=("lantern-linen.example",))
    currency_of: dict[str, str] = {}
    for event in world.events:
        if "currency" in event:
            currency_of[event["cart"]] = event["currency"]
    for event in world.events:
        if event["type"] == "order.placed" and "cart" in event:
            parsed = parse(read(json.dumps(event).encode()), shop, END)
            assert isinstance(parsed, OrderPlaced)
            assert parsed.total is not None
            assert parsed.total.currency == currency_of[event["cart"]]
            assert parsed.total.minor > 0

"""What the made-up shoppers do: everything there is to do, the same for the same seed, and only through the messages they got."""

import base64
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal

import pytest
from standardwebhooks import Webhook

from rebasket.domain.carts.events import OrderPlaced
from rebasket.http.strict_json import read
from rebasket.platforms.native.translate import parse
from rebasket.platforms.native.wire import TYPES
from rebasket_local.http_messages import Response
from rebasket_local.traffic.courier import PATIENCE, Keys, Sender
from rebasket_local.traffic.fortnight import Plan, arrange
from rebasket_local.traffic.ledger import Ledger, SaidNo
from rebasket_local.traffic.provider import Provider
from rebasket_local.traffic.settings import read_settings
from tests.cli.made_up_world import MadeUpWorld, a_message
from tests.samples import a_shop

START = datetime(2026, 11, 2, tzinfo=UTC)
KEYS = Keys(
    bearer="rbk_shop_key_secret",
    signing_key_id="shop_key",
    signing_secret=f"whsec_{base64.b64encode(bytes(range(32))).decode()}",
)
PLAN = Plan(seed=1, start=START, days=14, carts=900)
SMALL = Plan(seed=1, start=START, days=5, carts=120)
END = PLAN.end + timedelta(days=10)


def arranged(plan: Plan = SMALL, **changed: dict[str, object]) -> tuple[MadeUpWorld, Provider, Ledger]:
    """`changed` habits, by the name of their table."""
    settings, _ = read_settings()
    tables = {name: getattr(settings, name).model_copy(update=update) for name, update in changed.items()}
    world = MadeUpWorld(START)
    provider, ledger = arrange(world, KEYS, plan, settings.model_copy(update=tables))
    return world, provider, ledger


@cache
def fortnight() -> tuple[MadeUpWorld, Ledger]:
    """Nobody gets a message."""
    world, _, ledger = arranged(PLAN)
    world.run(END)
    return world, ledger


def test_every_event_is_one_that_the_api_takes() -> None:
    world, _ = fortnight()
    shop = replace(a_shop(), hosts=("lantern-linen.example",))
    for request in world.posted:
        for event in request.events:
            parse(read(json.dumps(event).encode()), shop, request.at)


def test_a_fortnight_has_all_there_is() -> None:
    world, ledger = fortnight()
    assert {event["type"] for event in world.events} == set(TYPES)
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


# --- Messages are read ---------------------------------------------------------------------------------------------------


def first_reachable(provider: Provider, channel: str, *, mailbox: str = "works", scanned: bool = False) -> str:
    """Somebody's address."""
    for address, shopper in provider.shoppers.items():
        person = shopper.person
        if (
            ("@" in address) == (channel == "email")
            and person.mailbox == mailbox
            and person.scanned == scanned
            and shopper.baskets
        ):
            return address
    raise AssertionError(mailbox)


def only(**habits: object) -> dict[str, object]:
    """Readers who do this one thing."""
    none: dict[str, object] = {"email_click": (0.0,), "sms_click": (0.0,), "opts_out": 0.0, "complains": 0.0}
    return none | habits


def read_one(
    channel: Literal["email", "sms"], habits: dict[str, object], *, one_click: bool = True
) -> tuple[MadeUpWorld, Ledger, str]:
    """One message is sent a day after the fortnight; what was asked since then, the ledger, and to whom it went."""
    world, provider, ledger = arranged(reminders=habits)
    world.run(SMALL.end + timedelta(days=10))
    world.requests.clear()
    to = first_reachable(provider, channel)
    world.pages[("GET", "/o/abc")] = Response(
        200, {}, b'<form method="post" action="abc"><input type="hidden" name="sure" value="yes"><button>Stop</button></form>'
    )
    world.pages[("POST", "/o/abc")] = Response(200, {}, b"")
    provider.carry(a_message(1, to, channel=channel, at=world.now, one_click=one_click))
    world.run(world.now + timedelta(days=5))
    return world, ledger, to


def test_one_click_posts_what_the_header_says_and_looks_at_nothing() -> None:
    world, ledger, to = read_one("email", only(opts_out=1.0, by_one_click=1.0))
    assert [(r.method, r.target, r.body) for r in world.requests] == [("POST", "/o/abc", b"List-Unsubscribe=One-Click")]
    assert [(entry.address, entry.how) for entry in ledger.entries if isinstance(entry, SaidNo)] == [(to, "one click")]


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_an_opt_out_by_the_page_presses_its_button(channel: Literal["email", "sms"]) -> None:
    """The form's own address and fields are used, whatever they are."""
    world, ledger, to = read_one(channel, only(opts_out=1.0, by_one_click=0.0))
    assert [(r.method, r.target, r.body) for r in world.requests] == [("GET", "/o/abc", b""), ("POST", "/o/abc", b"sure=yes")]
    assert [(entry.address, entry.how) for entry in ledger.entries if isinstance(entry, SaidNo)] == [(to, "page")]


def test_without_the_header_the_page_is_the_way_out() -> None:
    world, _, _ = read_one("email", only(opts_out=1.0, by_one_click=1.0), one_click=False)
    assert [r.method for r in world.requests] == ["GET", "POST"]


def test_a_page_without_a_button_is_noted() -> None:
    world, provider, ledger = arranged(reminders=only(opts_out=1.0, by_one_click=0.0))
    world.run(START + timedelta(days=3))
    world.pages[("GET", "/o/abc")] = Response(200, {}, b"<p>Sorry</p>")
    provider.carry(a_message(1, first_reachable(provider, "email"), at=world.now))
    world.run(END)
    assert any("shows no button" in problem.what for problem in ledger.problems)
    assert not [entry for entry in ledger.entries if isinstance(entry, SaidNo)]


def test_a_click_follows_the_link_to_the_cart_and_buys_it() -> None:
    world, provider, ledger = arranged(reminders=only(email_click=(1.0,), click_buys=1.0))
    world.run(SMALL.end + timedelta(days=10))
    basket = next(
        basket
        for shopper in provider.shoppers.values()
        for basket in shopper.baskets.values()
        if not basket.ended and basket.items and basket.known_at and shopper.person.email and shopper.person.mailbox == "works"
    )
    world.pages[("GET", "/r/abc")] = Response(302, {"location": basket.restore_url}, b"")
    world.requests.clear()
    provider.carry(a_message(1, basket.person.email or "", at=world.now))
    world.run(world.now + timedelta(days=5))
    assert ("GET", "/r/abc") in {(request.method, request.target) for request in world.requests}
    orders = [event for event in world.events if event["type"] == "order.placed"]
    assert len(orders) == 1
    assert orders[0]["contact"]["email"] == basket.person.email
    assert ledger.did["bought after a click"] == 1


def test_a_link_that_leads_nowhere_is_noted() -> None:
    _, ledger, _ = read_one("email", only(email_click=(1.0,)))
    assert [problem.what for problem in ledger.problems] == ["/r/abc answered 404 unknown"]


def test_reminders_change_their_readers_and_nobody_else() -> None:
    """Whoever is held back does what they do anyway: the comparison of the two groups rests on it."""
    without, _, _ = arranged()
    without.run(END)
    within, provider, _ = arranged(reminders=only(email_click=(1.0,), click_buys=1.0))
    within.run(START + timedelta(days=4))
    reader = first_reachable(provider, "email")
    basket = next(iter(provider.shoppers[reader].baskets.values()))
    within.pages[("GET", "/r/abc")] = Response(302, {"location": basket.restore_url}, b"")
    provider.carry(a_message(1, reader, at=within.now))
    within.run(END)
    mine = set(provider.shoppers[reader].baskets) | {f"{name}-b" for name in provider.shoppers[reader].baskets}

    def of_others(world: MadeUpWorld) -> list[dict[str, Any]]:
        return sorted((event for event in world.events if event.get("cart") not in mine), key=lambda event: str(event["id"]))

    assert of_others(within) == of_others(without)


# --- Mailboxes ------------------------------------------------------------------------------------------------------------


def sent_to(mailbox: str, *, scanned: bool = False) -> MadeUpWorld:
    world, provider, _ = arranged(
        Plan(seed=1, start=START, days=3, carts=400), mailboxes={"gone": 0.2, "full": 0.2}, reminders=only()
    )
    world.run(START + timedelta(days=10))
    world.requests.clear()
    provider.carry(a_message(1, first_reachable(provider, "email", mailbox=mailbox, scanned=scanned), at=world.now))
    world.run(world.now + timedelta(days=2))
    return world


def test_mail_is_delivered_bounces_for_good_or_for_now() -> None:
    assert [kind for kind, _ in sent_to("works").mail_events] == ["Send", "Delivery"]
    assert sent_to("gone").mail_events == [("Send", {}), ("Bounce", {})]
    kinds = sent_to("full").mail_events
    assert [kind for kind, _ in kinds] == ["Send", "DeliveryDelay", "Bounce"]
    assert kinds[2][1]["bounceType"] == "Transient"


def test_scanners_follow_every_link_and_press_no_button() -> None:
    world = sent_to("works", scanned=True)
    assert {(request.method, request.target) for request in world.requests} == {
        (method, path) for method in ("GET", "HEAD") for path in ("/r/abc", "/o/abc")
    }


def test_a_message_to_nobody_is_noted() -> None:
    world, provider, ledger = arranged()
    provider.carry(a_message(1, "stranger@example.com", at=world.now))
    assert [problem.what for problem in ledger.problems] == ["message 1 went to somebody who is no shopper"]


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

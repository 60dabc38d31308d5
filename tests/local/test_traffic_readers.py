"""What the made-up shoppers do with their messages: read, click, opt out; and what their mailboxes do."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from rebasket_local.http_messages import Response
from rebasket_local.traffic.fortnight import Plan
from rebasket_local.traffic.ledger import Ledger, SaidNo
from rebasket_local.traffic.provider import Provider
from tests.cli.made_up_world import MadeUpWorld, a_message
from tests.local.arranged import END, SMALL, START, arranged


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

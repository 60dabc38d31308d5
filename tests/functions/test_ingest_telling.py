"""What an answer says of an event besides its status, and what is kept of those that were refused or lost something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.carts.amiss import Amiss, AmissCounts
from rebasket.domain.people.addresses import Address
from rebasket.domain.shops.sms_limits import Destination
from rebasket.memory import MemoryEpisodes
from rebasket.usecases.reminding.foresee import Foresee
from tests.functions.ingest_client import NOW, SHOP, STRICT, World, cart_updated, world

if TYPE_CHECKING:
    from collections.abc import Mapping

PHONE = 'is no valid phone number in international form (E.164), such as "+380441234567"'
YES = {"email": {"granted": True, "source": "checkout", "at": "2026-11-02T11:59:00Z"}}
JANE = {"email": "jane@example.com", "consent": YES}
EXPLAIN = {"explain": "1"}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def test_a_warning_costs_nothing_and_strictness_everything(shop: World) -> None:
    event = cart_updated(contact={**JANE, "phone": "050 123 45 67"})
    strict = shop.post(event, query=STRICT)
    assert (strict.status, strict.pointers, shop.events) == (422, ["/contact/phone"], [])
    answer = shop.post([event, cart_updated(id="e2", cart="c2")])
    assert answer.status == 202
    assert answer.data["results"] == [
        {
            "id": "e1",
            "status": "accepted",
            "warnings": [{"pointer": "/contact/phone", "detail": f"{PHONE}; it was left out"}],
        },
        {"id": "e2", "status": "accepted"},
    ]


@pytest.mark.parametrize("value", ["0", "", "no"])
def test_a_flag_that_is_not_set_is_not(shop: World, value: str) -> None:
    answer = shop.post(cart_updated(colour="red"), query={"strict": value, "explain": value})
    assert (answer.status, answer.warnings) == (202, ["/colour"])
    assert "reminder" not in answer.data["results"][0]


def test_what_was_refused_or_lost_something_is_kept_without_what_was_sent(shop: World) -> None:
    shop.post(cart_updated(contact={"phone": "050 123 45 67", "jane@example.com": "x"}))
    refund = {"id": "e2", "type": "order.refunded", "at": "2026-11-02T11:59:00Z", "cart": "c1"}
    shop.post({**refund, "order": {"id": "o1", "amount": "Jane", "currency": "EUR"}})
    kept = shop.amiss_events.of_cart("acme", "c1")
    assert sorted(kept, key=lambda amiss: amiss.type) == [
        Amiss(
            shop="acme",
            cart="c1",
            type="cart.updated",
            event="e1",
            at=NOW,
            refused=False,
            fields=(("/contact/phone", f"{PHONE}; it was left out"), ("/contact", "no such field; it was left out")),
        ),
        Amiss(
            shop="acme",
            cart="c1",
            type="order.refunded",
            event="e2",
            at=NOW,
            refused=True,
            fields=(("/order/amount", "must be a whole number"),),
        ),
    ]
    assert not [word for word in ("jane", "Jane", "050 123") if word in repr(kept)]
    assert shop.amiss_events.days("acme", "2026-11-02", "2026-11-02") == {"2026-11-02": AmissCounts(1, 1)}


def test_what_nobody_can_tell_the_cart_of_is_counted(shop: World) -> None:
    bodies: tuple[Any, ...] = (17, {}, {"type": "cart.updated", "cart": ["c"]}, {"type": "no such", "order": {"id": "o1"}})
    for body in bodies:
        shop.post([body])
    assert shop.amiss_events.days("acme", "2026-11-02", "2026-11-02") == {"2026-11-02": AmissCounts(4, 0)}
    assert [amiss.type for amiss in shop.amiss_events.of_cart("acme", "order:o1")] == ["unknown"]


def test_good_events_repetitions_and_trials_write_nothing_of_it(shop: World) -> None:
    shop.post(cart_updated(colour="red"), query=STRICT)
    shop.post(cart_updated())
    shop.post(cart_updated(colour="red"))
    assert (shop.amiss_events.items, shop.amiss_events.counts) == ({}, {})


def test_the_answer_does_not_depend_on_what_is_kept(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop, "amiss_events", None)
    answer = shop.post([cart_updated(colour="red"), {}])
    assert [result["status"] for result in answer.data["results"]] == ["accepted", "rejected"]
    assert "refusal not kept" in shop.log.getvalue()


def explained(shop: World, monkeypatch: pytest.MonkeyPatch, event: Mapping[str, object]) -> object:
    foresee = Foresee(
        carts=shop.carts,
        contacts=shop.contacts,
        episodes=MemoryEpisodes(),
        shops=shop.shops,
        address_hash=lambda shop, address: f"{shop} {address.identity}" if isinstance(address, Address) else "",
        destination=lambda _: Destination("UA", priced=True),
        clock=shop.clock,
    )
    monkeypatch.setattr(shop, "foresee", foresee, raising=False)
    return shop.post(dict(event), query=EXPLAIN).data["results"][0]["reminder"]


def test_an_answer_says_what_will_come_of_the_cart(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(**changes: object) -> object:
        return explained(shop, monkeypatch, cart_updated(**changes))

    order = {"type": "order.placed", "at": "2026-11-02T12:00:00Z", "order": {"id": "o1", "total": 1, "currency": "EUR"}}
    assert said(cart="c1", contact=JANE) == {"due": "2026-11-02T12:59:00Z", "channel": "email", "step": 1}
    assert said(cart="c2", id="e2") == {"none": "nobody is known whom to write to"}
    assert said(cart="c3", id="e3", contact={"email": "joe@example.com"}) == {"none": "without email consent"}
    assert said(cart="c4", id="e4", contact=JANE, lines=[]) == {"none": "there is nothing in the cart"}
    assert explained(shop, monkeypatch, {**order, "id": "e5", "cart": "c1"}) == {"none": "the cart is bought"}
    no = {"id": "e6", "type": "contact.identified", "at": "2026-11-02T12:00:00Z", "contact": JANE}
    assert explained(shop, monkeypatch, no) == {"none": "it is about no cart"}
    shop.shops.paused["acme"] = "an operator looks into it"
    assert said(cart="c7", id="e7", contact={"email": "ann@example.com", "consent": YES}) == {"none": "sending is paused"}


def test_at_night_the_reminder_waits_for_the_morning(shop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.now = NOW + timedelta(hours=9)
    event = cart_updated(at="2026-11-02T20:59:00Z", contact=JANE)
    assert explained(shop, monkeypatch, event) == {"due": "2026-11-03T08:00:00Z", "channel": "email", "step": 1}


def test_what_cannot_be_foreseen_fails_nothing(shop: World) -> None:
    answer = shop.post(cart_updated(), query=EXPLAIN)
    assert answer.data["results"] == [
        {"id": "e1", "status": "accepted", "reminder": {"none": "it cannot be told just now"}},
    ]
    assert "reminder not foreseen" in shop.log.getvalue()
    assert SHOP.id in shop.log.getvalue()

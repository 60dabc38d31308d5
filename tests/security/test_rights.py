"""What a key that leaked can do and what it cannot. There is no key for browsers; if one is put into a page, it should be one
that may post events and nothing else, and this is what whoever finds it gets.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.messages.preview import html_of, text_of
from rebasket_cli.keys import create_key, delete_key
from rebasket_local.isolation import environment
from tests.security.two_shops import JSON, moment

if TYPE_CHECKING:
    from tests.security.two_shops import TwoShops

VICTIM = "victim@elsewhere.example"


def leaked(shops: TwoShops, *rights: Right) -> dict[str, str]:
    """Headers with a key of oak's that has these rights."""
    with environment(shops.cloud.function("IngestFunction").environment):
        made = create_key(shops.app, shops.id("oak"), KeyKind.BEARER, rights)
    shops.advance(minutes=6)  # until it is known everywhere
    return {**JSON, "authorization": f"Bearer {made.shown}"}


def test_a_key_for_events_reads_nothing(shops: TwoShops) -> None:
    headers = leaked(shops, Right.EVENTS)
    answer = shops.cloud.http("GET", "/v1/report", headers)
    assert (answer.status, answer.json()["type"]) == (403, "/problems/forbidden")
    told = shops.post("oak", shops.cart("c1", VICTIM, lines=[]), headers)
    assert told.status == 202
    assert set(told.json()["results"][0]) == {"id", "status"}, "an event is answered with its id and what became of it alone"
    known, unknown = shops.cart("c1", VICTIM), shops.cart("c2", "nobody@elsewhere.example")
    answers = [shops.post("oak", {**event, "id": "same"}, headers) for event in (known, unknown)]
    assert answers[0].body == answers[1].body, "nobody learns whether an address or a cart is known"


def test_a_key_for_reports_writes_nothing(shops: TwoShops) -> None:
    headers = leaked(shops, Right.REPORT)
    assert shops.post("oak", shops.cart("c1"), headers).status == 403
    assert shops.cloud.http("GET", "/v1/report", headers).status == 200
    assert (f"cart#{shops.id('oak')}#c1", "cart") not in shops.everything()


def test_a_signing_key_reads_no_report(shops: TwoShops) -> None:
    assert shops.cloud.http("GET", "/v1/report", shops.signed("oak", b"")).status == 403


def test_a_leaked_key_cannot_undo_a_no_nor_lift_the_cap_nor_send_anybody_elsewhere(shops: TwoShops) -> None:
    """The worst it can do: up to `cap` mails a week in the shop's own words to an address it says agreed."""
    headers = leaked(shops, Right.EVENTS)
    for number in range(12):
        assert shops.post("oak", shops.cart(f"c{number}", VICTIM), headers).status == 202
        shops.advance(minutes=30)
    shops.advance(hours=3)
    assert shops.mails("oak") == [VICTIM] * 3
    foreign = shops.cart("c50", VICTIM, restore_url="https://evil.example/")
    assert shops.post("oak", foreign, headers).json()["results"][0]["warnings"][0]["pointer"] == "/restore_url"

    assert shops.cloud.http("POST", f"/o/{shops.code('oak')}").status == 200
    yes = {"granted": True, "source": "attacker", "at": moment(shops.cloud.now)}
    shops.post("oak", shops.cart("c51", VICTIM, contact={"email": VICTIM, "consent": {"email": yes}}), headers)
    shops.advance(days=8)
    assert shops.mails("oak") == [VICTIM] * 3


def test_a_mail_links_to_the_shop_and_to_nobody_else(shops: TwoShops) -> None:
    """Else a leaked key would make the shop send somebody else's links, under its own name and signature."""
    lines = [
        {"sku": "a", "title": "Mug", "quantity": 1, "unit_price": 1, "product_url": "https://evil.example/mug"},
        {"sku": "b", "title": "Cup", "quantity": 1, "unit_price": 1, "product_url": f"https://www.{shops.id('oak')}.example/cup"},
    ]
    assert shops.post("oak", shops.cart("c1", lines=lines)).status == 202
    shops.advance(hours=2)
    message = shops.cloud.outbox[-1]
    shown = html_of(message.raw)
    assert f"https://www.{shops.id('oak')}.example/cup" in shown
    assert "evil.example" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/win",
        "HTTP://evil",
        "www.evil.example",
        "evil.example",
        "bit.ly/x",
        "evil。example",
        "a@evil.example",
    ],
)
def test_nor_does_a_mail_program_make_such_a_link_of_what_somebody_typed(shops: TwoShops, address: str) -> None:
    """A name needs no key: a bot types it into the shop's form, beside a stranger's address."""
    event = shops.cart("c1", VICTIM, lines=[{"sku": "a", "title": f"Prize {address}", "quantity": 1, "unit_price": 1}])
    contact = event["contact"]
    assert isinstance(contact, dict)
    assert shops.post("oak", {**event, "contact": {**contact, "name": f"You won: {address}"}}).status == 202
    shops.advance(hours=2)
    raw = shops.cloud.outbox[-1].raw
    for shown in (text_of(raw), html.unescape(html_of(raw))):
        assert "You won" not in shown
        assert f"Prize {address}" not in shown
        assert f"Prize {address}" in shown.replace("\u200c", ""), "it looks the same"


@pytest.mark.parametrize("name", ["J.R.R. Tolkien", "Dr. Anna", "Jean-Luc", "Зоя", "Anna v. Berg"])
def test_a_name_with_a_dot_is_a_name(shops: TwoShops, name: str) -> None:
    shops.post("oak", shops.cart("c1", contact={**shops.cart("c0")["contact"], "name": name}))  # type: ignore[dict-item]  # it is one
    shops.advance(hours=2)
    assert f"Hello {name}," in text_of(shops.cloud.outbox[-1].raw)


def test_a_deleted_key_ends_within_five_minutes(shops: TwoShops) -> None:
    headers = leaked(shops, Right.EVENTS)
    assert shops.post("oak", shops.cart("c1"), headers).status == 202
    with environment(shops.cloud.function("IngestFunction").environment):
        delete_key(shops.app, shops.id("oak"), headers["authorization"].split("_")[2])
    shops.advance(minutes=5, seconds=1)
    gone, never = shops.post("oak", shops.cart("c2"), headers), shops.post("oak", shops.cart("c2"), {**JSON})
    assert (gone.status, gone.body) == (401, never.body)

"""What every store of carts, contacts and links keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Cart, Declared, recorded
from rebasket.domain.people import person as people
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import (
    Contact,
    Send,
    SendState,
    SuppressionReason,
    TouchId,
    claimed,
    consented,
    purchased,
    suppressed,
)
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.person import ArmDrawn, EpisodeKey, Group, Person, Pointer
from rebasket.domain.people.sends import Send as Entry
from rebasket.domain.sending.message import Link
from rebasket.ports import MOST_RECENT
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_line, after, consent, person
from tests.shared_data import shared

if TYPE_CHECKING:
    from tests.contracts.conftest import Stores

ODD_IDS = [
    "c1",
    "c#1",
    "#",
    "##2",
    "кошик",
    "🛒",
    "a b",
    "A",
    "a",
    "c1#1",
    "cart#x",
    'quote"',
    "\x7f",
    "é",
    "e\u0301",
    "\U0010ffff",
    "\U0010ffffc1",
]


def a_cart(name: str = "c1", shop: str = SHOP) -> Cart:
    """A cart with something of everything."""
    reports = Reports()
    cart = Cart.blank(shop, name)
    for event in (
        reports.updated(name, START, a_line("a", 2), a_line("ч#й", 1), who=person(ANNA, ANNA_PHONE)),
        reports.added(name, after(minutes=1), a_line("b")),
        reports.checkout(name, after(minutes=2)),
        reports.refunded(name, after(minutes=3), "o#1", 5),
    ):
        cart = recorded(cart, event, after(minutes=4))
    mark = Declared(generation=1, day="2026-03-02", at=after(hours=1), due=after(hours=1), value=7)
    return replace(cart, version=1, episodes=(mark,))


def a_contact(key: str = "k1", shop: str = SHOP) -> Person:
    """Somebody of one address, with something of everything that has been stored of an address since ever."""
    contact = consented(Contact(shop=shop, key=key, channel=Channel.SMS), consent())
    contact = suppressed(purchased(contact, after(hours=1), START), SuppressionReason.COMPLAINED, after(hours=2))
    for touch in (TouchId("c#1", 1, 2), TouchId("кошик", 9, 1)):
        contact = claimed(contact, touch, Send(state=SendState.CLAIMED, owner="me", at=START, attempt=2, day="2026-03-02"))
    again = Send(state=SendState.HELD, owner="you", at=after(days=31), attempt=1, day="2026-04-02")
    return person_of(replace(claimed(contact, TouchId("c#1", 1, 2), again), version=1))


def a_person(key: str = "k1") -> Person:
    """Somebody of several identities, with something of everything."""
    hold = Hold(word=PaymentWord.PENDING, at=START, held_at=after(hours=1), placed_at=START, until=after(days=3))
    arm = ArmDrawn(at=START, by="k0", first=EpisodeKey("2026-03-02", "c#1", 2), group=Group.CONTROL)
    said = Identity(
        kind=Kind.PHONE,
        consent=consent(granted=False),
        noes={SuppressionReason.BOUNCED: START, SuppressionReason.OPTED_OUT: after(hours=1)},
        lifted_at=after(hours=2),
    )
    return Person(
        shop=SHOP,
        key=key,
        version=1,
        identities={key: Identity(kind=Kind.EMAIL, consent=consent()), "k2": said, "k3": Identity(kind=Kind.CUSTOMER)},
        bought_at=after(hours=4),
        placed_at=after(hours=3),
        holds={"o#1": hold, "o2": replace(hold, word=PaymentWord.PAID, until=None)},
        sends={
            TouchId("c#1", 1, 2): Entry(state=SendState.CLAIMED, owner="me", at=START, attempt=2, day="2026-03-02", to="k2"),
            TouchId("кошик", 9, 1): Entry(
                state=SendState.HELD, owner="me", at=START, attempt=1, day="2026-03-02", to=key, earlier=(after(hours=-9),)
            ),
        },
        arms={"2026Q1": arm, "2026Q2": replace(arm, group=Group.TREATMENT)},
    )


A_POINTER = Pointer(shop=SHOP, key="k1", version=1, leads_to="k0")


# -- Carts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ODD_IDS)
def test_a_cart_comes_back_as_it_was_whatever_it_is_called(stores: Stores, name: str) -> None:
    assert stores.carts.get(SHOP, name) is None
    assert stores.carts.put(a_cart(name))
    assert stores.carts.get(SHOP, name) == a_cart(name)


def test_a_cart_is_put_only_over_the_version_before_its_own(stores: Stores) -> None:
    first = a_cart()
    second = replace(first, version=2, generation=5)
    assert not stores.carts.put(second), "nothing stored counts as 0"
    assert stores.carts.put(first)
    assert not stores.carts.put(replace(first, generation=9))
    assert not stores.carts.put(replace(first, version=3))
    assert stores.carts.get(SHOP, "c1") == first
    assert stores.carts.put(second)
    assert not stores.carts.put(second), "its answer may have been lost; read again"
    assert stores.carts.get(SHOP, "c1") == second


def test_carts_of_different_shops_never_meet(stores: Stores) -> None:
    assert stores.carts.put(a_cart("c1", "tea"))
    assert stores.carts.get("coffee", "c1") is None
    assert stores.carts.put(a_cart("c1", "coffee"))


def test_all_carts_of_all_shops_are_gone_through_and_nothing_else(stores: Stores) -> None:
    carts = [a_cart(name, shop) for name in ODD_IDS for shop in ("tea", "coffee")]
    for cart in carts:
        assert stores.carts.put(cart)
    stores.contacts.put(a_contact())
    stores.contacts.link(SHOP, "k1", "c1")
    stores.links.put(a_link())
    found = list(stores.carts.all())
    assert len(found) == len(carts)
    assert {(cart.shop, cart.id) for cart in found} == {(cart.shop, cart.id) for cart in carts}
    assert all(cart == a_cart(cart.id, cart.shop) for cart in found)


# -- Contacts ----------------------------------------------------------------------------------------------------------


LATER = {
    "arms": {"arms": a_person().arms},
    "holds": {"holds": a_person().holds},
    "a second no, and a lifting": {"identities": {"k1": replace(a_person().identities["k2"], kind=Kind.EMAIL)}},
}
"""What somebody of one address may have that a contact never had."""

PEOPLE = {
    "one address": a_contact(),
    "nothing known": Person(shop=SHOP, key="k1", version=1, identities={"k1": Identity(kind=Kind.EMAIL)}),
    "an id alone": Person(shop=SHOP, key="k1", version=1, identities={"k1": Identity(kind=Kind.ANONYMOUS)}),
    "several identities": a_person(),
    "several, nothing known": replace(a_person(), holds={}, sends={}, arms={}, bought_at=None, placed_at=None),
    **{f"one address, {name}": replace(a_contact(), **more) for name, more in LATER.items()},  # type: ignore[arg-type]  # fields
}


@pytest.mark.parametrize("known", PEOPLE.values(), ids=PEOPLE)
def test_a_person_comes_back_as_they_were(stores: Stores, known: Person) -> None:
    assert stores.contacts.get_item(SHOP, "k1") is None
    assert stores.contacts.put(known)
    assert stores.contacts.get_item(SHOP, "k1") == known


def test_a_pointer_is_put_over_the_very_version_that_was_read_and_over_nothing(stores: Stores) -> None:
    assert not stores.contacts.put_pointer(replace(A_POINTER, version=2)), "nothing stored counts as 0"
    assert stores.contacts.put_pointer(replace(A_POINTER, key="another"))
    assert stores.contacts.put(a_person())
    assert not stores.contacts.put_pointer(A_POINTER)
    assert not stores.contacts.put_pointer(replace(A_POINTER, version=3))
    assert stores.contacts.get_item(SHOP, "k1") == a_person()
    assert stores.contacts.put_pointer(replace(A_POINTER, version=2))
    assert stores.contacts.get_item(SHOP, "k1") == replace(A_POINTER, version=2)
    assert not stores.contacts.put(a_person().written()), "whoever read the person puts nothing over the pointer"
    assert not stores.contacts.put_pointer(replace(A_POINTER, version=2))


def test_the_gate_refuses_whoever_read_before_the_last_write(stores: Stores) -> None:
    first = a_contact()
    assert not stores.contacts.put(replace(first, version=2))
    assert stores.contacts.put(first)
    send = Entry(state=SendState.CLAIMED, owner="me", at=START, attempt=1, day="2026-03-02", to="k1")
    mine, yours = (
        people.claimed(first, TouchId("c1", 1, 1), send),
        people.suppressed(first, "k1", SuppressionReason.ERASED, START),
    )
    assert stores.contacts.put(yours)
    assert not stores.contacts.put(mine)
    assert stores.contacts.get_item(SHOP, "k1") == yours


def test_of_the_carts_linked_lately_the_newest_are_found(stores: Stores) -> None:
    for n in range(MOST_RECENT + 3):
        stores.clock.at = after(minutes=n)
        stores.contacts.link(SHOP, "k1", f"c{n}")
    newest = [f"c{n}" for n in range(MOST_RECENT + 2, 2, -1)]
    assert stores.contacts.recent_carts(SHOP, "k1", START) == newest
    stores.clock.at = after(hours=9)
    stores.contacts.link(SHOP, "k1", "c5")
    assert stores.contacts.recent_carts(SHOP, "k1", START)[0] == "c5", "linked anew"
    assert stores.contacts.recent_carts(SHOP, "nobody", START) == []


def test_a_glance_sees_the_cart(stores: Stores) -> None:
    assert stores.carts.glance(SHOP, "c1") is None
    assert stores.carts.put(a_cart())
    assert stores.carts.glance(SHOP, "c1") == a_cart()


@pytest.mark.parametrize("shop", ["tea", "coffee"])
def test_the_carts_of_a_contact_are_found_each_once(stores: Stores, shop: str) -> None:
    for name in [*ODD_IDS, *ODD_IDS]:
        stores.contacts.link(shop, "k1", name)
    stores.contacts.link(shop, "k2", "another's")
    stores.contacts.put(a_contact("k1", shop))
    found = stores.contacts.carts_of(shop, "k1")
    assert sorted(found) == sorted(set(ODD_IDS))
    assert stores.contacts.carts_of("nobody's", "k1") == []


def test_a_cart_that_is_forgotten_is_found_no_more_and_may_be_forgotten_again(stores: Stores) -> None:
    for name in ODD_IDS:
        stores.contacts.link(SHOP, "k1", name)
    for _ in range(2):
        stores.contacts.unlink(SHOP, "k1", "c#1")
    stores.contacts.unlink(SHOP, "nobody", "c1")
    assert sorted(stores.contacts.carts_of(SHOP, "k1")) == sorted(set(ODD_IDS) - {"c#1"})


# -- Links -------------------------------------------------------------------------------------------------------------


def a_link(code: str = "abc", cart: str = "c#1") -> Link:
    return Link(code=code, shop=SHOP, touch=TouchId(cart, 3, 2), day="2026-03-02", contact="k1")


@pytest.mark.parametrize("cart", ODD_IDS)
def test_a_link_leads_where_it_led(stores: Stores, cart: str) -> None:
    for _ in range(2):
        stores.links.put(a_link(cart=cart))
    assert stores.links.get("abc") == a_link(cart=cart)
    assert stores.links.get("abd") is None


# -- Naughty strings ---------------------------------------------------------------------------------------------------


def test_naughty_strings_come_back_unbroken_as_ids_titles_and_names(stores: Stores) -> None:
    strings = json.loads(shared("D1-big-list-of-naughty-strings/blns.json").read_text(encoding="utf-8"))
    naughty = sorted({text for text in strings if text and len(text.encode()) <= 128})
    assert len(naughty) > 300
    for start in range(0, len(naughty), 10):
        some = naughty[start : start + 10]
        name = some[0]
        cart = Cart.blank(SHOP, name)
        cart = recorded(cart, Reports().updated(name, START, *(a_line(text) for text in some), who=person(ANNA)), START)
        assert stores.carts.put(cart)
        assert stores.carts.get(SHOP, name) == cart
        stores.contacts.link(SHOP, "k1", name)
    assert set(stores.contacts.carts_of(SHOP, "k1")) == set(naughty[::10])

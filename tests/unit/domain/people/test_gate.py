"""What the person says of a touch that is about to go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people.contact import SendState, SuppressionReason, TouchId
from rebasket.domain.people.gate import (
    AboutToSend,
    CartTimes,
    Clear,
    Restraint,
    Stopped,
    TooSoon,
    look_at_person,
    passed,
    stopped_by,
)
from rebasket.domain.people.holds import Hold, PaymentWord
from rebasket.domain.people.identity import Identity, Kind
from rebasket.domain.people.newest_cart import Standing, newer_live_cart
from rebasket.domain.people.person import (
    ArmDrawn,
    EpisodeKey,
    Group,
    Person,
    claimed,
    consented,
    held_for,
    lifted,
    purchased,
    suppressed,
)
from rebasket.domain.people.sends import Send
from rebasket.domain.people.union import MAX_SEASONS
from tests.samples import SHOP, START, after, consent
from tests.unit.domain.people.drawn import persons

TOUCH, OTHER = TouchId("c1", 1, 2), TouchId("c2", 1, 1)
DAY = "2026-03-02"
NOW = after(days=2)
CART = CartTimes(seen_at=after(days=1), active_at=after(hours=23))
EMAIL_AND_PHONE = {"a": Identity(kind=Kind.EMAIL, consent=consent()), "b": Identity(kind=Kind.PHONE, consent=consent())}
ANNA = Person(shop=SHOP, key="a", version=3, identities=EMAIL_AND_PHONE)
BOHDAN = Person.blank(SHOP, "c", Kind.EMAIL)
USUAL = Restraint(gap=timedelta(hours=12), cap=3, cap_window=timedelta(days=7))


def asked(root: Person = ANNA, *apart: Person, to: str = "a", group: Group = Group.TREATMENT, **rules: object) -> AboutToSend:
    return AboutToSend(
        touch=TOUCH,
        day=DAY,
        to=to,
        root=root,
        apart=apart,
        cart=CART,
        group=group,
        restraint=replace(USUAL, **rules),  # type: ignore[arg-type]  # fields of a restraint
    )


def a_send(state: SendState = SendState.CLAIMED, **ago: float) -> Send:
    return Send(state=state, owner="me", at=NOW - timedelta(**ago), attempt=1, day=DAY, to="b")


def test_who_said_nothing_and_bought_nothing_is_written_to() -> None:
    assert look_at_person(asked(), NOW) == Clear()
    assert look_at_person(asked(ANNA, BOHDAN), NOW) == Clear()


@pytest.mark.parametrize("why", [SuppressionReason.OPTED_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED])
@pytest.mark.parametrize("to", ["a", "b"])
def test_a_no_of_any_identity_stops_all_of_them(why: SuppressionReason, to: str) -> None:
    no = suppressed(ANNA, "b", why, START)
    assert look_at_person(asked(no, to=to), NOW) == Stopped(f"phone {why.value}")
    assert look_at_person(asked(ANNA, suppressed(BOHDAN, "c", why, START)), NOW) == Stopped(f"email {why.value}")
    assert look_at_person(asked(lifted(no, "b", after(hours=1)), to=to), NOW) == Clear()


def test_a_bounce_and_a_withdrawn_consent_stop_their_address_only() -> None:
    bounced = suppressed(ANNA, "b", SuppressionReason.BOUNCED, START)
    withdrawn = consented(ANNA, "b", consent(granted=False, at=START))
    assert look_at_person(asked(bounced, to="b"), NOW) == Stopped("phone bounced", for_address=True)
    assert look_at_person(asked(withdrawn, to="b"), NOW) == Stopped("phone without consent", for_address=True)
    assert look_at_person(asked(withdrawn, to="b", consent_assumed=True), NOW) == Stopped(
        "phone without consent", for_address=True
    )
    for person in (bounced, withdrawn):
        assert look_at_person(asked(person, to="a"), NOW) == Clear()
        assert stopped_by([person], CART, NOW) is None


def test_without_a_recorded_consent_the_shop_s_judgement_counts() -> None:
    silent = replace(ANNA, identities={"a": Identity(kind=Kind.EMAIL)})
    assert look_at_person(asked(silent), NOW) == Stopped("email without consent", for_address=True)
    assert look_at_person(asked(silent, consent_assumed=True), NOW) == Clear()


def test_a_purchase_of_anybody_the_cart_names_stops_it() -> None:
    ours, theirs = purchased(ANNA, CART.seen_at, START), purchased(ANNA, START, CART.active_at)
    for bought in (ours, theirs):
        assert look_at_person(asked(bought), NOW) == Stopped("bought since")
        assert look_at_person(asked(ANNA, replace(bought, key="c")), NOW) == Stopped("bought since")
    before = purchased(ANNA, CART.seen_at - timedelta(seconds=1), CART.active_at - timedelta(seconds=1))
    assert look_at_person(asked(before), NOW) == Clear()


PENDING = Hold(word=PaymentWord.PENDING, at=START, held_at=CART.seen_at, placed_at=START)


@pytest.mark.parametrize("word", [PaymentWord.FAILED, PaymentWord.CANCELLED, PaymentWord.PAID])
def test_a_pending_order_stops_it_until_a_later_word(word: PaymentWord) -> None:
    held = held_for(ANNA, "o1", PENDING)
    assert look_at_person(asked(held), NOW) == Stopped("an order is pending")
    assert look_at_person(asked(ANNA, replace(held, key="c")), NOW) == Stopped("an order is pending")
    assert look_at_person(asked(held_for(held, "o1", replace(PENDING, word=word, at=after(hours=1)))), NOW) == Clear()
    assert look_at_person(asked(held_for(held, "o1", replace(PENDING, word=word, at=START - USUAL.gap))), NOW) != Clear()


def test_a_pending_order_stops_carts_of_before_it_by_either_clock_and_until_it_runs_out() -> None:
    for hold, stops in (
        (PENDING, True),
        (replace(PENDING, held_at=CART.seen_at - timedelta(seconds=1)), False),
        (replace(PENDING, held_at=START, placed_at=CART.active_at), True),
        (replace(PENDING, held_at=START, placed_at=CART.active_at - timedelta(seconds=1)), False),
        (replace(PENDING, until=NOW), False),
        (replace(PENDING, until=NOW + timedelta(seconds=1)), True),
    ):
        assert (look_at_person(asked(held_for(ANNA, "o1", hold)), NOW) != Clear()) is stops


def with_sends(*sends: Send) -> Person:
    return replace(ANNA, sends={TouchId(f"x{n}", 1, 1): send for n, send in enumerate(sends)})


def test_the_cap_is_the_person_s() -> None:
    three = [a_send(days=n) for n in (1, 2, 3)]
    assert look_at_person(asked(with_sends(*three)), NOW) == Stopped("cap: 3 of 3 in 7 d")
    assert look_at_person(asked(with_sends(*three), cap=4), NOW) == Clear()
    assert look_at_person(asked(with_sends(*three[:2], a_send(days=7))), NOW) == Clear(), "out of the window"
    assert look_at_person(asked(with_sends(*three[:2], a_send(SendState.HELD, days=3))), NOW) == Clear()
    assert look_at_person(asked(with_sends(*three[:2], a_send(SendState.HELD, days=3)), group=Group.CONTROL), NOW) != Clear()


def test_another_message_is_waited_for_and_own_tries_are_not() -> None:
    sent = with_sends(a_send(hours=15), a_send(hours=3), a_send(hours=9))
    assert look_at_person(asked(sent, cap=4), NOW) == TooSoon(NOW + timedelta(hours=9)), "the gap after the newest"
    own = replace(ANNA, sends={TOUCH: a_send(hours=3)})
    assert look_at_person(asked(own), NOW) == Clear()
    assert look_at_person(replace(asked(own), day="2026-04-09"), NOW) == TooSoon(NOW + timedelta(hours=9)), "of another episode"


def test_the_gap_is_over_to_the_moment() -> None:
    assert look_at_person(asked(with_sends(a_send(hours=12))), NOW) == Clear()
    assert look_at_person(asked(with_sends(a_send(hours=11, minutes=59))), NOW) == TooSoon(NOW + timedelta(minutes=1))


@pytest.mark.parametrize("state", [SendState.RELEASED, SendState.REFUSED, SendState.HELD])
def test_what_did_not_go_out_makes_nobody_wait_but_in_the_control_group_what_would_have(state: SendState) -> None:
    person = with_sends(a_send(state, hours=3))
    assert look_at_person(asked(person), NOW) == Clear()
    control = look_at_person(asked(person, group=Group.CONTROL), NOW)
    assert control == (TooSoon(NOW + timedelta(hours=9)) if state is SendState.HELD else Clear())


def test_a_no_is_told_before_the_wait_so_that_nothing_is_recorded_late() -> None:
    person = suppressed(with_sends(a_send(hours=1)), "a", SuppressionReason.OPTED_OUT, START)
    assert isinstance(look_at_person(asked(person), NOW), Stopped)


@given(persons(key="a"), persons(key="b"))
def test_who_is_apart_can_only_stop(root: Person, other: Person) -> None:
    alone, both = look_at_person(asked(root), NOW), look_at_person(asked(root, other), NOW)
    assert both == alone or isinstance(both, Stopped)


# -- the claim


ARM = ArmDrawn(at=NOW, by="a", first=EpisodeKey(DAY, "c1", 1), group=Group.TREATMENT)


@pytest.mark.parametrize("state", [SendState.CLAIMED, SendState.HELD])
def test_one_write_claims_and_stores_the_arm(state: SendState) -> None:
    send = a_send(state)
    through = passed(ANNA, TOUCH, send, "2026Q1", ARM)
    assert through == replace(claimed(ANNA, TOUCH, send), arms={"2026Q1": ARM})
    assert through.version == ANNA.version + 1
    again = passed(through, OTHER, send, "2026Q1", replace(ARM, group=Group.CONTROL))
    assert again.arms == {"2026Q1": ARM}, "drawn once"
    assert passed(through, OTHER, send, "2026Q2", ARM).arms == {"2026Q1": ARM, "2026Q2": ARM}


def test_a_refusal_draws_no_arm() -> None:
    assert passed(ANNA, TOUCH, a_send(SendState.REFUSED), "2026Q1", ARM).arms == {}


def test_arms_of_long_ago_are_forgotten() -> None:
    old = replace(ANNA, arms={f"20{year}Q1": ARM for year in range(10, 10 + MAX_SEASONS)})
    assert sorted(passed(old, TOUCH, a_send(), "2026Q1", ARM).arms) == [*sorted(old.arms)[1:], "2026Q1"]


# -- the newest live cart


def a_cart(id_: str, minute: int | None, *, empty: bool = False, until: int | None = None) -> Standing:
    active_at = None if minute is None else after(minutes=minute)
    return Standing(id=id_, active_at=active_at, empty=empty, speaks_until=None if until is None else after(minutes=until))


def test_the_newer_live_cart_speaks() -> None:
    own, now = a_cart("m", 5), after(minutes=20)
    assert newer_live_cart(own, [a_cart("a", 4), a_cart("a", 5), own], now) is None
    assert newer_live_cart(own, [a_cart("z", 5)], now) == a_cart("z", 5), "of equally late ones the greater id"
    assert newer_live_cart(own, [a_cart("a", 6), a_cart("b", 9), a_cart("c", 7)], now) == a_cart("b", 9)


def test_who_has_nothing_to_say_silences_nobody() -> None:
    own, now = a_cart("m", 5), after(minutes=20)
    for cart in (a_cart("z", 6, empty=True), a_cart("z", 6, until=20), a_cart("z", None)):
        assert newer_live_cart(own, [cart], now) is None
    assert newer_live_cart(own, [a_cart("z", 6, until=21)], now) is not None
    assert newer_live_cart(a_cart("m", None), [a_cart("a", 1)], now) is not None


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 2)), min_size=1, max_size=5, unique_by=lambda cart: cart[0]))
def test_of_live_carts_exactly_one_speaks(drawn: list[tuple[str, int]]) -> None:
    carts = [a_cart(id_, minute) for id_, minute in drawn]
    silent = [cart for cart in carts if newer_live_cart(cart, [c for c in carts if c is not cart], NOW)]
    assert len(silent) == len(carts) - 1

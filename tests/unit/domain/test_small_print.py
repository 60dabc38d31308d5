"""What a state carries along: easily forgotten, and somebody relies on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.carts.cart import Cart, Closed, Declared, Phase, erased, recorded
from rebasket.domain.carts.events import Person
from rebasket.domain.carts.facts import CartFacts, Register
from rebasket.domain.carts.timer import Timer
from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import (
    Contact,
    Send,
    SendState,
    Suppression,
    SuppressionReason,
    TouchId,
    consented,
    suppressed,
)
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.reminders import claim, schedule
from rebasket.domain.reminders.episode import Credit, Episode, EpisodeRef, Touch, TouchState
from rebasket.domain.reporting.daily_figures import daily_figures, figures_of
from rebasket.domain.sending.prices import Price, PriceBook
from rebasket.domain.sending.tags import CART, tags_of, touch_in
from tests.samples import ANNA, BOHDAN, SHOP, START, Reports, a_header, a_line, a_policy, after, back, consent, person

LONG_AGO = START - timedelta(days=30)
DECLARED = Declared(generation=1, day="2026-03-02", at=after(hours=1), due=after(hours=1), value=1990)
CART_OF_ANNA = recorded(Cart.blank(SHOP, "c1"), Reports().updated(who=person(ANNA)), START)


# -- Waking ------------------------------------------------------------------------------------------------------------


def test_the_next_timer_carries_the_day_so_that_the_episode_is_found_though_the_cart_forgot_it() -> None:
    cart = replace(CART_OF_ANNA, phase=Phase.ABANDONED, episodes=(DECLARED,))
    assert schedule.timer_for(cart, 1, after(hours=24)) == Timer(
        shop=SHOP, cart="c1", generation=1, due=after(hours=24), day="2026-03-02"
    )
    assert schedule.timer_for(cart, 2, after(hours=24)).day is None


def test_an_episode_is_attended_to_under_its_whole_name() -> None:
    cart = replace(CART_OF_ANNA, phase=Phase.ABANDONED, episodes=(DECLARED,))
    timer = Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1))
    ref = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
    assert schedule.evaluate(cart, timer, a_policy(), LONG_AGO, after(hours=2)) == schedule.Proceed(ref, DECLARED, None)


@pytest.mark.parametrize(
    ("cart", "activated_at", "why"),
    [
        (recorded(Cart.blank(SHOP, "c1"), Reports().updated(empty=True), START), LONG_AGO, Closed.EMPTY),
        (CART_OF_ANNA, after(days=1), Closed.BEFORE_ACTIVATION),
    ],
)
def test_a_cart_that_is_closed_is_the_next_version_of_itself(cart: Cart, activated_at: object, why: Closed) -> None:
    timer = Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1))
    answer = schedule.evaluate(cart, timer, a_policy(), activated_at, after(hours=2))  # type: ignore[arg-type]  # a moment
    assert answer == schedule.Write(replace(cart, version=cart.version + 1, phase=Phase.CLOSED, why=why))


@pytest.mark.parametrize(
    ("cart", "said"),
    [
        (replace(CART_OF_ANNA, generation=0), "armed for a write that never came"),
        (replace(CART_OF_ANNA, phase=Phase.BOUGHT), "cart is bought, generation 1 was never abandoned"),
    ],
)
def test_a_stray_timer_is_dropped_with_the_reason(cart: Cart, said: str) -> None:
    timer = Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1))
    assert schedule.evaluate(cart, timer, a_policy(), LONG_AGO, after(hours=2)) == schedule.Discard(said)


@pytest.mark.parametrize(("why", "said"), [(Closed.ERASED, "cart erased"), (None, "cart closed")])
def test_a_closed_cart_says_why_its_episode_is_over(why: Closed | None, said: str) -> None:
    cart = replace(CART_OF_ANNA, phase=Phase.CLOSED, why=why, episodes=(DECLARED,))
    answer = schedule.evaluate(
        cart, Timer(shop=SHOP, cart="c1", generation=1, due=after(hours=1)), a_policy(), LONG_AGO, after(hours=2)
    )
    assert isinstance(answer, schedule.Proceed)
    assert answer.over == said


def test_a_touch_that_was_decided_against_remembers_how_often_it_was_tried() -> None:
    touch = TouchId("c1", 1, 1)
    entry = Send(state=SendState.REFUSED, owner="other", at=START, attempt=3, day="2026-03-02")
    contact = Contact(shop=SHOP, key="k", channel=Channel.EMAIL, sends={touch: entry})
    assert claim.claim_state(person_of(contact), touch, "2026-03-02", "me", START) == claim.Declined(3)


# -- Carts -------------------------------------------------------------------------------------------------------------


def test_erasure_keeps_the_times_that_decide_what_a_later_event_may_do() -> None:
    gone = erased(CART_OF_ANNA, after(hours=3))
    assert gone == replace(
        CART_OF_ANNA,
        version=2,
        phase=Phase.CLOSED,
        why=Closed.ERASED,
        seen_at=after(hours=3),
        facts=replace(CartFacts.nothing(), active_at=START),
    )
    assert erased(CART_OF_ANNA, START - timedelta(hours=1)).seen_at == START, "our time of the last change never falls"
    assert erased(replace(CART_OF_ANNA, seen_at=None), after(hours=3)).seen_at == after(hours=3)


def test_a_register_remembers_when_its_value_was_said() -> None:
    shop = Reports()
    named = replace(shop.identified("c1", after(minutes=5), Person(name="Anna")))
    facts = CartFacts.nothing().join(shop.updated("c1", START)).join(named)
    assert facts.registers["currency"] == Register(START, "EUR")
    assert facts.registers["name"] == Register(after(minutes=5), "Anna")
    older = replace(shop.identified("c1", after(minutes=4), Person(name="Bohdan")))
    assert facts.join(older).text("name") == "Anna"


def test_a_register_is_text_or_a_number_and_not_the_other() -> None:
    facts = replace(CartFacts.nothing(), registers={"shipping": Register(START, 490), "name": Register(START, "Anna")})
    assert (facts.text("name"), facts.number("name")) == ("Anna", None)
    assert (facts.text("shipping"), facts.number("shipping")) == (None, 490)
    assert (facts.text("tax"), facts.number("tax"), facts.said("tax")) == (None, None, None)


def test_a_change_carries_how_many() -> None:
    facts = CartFacts.nothing().join(Reports().added("c1", START, a_line("a", 3)))
    assert [delta.quantity for delta in facts.deltas] == [3]


def test_an_order_known_in_part_takes_the_rest() -> None:
    shop = Reports()
    refund, order = shop.refunded("c1", START, minor=500), shop.ordered("c1", after(hours=1))
    facts = CartFacts.nothing().join(refund).join(order)
    known = facts.orders["o1"]
    assert (known.placed_at, known.total, known.refunded) == (after(hours=1), Money(1990, "EUR"), 500)
    assert facts.join(order) is facts, "told again it changes nothing"


# -- Contacts ----------------------------------------------------------------------------------------------------------


def test_a_no_is_kept_with_its_time_and_a_consent_told_again_writes_nothing() -> None:
    contact = Contact(shop=SHOP, key="k", channel=Channel.EMAIL)
    assert suppressed(contact, SuppressionReason.COMPLAINED, after(hours=1)).suppression == Suppression(
        why=SuppressionReason.COMPLAINED, at=after(hours=1)
    )
    agreed = consented(contact, consent())
    assert consented(agreed, consent()) is agreed


@pytest.mark.parametrize(
    ("value", "channel", "masked"),
    [
        ("anna.maria@mail.shopper.example", Channel.EMAIL, "a…@m….example"),
        ('"odd@local"@shopper.example', Channel.EMAIL, '"…@l….example'),
        ("+380441234567", Channel.SMS, "+38…67"),
    ],
)
def test_a_masked_address_shows_so_much_and_no_more(value: str, channel: Channel, masked: str) -> None:
    assert Address(channel, value).masked == masked


def test_two_addresses_of_one_channel_are_told_apart_by_when_they_were_named() -> None:
    shop = Reports()
    facts = CartFacts.nothing().join(shop.identified("c1", after(minutes=1), person(ANNA)))
    assert facts.join(shop.identified("c1", START, person(BOHDAN))).address(Channel.EMAIL) == ANNA
    assert facts.join(shop.identified("c1", after(minutes=2), person(BOHDAN))).address(Channel.EMAIL) == BOHDAN


# -- Books, prices, tags -----------------------------------------------------------------------------------------------

HEADER = a_header()
REF = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)


def a_touch(state: TouchState, channel: Channel = Channel.EMAIL, **at: float) -> Touch:
    return Touch(state=state, why="", at=after(**at), due=START, channel=channel, cost=MicroUSD(160))


def test_a_row_counts_an_episode_as_touched_when_something_was_sent_and_only_then() -> None:
    sent, skipped = a_touch(TouchState.SENT), a_touch(TouchState.SKIPPED)
    for touches, touched in (({1: sent}, 1), ({1: skipped}, 0), ({1: skipped, 2: sent}, 1)):
        total, channels = figures_of(Episode(ref=REF, header=HEADER, touches=touches), timedelta(days=7))
        assert (total.touched, channels["email"].touched) == (touched, touched)


def test_a_refund_stands_beside_the_channel_that_recovered_the_cart_and_no_other() -> None:
    touches = {1: a_touch(TouchState.SENT, hours=1), 2: a_touch(TouchState.SENT, Channel.SMS, hours=2)}
    order = Credit(order="o1", cart="c1", at=after(hours=3), total=Money(5000, "EUR"), by="cart")
    episode = Episode(ref=REF, header=HEADER, touches=touches, order=order, refunds=back(700))
    total, channels = figures_of(episode, timedelta(days=7))
    assert total.refunded == {"EUR": 700}
    assert (channels["email"].refunded, channels["sms"].refunded) == ({}, {"EUR": 700})
    unrecovered = replace(episode, order=replace(order, at=after(days=8)))
    assert [row.refunded for row in figures_of(unrecovered, timedelta(days=7))[1].values()] == [{}, {}]


def test_a_days_row_is_of_that_day() -> None:
    assert daily_figures("2026-03-02", [], timedelta(days=7)).day == "2026-03-02"


def test_a_number_of_no_country_has_no_price() -> None:
    listed = Price(each=MicroUSD(1), source="a list", as_of="2026-01")
    assert PriceBook(email=None, texts={"UA": listed}).text(None) is None
    assert PriceBook(email=None, texts={"UA": listed}).text("UA") == listed


@pytest.mark.parametrize("cart", ["a", "ab", "abc", "abcd", "XX=XX", "кошик"])
def test_a_tag_holds_letters_digits_hyphen_and_underscore(cart: str) -> None:
    tags = tags_of(SHOP, "2026-03-02", TouchId(cart, 1, 1), "k")
    assert tags[CART].replace("-", "").replace("_", "").isalnum()
    assert touch_in(tags) == (SHOP, "2026-03-02", TouchId(cart, 1, 1), "k")

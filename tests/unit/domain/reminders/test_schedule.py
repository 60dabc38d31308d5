"""What a wake does next, question by question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.carts.cart import KEPT_EPISODES, Cart, Closed, Phase, erased, recorded
from rebasket.domain.carts.timer import LEAD, Timer
from rebasket.domain.reminders import schedule
from tests.samples import MINUTE, SHOP, START, Reports, a_line, a_policy, after

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event

POLICY = a_policy()
LONG_AGO = START - timedelta(days=30)


def timer(generation: int = 1, day: str | None = None, **due: float) -> Timer:
    return Timer(shop=SHOP, cart="c1", generation=generation, due=after(**due or {"hours": 1}), day=day)


def cart_after(*events: Event, now: datetime = START) -> Cart:
    cart = Cart.blank(SHOP, "c1")
    for event in events:
        cart = recorded(cart, event, now)
    return cart


def looked(
    cart: Cart, now: datetime, by: Timer | None = None
) -> schedule.Discard | schedule.Rearm | schedule.Write | schedule.Proceed:
    return schedule.evaluate(cart, by or timer(), POLICY, LONG_AGO, now)


def declared(cart: Cart, now: datetime) -> Cart:
    answer = looked(cart, now, timer(cart.generation))
    assert isinstance(answer, schedule.Write)
    return answer.cart


@pytest.fixture
def shop() -> Reports:
    return Reports()


def test_a_timer_of_a_generation_that_is_not_there_yet_is_dropped(shop: Reports) -> None:
    assert isinstance(looked(cart_after(shop.updated()), after(hours=2), timer(2)), schedule.Discard)


def test_a_cart_not_yet_quiet_is_looked_at_again_at_the_minute_when_it_will_be(shop: Reports) -> None:
    cart = cart_after(shop.updated(at=after(minutes=20, seconds=5)))
    assert looked(cart, after(hours=1)) == schedule.Rearm(timer(hours=1, minutes=21))


def test_quiet_counts_from_exactly_the_idle_time(shop: Reports) -> None:
    cart = cart_after(shop.updated())
    assert isinstance(looked(cart, after(hours=1) - timedelta(milliseconds=1)), schedule.Rearm)
    assert isinstance(looked(cart, after(hours=1)), schedule.Write)


def test_a_quiet_cart_is_declared_on_the_day_it_is_by_utc_with_what_it_held(shop: Reports) -> None:
    cart = cart_after(shop.updated("c1", START, a_line("a", 2, 500)))
    late = datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    new = declared(cart, late)
    assert (new.phase, new.version, new.generation, new.seen_at) == (Phase.ABANDONED, cart.version + 1, 1, cart.seen_at)
    mark = new.declared(1)
    assert mark is not None
    assert (mark.day, mark.at, mark.due, mark.value) == ("2026-03-05", late, after(hours=1), 1000)


def test_only_the_last_few_declarations_are_kept(shop: Reports) -> None:
    cart = cart_after(shop.updated())
    for n in range(1, KEPT_EPISODES + 3):
        cart = declared(cart, after(hours=n + 1))
        cart = recorded(cart, shop.checkout("c1", after(minutes=n)), after(hours=n + 1))
    assert [mark.generation for mark in cart.episodes] == list(range(3, KEPT_EPISODES + 3))


def test_an_empty_cart_is_closed_with_the_reason(shop: Reports) -> None:
    answer = looked(cart_after(shop.updated(empty=True)), after(hours=1))
    assert isinstance(answer, schedule.Write)
    assert (answer.cart.phase, answer.cart.why) == (Phase.CLOSED, Closed.EMPTY)


def test_a_cart_quiet_since_before_activation_is_closed_with_the_reason(shop: Reports) -> None:
    cart = cart_after(shop.updated())
    answer = schedule.evaluate(cart, timer(), POLICY, START + timedelta(milliseconds=1), after(hours=1))
    assert isinstance(answer, schedule.Write)
    assert (answer.cart.phase, answer.cart.why) == (Phase.CLOSED, Closed.BEFORE_ACTIVATION)
    at_once = schedule.evaluate(cart, timer(), POLICY, START, after(hours=1))
    assert isinstance(at_once, schedule.Write)
    assert at_once.cart.phase is Phase.ABANDONED


@pytest.mark.parametrize("ended", ["bought", "deleted", "erased"])
def test_a_cart_that_ended_without_being_declared_needs_nothing(shop: Reports, ended: str) -> None:
    ending = {"bought": shop.ordered("c1", after(minutes=1)), "deleted": shop.deleted("c1", after(minutes=1))}
    cart = cart_after(shop.updated(), *([ending[ended]] if ended in ending else []))
    cart = erased(cart, START) if ended == "erased" else cart
    assert isinstance(looked(cart, after(hours=1)), schedule.Discard)


@pytest.mark.parametrize(
    ("ended", "over"),
    [
        ("bought", "bought"),
        ("deleted", "cart deleted"),
        ("erased", "cart erased"),
        ("returned", "shopper came back"),
        (None, None),
    ],
)
def test_a_declared_episode_is_attended_to_and_it_is_said_why_it_is_over(
    shop: Reports, ended: str | None, over: str | None
) -> None:
    cart = declared(cart_after(shop.updated()), after(hours=1))
    ending = {
        "bought": shop.ordered("c1", after(hours=2)),
        "deleted": shop.deleted("c1", after(hours=2)),
        "returned": shop.checkout("c1", after(hours=2)),
    }
    if ended == "erased":
        cart = erased(cart, after(hours=2))
    elif ended:
        cart = recorded(cart, ending[ended], after(hours=2))
    answer = looked(cart, after(hours=2))
    assert isinstance(answer, schedule.Proceed)
    assert (answer.ref.day, answer.ref.generation, answer.over) == ("2026-03-02", 1, over)
    assert answer.declared == cart.declared(1)


def test_an_episode_that_the_cart_has_forgotten_is_found_by_the_day_on_the_timer(shop: Reports) -> None:
    cart = replace(cart_after(shop.updated()), generation=9)
    assert isinstance(looked(cart, after(hours=1), timer(2)), schedule.Discard)
    answer = looked(cart, after(hours=1), timer(2, day="2026-03-01"))
    assert isinstance(answer, schedule.Proceed)
    assert (answer.ref.day, answer.declared, answer.over) == ("2026-03-01", None, "shopper came back")


seconds = st.integers(0, 200_000).map(lambda s: timedelta(seconds=s))


@given(seconds, seconds)
def test_a_cart_is_due_at_a_whole_minute_never_before_it_is_quiet_nor_before_the_lead(active: timedelta, seen: timedelta) -> None:
    event = Reports().updated(at=START + active)
    cart = cart_after(event, now=START + seen)
    due = schedule.quiet_due(cart, POLICY)
    earliest = max(START + active + POLICY.abandoned_after, START + seen + LEAD)
    assert due.second == due.microsecond == 0
    assert timedelta(0) <= due - earliest < MINUTE


def test_a_cart_without_activity_is_never_due(shop: Reports) -> None:
    with pytest.raises(ValueError, match="never due"):
        schedule.quiet_due(cart_after(shop.refunded("c1", START)), POLICY)

"""The books balance: every touch in one state, every order in one outcome, and what has no price says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.money import MicroUSD, Money
from rebasket.domain.orders.refunds import Refunds
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import Arm, Credit, Episode, EpisodeRef, Header, Touch, TouchState
from rebasket.domain.reporting.daily_figures import Figures, Outcome, daily_figures, figures_of, outcome_of
from tests.samples import SHOP, START, a_header, after, back

WINDOW = timedelta(days=7)
REF = EpisodeRef(shop=SHOP, day="2026-03-02", cart="c1", generation=1)
HEADER = a_header()


def touch(
    state: TouchState = TouchState.SENT, channel: Channel | None = Channel.EMAIL, cost: int | None = 160, **at: float
) -> Touch:
    price = None if cost is None else MicroUSD(cost)
    return Touch(state=state, why="", at=after(**at), due=START, channel=channel, cost=price)


def order(minor: int = 5000, currency: str = "EUR", **at: float) -> Credit:
    return Credit(order="o1", cart="c1", at=after(**at), total=Money(minor, currency), by="cart")


def episode(*touches: Touch, header: Header | None = HEADER, **parts: Any) -> Episode:  # noqa: ANN401  # whatever an episode takes
    return Episode(ref=REF, header=header, touches=dict(enumerate(touches, 1)), **parts)


CONTROL = replace(HEADER, arm=Arm.HELD)
NOBODY = replace(HEADER, contacts={})


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (episode(touch()), Outcome.NONE),
        (episode(touch(), order=order(days=7)), Outcome.RECOVERED),
        (episode(touch(), order=order(days=7, milliseconds=1)), Outcome.NONE),
        (episode(touch(), order=order(seconds=0)), Outcome.RECOVERED),
        (episode(touch(), order=order(milliseconds=-1)), Outcome.BOUGHT_BEFORE),
        (episode(touch(minutes=5), order=order(minutes=4)), Outcome.BOUGHT_UNTOUCHED),
        (episode(touch(TouchState.UNKNOWN), order=order(days=1)), Outcome.BOUGHT_UNTOUCHED),
        (episode(touch(TouchState.SKIPPED), order=order(days=1)), Outcome.BOUGHT_UNTOUCHED),
        (episode(touch(TouchState.HELD), order=order(days=1), header=CONTROL), Outcome.BOUGHT_HELD),
        (episode(order=order(days=1), header=replace(NOBODY, arm=Arm.HELD)), Outcome.BOUGHT_UNTOUCHED),
        (episode(touch(), order=order(days=1), header=None), Outcome.NONE),
    ],
)
def test_an_order_has_one_outcome(found: Episode, outcome: Outcome) -> None:
    assert outcome_of(found, WINDOW)[0] is outcome


def test_the_last_message_before_the_order_gets_the_credit() -> None:
    email, text, late = touch(hours=1), touch(channel=Channel.SMS, hours=2), touch(hours=30)
    found = episode(email, text, late, order=order(minor=700, days=1))
    assert outcome_of(found, WINDOW)[1] == text
    total, channels = figures_of(found, WINDOW)
    assert (total.recovered, total.revenue) == (1, {"EUR": 700})
    assert (channels["sms"].recovered, channels["sms"].revenue) == (1, {"EUR": 700})
    assert (channels["email"].recovered, channels["email"].revenue) == (0, {})


def test_revenue_goes_to_what_the_outcome_says_and_nowhere_else() -> None:
    held, _ = figures_of(episode(touch(TouchState.HELD), order=order(minor=700, days=1), header=CONTROL), WINDOW)
    assert (held.bought_held, held.revenue_held, held.revenue, held.held) == (1, {"EUR": 700}, {}, 1)
    before, _ = figures_of(episode(touch(), order=order(hours=-1)), WINDOW)
    assert (before.bought_before, before.revenue, before.revenue_held) == (1, {}, {})
    late, _ = figures_of(episode(touch(), order=order(days=8)), WINDOW)
    assert (late.recovered, late.revenue, late.bought_untouched) == (0, {}, 0)


def test_refunds_are_shown_beside_the_revenue_of_recovered_carts() -> None:
    row, channels = figures_of(episode(touch(), order=order(minor=700, days=1), refunds=back(200)), WINDOW)
    assert (row.revenue, row.refunded, channels["email"].refunded) == ({"EUR": 700}, {"EUR": 200}, {"EUR": 200})


def test_a_message_without_a_price_is_unpriced_and_not_free() -> None:
    row, channels = figures_of(episode(touch(), touch(cost=None, channel=Channel.SMS), order=order(days=1)), WINDOW)
    assert (row.cost, row.unpriced, row.cost_per_recovered) == (160, 1, None)
    assert (channels["sms"].cost, channels["sms"].unpriced) == (0, 1)
    assert (channels["email"].unpriced, channels["email"].cost) == (0, 160)


def test_what_may_have_gone_out_is_in_doubt_and_not_in_the_cost() -> None:
    row, _ = figures_of(episode(touch(TouchState.UNKNOWN), touch(TouchState.REJECTED), touch(TouchState.HELD)), WINDOW)
    assert (row.cost, row.in_doubt, row.in_doubt_unpriced, row.unpriced, row.touched) == (0, 160, 0, 0, 0)


def test_what_may_have_gone_out_without_a_known_price_is_counted_and_never_taken_for_nothing() -> None:
    texts = (touch(TouchState.UNKNOWN, Channel.SMS, None), touch(TouchState.UNKNOWN, Channel.EMAIL))
    row, channels = figures_of(episode(*texts), WINDOW)
    assert (row.in_doubt, row.in_doubt_unpriced, row.unpriced) == (160, 1, 0)
    assert (channels["sms"].in_doubt, channels["sms"].in_doubt_unpriced) == (0, 1)


def test_what_was_paid_back_in_another_currency_is_shown_in_that_one_and_not_lost() -> None:
    parts = {"e1": Money(200, "EUR"), "e2": Money(900, "USD"), "e3": Money(1, "USD"), "e4": Money(50_000, "JPY")}
    found = episode(touch(), order=order(minor=700, days=1), refunds={"o1": Refunds(parts)})
    row, channels = figures_of(found, WINDOW)
    assert (row.revenue, row.refunded) == ({"EUR": 700}, {"EUR": 200, "JPY": 50_000, "USD": 901})
    assert channels["email"].refunded == row.refunded
    cancelled = replace(found, refunds={"o1": Refunds(parts, cancelled=True)})
    assert figures_of(cancelled, WINDOW)[0].refunded == {"EUR": 700, "JPY": 50_000, "USD": 901}


def test_cost_per_recovered_cart_is_rounded_up_and_unknown_without_one() -> None:
    assert Figures(cost=1000, recovered=3).cost_per_recovered == 334
    assert Figures(cost=999, recovered=3).cost_per_recovered == 333
    assert Figures(cost=1000).cost_per_recovered is None


def test_unreachable_and_held_are_counted_apart() -> None:
    assert figures_of(episode(header=NOBODY), WINDOW)[0].unreachable == 1
    both, _ = figures_of(episode(header=replace(NOBODY, arm=Arm.HELD)), WINDOW)
    assert (both.unreachable, both.held) == (1, 0)


episodes = st.builds(
    Episode,
    ref=st.just(REF),
    header=st.none() | st.builds(
        replace, st.just(HEADER), arm=st.sampled_from(Arm), contacts=st.sampled_from([{}, HEADER.contacts])
    ),
    touches=st.dictionaries(
        st.integers(1, 5),
        st.builds(
            touch,
            state=st.sampled_from(TouchState),
            channel=st.none() | st.sampled_from(Channel),
            cost=st.none() | st.integers(0, 999),
            hours=st.integers(-2, 200),
        ),
        max_size=5,
    ),
    order=st.none() | st.builds(order, currency=st.sampled_from(["EUR", "UAH"]), hours=st.integers(-2, 200)),
    refunds=st.integers(0, 5000).map(back),
)  # fmt: skip


@given(st.lists(episodes, max_size=5))
def test_a_day_balances(day: list[Episode]) -> None:
    figures = daily_figures("2026-03-02", day, WINDOW)
    total, filed = figures.total, [found for found in day if found.header]
    assert total.episodes == len(filed)
    assert total.planned == sum(len(found.touches) for found in filed)
    assert total.planned == sum(total.touches.get(state.value, 0) for state in TouchState)
    ordered = [found for found in filed if found.order and found.order.at <= START + WINDOW]
    assert total.recovered + total.bought_held + total.bought_untouched + total.bought_before == len(ordered)
    placed = [t for found in filed for t in found.touches.values() if t.channel]
    rows = sum(figures.channels.values(), Figures())
    for state in TouchState:
        of_a_channel = sum(t.state is state for t in placed)
        assert rows.touches.get(state.value, 0) == of_a_channel
        assert of_a_channel <= total.touches.get(state.value, 0)
    assert sum(total.revenue.values()) + sum(total.revenue_held.values()) <= sum(
        found.order.total.minor for found in ordered if found.order and found.order.total
    )


@given(st.lists(episodes.filter(lambda e: all(t.channel for t in e.touches.values())), max_size=4))
def test_channel_rows_sum_to_the_total_in_all_that_belongs_to_a_message(day: list[Episode]) -> None:
    figures = daily_figures("2026-03-02", day, WINDOW)
    rows = sum(figures.channels.values(), Figures())
    for name in ("touches", "recovered", "revenue", "refunded", "cost", "unpriced", "in_doubt", "in_doubt_unpriced"):
        whole, split = getattr(figures.total, name), getattr(rows, name)
        assert split == whole or (not split and not whole), name


@given(st.lists(episodes, max_size=4))
def test_adding_days_up_is_the_same_as_counting_them_together(some: list[Episode]) -> None:
    one_by_one = sum((daily_figures("d", [found], WINDOW).total for found in some), Figures())
    assert one_by_one == daily_figures("d", some, WINDOW).total
    assert one_by_one.planned == daily_figures("d", some, WINDOW).total.planned

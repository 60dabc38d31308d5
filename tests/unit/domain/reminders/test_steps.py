"""When the steps of an episode are due, and whose a touch is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.carts.timer import LEAD, LEASE
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, Send, SendState, TouchId, claimed
from rebasket.domain.people.contact_form import person_of
from rebasket.domain.reminders import claim, schedule
from rebasket.domain.reminders.episode import Header, Touch, TouchState, supersedes
from rebasket.domain.shops.policy import Step
from rebasket.domain.shops.quiet_hours import QuietHours
from tests.samples import SHOP, START, a_header, a_policy, after

if TYPE_CHECKING:
    from rebasket.domain.people.person import Person

DAY = timedelta(days=1)
POLICY = a_policy(
    steps=tuple(Step(delay=n * DAY, channels=(Channel.EMAIL,)) for n in range(3)), gap=timedelta(hours=12), give_up=5 * DAY
)
HEADER = a_header(contacts={})


def touch(state: TouchState, at: datetime) -> Touch:
    return Touch(state=state, why="", at=at, due=at)


def test_steps_come_one_after_the_other_each_at_its_time() -> None:
    assert schedule.next_step(HEADER, {}, POLICY, None, START - LEAD) == schedule.Wait(START)
    assert schedule.next_step(HEADER, {}, POLICY, None, START) == schedule.Attempt(1, START)
    first = {1: touch(TouchState.SENT, START)}
    assert schedule.next_step(HEADER, first, POLICY, None, START) == schedule.Wait(START + DAY)
    assert schedule.next_step(HEADER, first, POLICY, None, START + DAY) == schedule.Attempt(2, START + DAY)
    both = first | {2: touch(TouchState.SKIPPED, START + DAY)}
    assert schedule.next_step(HEADER, both, POLICY, None, START + 9 * DAY) == schedule.Attempt(3, START + 2 * DAY)
    every = both | {3: touch(TouchState.UNKNOWN, START)}
    assert schedule.next_step(HEADER, every, POLICY, None, START + 9 * DAY) == schedule.Finished()


def test_a_step_recorded_out_of_turn_is_not_taken_again() -> None:
    assert schedule.next_step(HEADER, {2: touch(TouchState.SENT, START)}, POLICY, None, START) == schedule.Attempt(1, START)


def test_once_the_episode_is_over_all_that_is_left_ends_now() -> None:
    first = {1: touch(TouchState.SENT, START)}
    assert schedule.next_step(HEADER, first, POLICY, "bought", START) == schedule.Attempt(2, START + DAY)


@pytest.mark.parametrize("state", [TouchState.SENT, TouchState.UNKNOWN, TouchState.HELD])
def test_the_gap_is_kept_however_late_the_step_before_was(state: TouchState) -> None:
    late = START + timedelta(hours=20)
    assert schedule.due_of(2, HEADER, {1: touch(state, late)}, POLICY) == late + timedelta(hours=12)


@pytest.mark.parametrize("state", [TouchState.SKIPPED, TouchState.REJECTED])
def test_a_step_that_reached_nobody_delays_nothing(state: TouchState) -> None:
    assert schedule.due_of(2, HEADER, {1: touch(state, START + timedelta(hours=20))}, POLICY) == START + DAY


def test_a_later_step_that_was_recorded_first_delays_no_earlier_one() -> None:
    assert schedule.due_of(1, HEADER, {2: touch(TouchState.SENT, START + 9 * DAY)}, POLICY) == START


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_a_due_is_a_whole_minute_not_before_delay_and_gap(late: int, step: int) -> None:
    before = {k: touch(TouchState.SENT, START + timedelta(milliseconds=late)) for k in range(1, step)}
    due = schedule.due_of(step, HEADER, before, POLICY)
    assert due.second == due.microsecond == 0
    assert due >= HEADER.due + POLICY.steps[step - 1].delay
    assert all(due >= known.at + POLICY.gap for known in before.values())


def test_the_successor_is_armed_for_delay_gap_and_lead_whichever_is_last() -> None:
    assert schedule.successor_due(1, HEADER, POLICY, START) == START + DAY
    assert schedule.successor_due(1, HEADER, POLICY, START + timedelta(hours=20)) == START + timedelta(hours=32)
    close = a_policy(steps=POLICY.steps[:1] * 2, gap=timedelta(0))
    assert schedule.successor_due(1, HEADER, close, START) == START + LEAD
    assert schedule.successor_due(3, HEADER, POLICY, START) is None


# -- Quiet hours -------------------------------------------------------------------------------------------------------

NIGHTLY = {Channel.EMAIL: QuietHours(time(21), time(8)), Channel.SMS: QuietHours(time(20), time(9))}


def header(*channels: Channel, due: str) -> Header:
    """Due at that time (UTC) of somebody who lives by UTC."""
    at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    return replace(HEADER, due=at, contacts=dict.fromkeys(channels, "key"), time_zone="UTC")


@pytest.mark.parametrize(
    ("channels", "due", "moved"),
    [
        ((Channel.EMAIL,), "2026-03-02T22:00", "2026-03-03T08:00"),
        ((Channel.SMS,), "2026-03-02T20:00", "2026-03-03T09:00"),
        (
            (Channel.EMAIL, Channel.SMS),
            "2026-03-02T22:00",
            "2026-03-03T08:00",
        ),  # the decision may still choose the text, and wait
        ((Channel.EMAIL, Channel.SMS), "2026-03-02T20:30", "2026-03-02T20:30"),
        ((Channel.EMAIL,), "2026-03-02T12:00", "2026-03-02T12:00"),
        ((), "2026-03-02T22:00", "2026-03-02T22:00"),  # nobody to wake
    ],
)
def test_a_step_is_due_when_any_of_its_channels_may_be_used(channels: tuple[Channel, ...], due: str, moved: str) -> None:
    both = (Step(delay=timedelta(0), channels=(Channel.EMAIL, Channel.SMS)),)
    policy = a_policy(steps=both, quiet_hours=NIGHTLY)
    assert schedule.due_of(1, header(*channels, due=due), {}, policy) == datetime.fromisoformat(moved).replace(tzinfo=UTC)


def test_the_gap_is_kept_from_when_the_step_before_left_in_the_morning() -> None:
    steps = tuple(Step(delay=n * timedelta(hours=14), channels=(Channel.EMAIL,)) for n in range(2))
    policy = a_policy(steps=steps, gap=timedelta(hours=12), quiet_hours=NIGHTLY)
    one = header(Channel.EMAIL, due="2026-03-02T19:00")
    morning = datetime(2026, 3, 3, 8, tzinfo=UTC)
    sent = {1: touch(TouchState.SENT, morning)}
    assert schedule.due_of(2, one, sent, policy) == morning + timedelta(hours=12)
    assert schedule.due_of(2, one, {1: touch(TouchState.SENT, morning + timedelta(hours=2))}, policy) == morning + DAY
    assert schedule.successor_due(1, one, policy, morning + timedelta(hours=2)) == morning + DAY


def test_an_episode_that_is_over_ends_at_night() -> None:
    policy = a_policy(quiet_hours=NIGHTLY)
    one = header(Channel.EMAIL, due="2026-03-02T22:00")
    assert schedule.next_step(one, {}, policy, None, one.due) == schedule.Wait(datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert isinstance(schedule.next_step(one, {}, policy, "bought", one.due), schedule.Attempt)


# -- Whose is the touch? -----------------------------------------------------------------------------------------------

TOUCH = TouchId("c1", 1, 1)


def entry(state: SendState, owner: str, attempt: int = 1) -> Person:
    blank = Contact(shop=SHOP, key="k", channel=Channel.EMAIL)
    return person_of(claimed(blank, TOUCH, Send(state=state, owner=owner, at=START, attempt=attempt, day="d")))


def test_nobodys_touch_may_be_claimed_and_one_given_back_may_be_tried_again() -> None:
    assert claim.claim_state(entry(SendState.CLAIMED, "me"), TouchId("c1", 1, 2), "d", "me", START) == claim.Free(1)
    assert claim.claim_state(entry(SendState.RELEASED, "me", 3), TOUCH, "d", "you", START) == claim.Free(4)


def test_my_own_claim_whose_answer_was_lost_is_mine_also_after_the_lease() -> None:
    assert claim.claim_state(entry(SendState.CLAIMED, "me", 2), TOUCH, "d", "me", START + LEASE) == claim.Owned(2)


def test_anothers_claim_is_left_alone_for_the_lease_and_then_given_up() -> None:
    contact = entry(SendState.CLAIMED, "you")
    assert claim.claim_state(contact, TOUCH, "d", "me", START + LEASE - timedelta(milliseconds=1)) == claim.Leased(START + LEASE)
    assert claim.claim_state(contact, TOUCH, "d", "me", START + LEASE) == claim.Expired()


def test_held_is_held_whoever_asks() -> None:
    for owner in ("me", "you"):
        assert claim.claim_state(entry(SendState.HELD, "me"), TOUCH, "d", owner, after(days=9)) == claim.Control()


@pytest.mark.parametrize("state", SendState)
def test_a_claim_of_a_cart_that_was_forgotten_says_nothing_of_one_under_the_same_name(state: SendState) -> None:
    assert claim.claim_state(entry(state, "me", 3), TOUCH, "another day", "me", after(days=90)) == claim.Free(1)


@pytest.mark.parametrize("known", [*TouchState, None])
@pytest.mark.parametrize("new", TouchState)
def test_a_final_touch_stays_final_but_sent_replaces_unknown(known: TouchState | None, new: TouchState) -> None:
    stored = None if known is None else touch(known, START)
    may = known is None or (known is TouchState.UNKNOWN and new is TouchState.SENT)
    assert supersedes(stored, touch(new, START)) is may

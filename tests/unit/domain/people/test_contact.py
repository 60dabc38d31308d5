"""What a contact remembers, and that what protects its owner only ever rises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import (
    MAX_UNSENT,
    SENDS_RETENTION,
    WEIGHTS,
    Contact,
    Send,
    SendState,
    SuppressionReason,
    TouchId,
    claimed,
    consented,
    lifted,
    purchased,
    released,
    suppressed,
)
from tests.reported import consents, instants
from tests.samples import SHOP, START, after, consent
from tests.stored import names

BLANK = Contact(shop=SHOP, key="k", channel=Channel.EMAIL)
TOUCH = TouchId("c1", 1, 1)
OTHER = TouchId("c2", 3, 2)


def a_send(state: SendState = SendState.CLAIMED, owner: str = "me", attempt: int = 1, **when: float) -> Send:
    return Send(state=state, owner=owner, at=after(**when), attempt=attempt, day="2026-03-02")


changes = st.one_of(
    st.tuples(st.just("bought"), instants, instants),
    st.tuples(st.just("no"), st.sampled_from(SuppressionReason), instants),
    st.tuples(st.just("consent"), consents),
    st.tuples(st.just("claim"), st.sampled_from([TOUCH, OTHER]), st.sampled_from(["me", "you"]), instants),
    st.tuples(st.just("release"), st.sampled_from([TOUCH, OTHER]), st.sampled_from(["me", "you"])),
)


def changed(contact: Contact, change: tuple) -> Contact:  # type: ignore[type-arg]  # one of `changes`
    match change:
        case ("bought", ours, theirs):
            return purchased(contact, ours, theirs)
        case ("no", why, at):
            return suppressed(contact, why, at)
        case ("consent", said):
            return consented(contact, said)
        case ("claim", touch, owner, at):
            return claimed(contact, touch, Send(state=SendState.CLAIMED, owner=owner, at=at, attempt=1, day="d"))
        case (_, touch, owner):
            return released(contact, touch, owner)
        case _:
            raise AssertionError(change)


@given(st.lists(changes, max_size=8))
def test_every_change_raises_the_version_by_one_and_no_protection_ever_falls(history: list[tuple]) -> None:  # type: ignore[type-arg]  # a method and its arguments
    contact = BLANK
    for change in history:
        new = changed(contact, change)
        assert new is contact or new.version == contact.version + 1
        assert contact.bought_at is None or (new.bought_at is not None and new.bought_at >= contact.bought_at)
        assert contact.placed_at is None or (new.placed_at is not None and new.placed_at >= contact.placed_at)
        assert contact.suppression is None or new.suppression is not None
        assert not contact.suppressed_by_person or new.suppressed_by_person
        assert contact.consent is None or (new.consent is not None and new.consent.at >= contact.consent.at)
        contact = new


def test_a_purchase_told_again_or_older_changes_nothing() -> None:
    once = purchased(BLANK, after(minutes=2), after(minutes=1))
    assert purchased(once, after(minutes=2), after(minutes=1)) is once
    assert purchased(once, START, START) is once


def test_both_clocks_of_a_purchase_count() -> None:
    bought = purchased(BLANK, bought_at=after(minutes=10), placed_at=after(minutes=5))
    assert bought.bought_since(seen_at=after(minutes=10), active_at=after(minutes=9)), "stored since the cart last changed"
    assert bought.bought_since(seen_at=after(minutes=11), active_at=after(minutes=5)), "placed since its last activity"
    assert not bought.bought_since(seen_at=after(minutes=11), active_at=after(minutes=6))
    assert not BLANK.bought_since(START, START)


def test_a_later_yes_does_not_lift_an_opt_out() -> None:
    out = suppressed(BLANK, SuppressionReason.OPTED_OUT, START)
    again = consented(out, consent(at=after(hours=1)))
    assert again.suppression == out.suppression


@pytest.mark.parametrize("why", [SuppressionReason.OPTED_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED])
def test_what_a_person_said_replaces_a_bounce_and_nothing_lighter_replaces_it(why: SuppressionReason) -> None:
    bounced = suppressed(BLANK, SuppressionReason.BOUNCED, START)
    assert not bounced.suppressed_by_person
    said = suppressed(bounced, why, after(hours=1))
    assert said.suppression is not None
    assert said.suppression.why is why
    for other in SuppressionReason:
        again = suppressed(said, other, after(minutes=30)).suppression
        assert again is not None
        assert WEIGHTS[again.why] == max(WEIGHTS[why], WEIGHTS[other])


@pytest.mark.parametrize("why", list(SuppressionReason))
def test_of_a_no_told_again_the_later_time_counts_for_a_lifting_between_the_two_must_not_win(why: SuppressionReason) -> None:
    once = suppressed(BLANK, why, after(hours=1))
    assert suppressed(once, why, START) is once
    twice = suppressed(once, why, after(hours=2))
    assert twice.suppression is not None
    assert twice.suppression.at == after(hours=2)
    assert lifted(twice, after(minutes=90)).suppression == twice.suppression


def test_the_cap_counts_claims_inside_the_window_other_than_its_own() -> None:
    contact = claimed(BLANK, TOUCH, a_send())
    contact = claimed(contact, OTHER, a_send(minutes=30))
    contact = claimed(contact, TouchId("c3", 1, 1), a_send(SendState.HELD, minutes=40))
    contact = claimed(contact, TouchId("c4", 1, 1), a_send(SendState.RELEASED, minutes=40))
    now, hour = after(hours=1), timedelta(hours=1)
    assert contact.sent_within(timedelta(hours=2), now, besides=None) == 2
    assert contact.sent_within(timedelta(hours=2), now, besides=contact.sends[TOUCH]) == 1
    assert contact.sent_within(hour, now, besides=None) == 1, "just an hour ago is outside the hour"
    assert contact.sent_within(hour, now, besides=None, held=True) == 2, "what was held back would have been sent"


def a_send_of(day: str, state: SendState = SendState.CLAIMED, **when: float) -> Send:
    return replace(a_send(state), at=after(**when), day=day)


def test_a_touch_is_told_from_one_of_the_same_name_by_the_day_of_its_episode() -> None:
    contact = claimed(BLANK, TOUCH, a_send_of("2026-03-02"))
    assert contact.send_of(TOUCH, "2026-03-02") == contact.sends[TOUCH]
    assert contact.send_of(TOUCH, "2026-04-09") is None
    assert contact.send_of(OTHER, "2026-03-02") is None


def test_what_went_out_under_the_same_name_goes_on_counting_for_the_cap() -> None:
    contact = claimed(BLANK, TOUCH, a_send_of("2026-03-02"))
    contact = claimed(contact, TOUCH, a_send_of("2026-04-09", days=38))
    contact = released(contact, TOUCH, "me")
    contact = claimed(contact, TOUCH, a_send_of("2026-04-09", days=39))
    own, now = contact.send_of(TOUCH, "2026-04-09"), after(days=40)
    assert own is not None
    assert own.earlier == (START,), "what was given back did not go out"
    assert contact.sent_within(timedelta(days=60), now, besides=None) == 2
    assert contact.sent_within(timedelta(days=60), now, besides=own) == 1
    assert contact.sent_within(timedelta(days=40), now, besides=own) == 0
    third = claimed(contact, TOUCH, a_send_of("2026-05-17", SendState.HELD, days=76))
    assert third.sends[TOUCH].earlier == (after(days=39),), "after 60 days it is forgotten"
    assert third.sent_within(timedelta(days=60), after(days=77), besides=None) == 1


def test_a_touch_that_is_claimed_anew_does_not_count_twice() -> None:
    again = claimed(claimed(BLANK, TOUCH, a_send()), TOUCH, a_send(minutes=1, attempt=2))
    assert again.sends[TOUCH].earlier == ()


def test_what_went_out_60_days_ago_is_forgotten_to_the_moment() -> None:
    contact = claimed(BLANK, TOUCH, a_send_of("2026-03-02"))
    assert claimed(contact, TOUCH, a_send_of("2026-05-01", days=60)).sends[TOUCH].earlier == ()
    just = claimed(contact, TOUCH, replace(a_send_of("2026-05-01"), at=after(days=60) - timedelta(milliseconds=1)))
    assert just.sends[TOUCH].earlier == (START,)


def test_of_what_was_held_back_only_that_counts_besides() -> None:
    contact = claimed(claimed(BLANK, TOUCH, a_send(SendState.HELD)), OTHER, a_send(SendState.REFUSED))
    assert contact.sent_within(timedelta(days=1), after(hours=1), besides=None, held=True) == 1
    taken_over = claimed(contact, TOUCH, a_send_of("2026-04-09", days=38))
    assert taken_over.sends[TOUCH].earlier == (), "it did not go out"


def test_many_that_were_not_sent_do_not_push_out_one_whose_name_was() -> None:
    contact = claimed(BLANK, TOUCH, a_send_of("2026-03-02"))
    contact = claimed(contact, TOUCH, a_send_of("2026-04-09", SendState.REFUSED, days=38))
    for number in range(2 * MAX_UNSENT):
        contact = claimed(contact, TouchId(f"n{number}", 1, 1), a_send(SendState.REFUSED, days=39, minutes=number))
    assert contact.sent_within(timedelta(days=60), after(days=40), besides=None) == 1
    assert len(contact.sends) == MAX_UNSENT + 2


def test_only_the_owner_gives_a_claim_back() -> None:
    mine = claimed(BLANK, TOUCH, a_send(owner="me", attempt=3))
    assert released(mine, TOUCH, "you") is mine
    assert released(mine, OTHER, "me") is mine
    back = released(mine, TOUCH, "me")
    assert (back.sends[TOUCH].state, back.sends[TOUCH].attempt) == (SendState.RELEASED, 3)
    assert released(back, TOUCH, "me") is back


def test_sends_are_forgotten_after_sixty_days_and_not_before() -> None:
    contact = claimed(BLANK, TOUCH, a_send())
    just = claimed(contact, OTHER, a_send(seconds=SENDS_RETENTION.total_seconds() - 1))
    assert set(just.sends) == {TOUCH, OTHER}
    assert set(claimed(contact, OTHER, a_send(seconds=SENDS_RETENTION.total_seconds())).sends) == {OTHER}


@given(names, st.integers(0, 10**6), st.integers(1, 99))
def test_a_touch_is_read_back_from_its_name_whatever_the_cart_is_called(cart: str, generation: int, step: int) -> None:
    for name in (cart, f"{cart}#7", f"#{cart}#"):
        touch = TouchId(name, generation, step)
        assert TouchId.parse(str(touch)) == touch

"""The gate: claim, cap, slot and last check in one write, and what becomes of a touch behind it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.reporting.daily_figures import figures_of
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from tests.doubles import address_hash
from tests.faults import Fault, Faults, Journal, watched
from tests.samples import ANNA, ANNA_PHONE, EMAIL_ONLY, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.world import World

TOUCH = TouchId("c1", 1, 1)


def one_email(**rules: object) -> World:
    return World(a_shop(**{"steps": ONE_EMAIL, **rules}))


def test_the_claim_is_written_before_the_wire_and_the_record_after_it(shop: Reports) -> None:
    journal = Journal()
    world = World(a_shop(steps=EMAIL_ONLY), wrap=partial(watched, journal=journal))
    world.record(shop.updated(who=person(ANNA)))
    before = len(journal.calls)
    world.advance(timedelta(hours=1))
    writes = [call for call in journal.calls[before:] if call in journal.writes]
    assert writes == [
        "MemoryCarts.put",  # declared
        "MemoryEpisodes.head",
        "MemoryLinks.put",
        "WatchedContacts.put",  # the gate
        "MemoryTimers.arm",  # the successor, before the wire
        "WatchedMailer.send",
        "MemoryEpisodes.record",
        "MemoryTimers.arm",
    ]


def test_the_control_group_passes_the_same_gate_and_gets_nothing(shop: Reports) -> None:
    world = one_email(holdout=1000)
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(days=2))
    assert world.messages == []
    assert world.touches() == {1: ("held", "control group")}
    assert world.contact(ANNA).sends[TOUCH].state is SendState.HELD
    touch = world.episode().touches[1]
    assert (touch.cost, touch.channel) == (None, Channel.EMAIL)


def test_the_control_group_is_skipped_for_the_same_reasons(shop: Reports) -> None:
    world = one_email(holdout=1000)
    world.record(shop.updated(who=person(ANNA, granted=None)))
    world.advance(timedelta(days=2))
    assert world.touches() == {1: ("skipped", "email consent")}


def test_the_cap_counts_over_all_carts_of_an_address(shop: Reports) -> None:
    world = one_email(cap=2, cap_window=timedelta(days=7))
    for n in range(4):
        world.report_at(shop.updated(f"c{n}", after(hours=13 * n), who=person(ANNA)))
    world.advance(timedelta(days=1))
    assert [message.cart for message in world.messages] == ["c0", "c1"]
    assert world.touches("c2") == world.touches("c3") == {1: ("skipped", "email cap")}
    world.report_at(shop.updated("c9", after(days=7), who=person(ANNA)))
    world.advance(timedelta(hours=2))
    assert [message.cart for message in world.messages] == ["c0", "c1", "c9"]


def test_two_wakes_at_once_send_once(shop: Reports) -> None:
    """The second comes between the first one's reading and its gate."""
    faults = Faults()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
    world.record(shop.updated(who=person(ANNA)))
    (timer,) = world.outstanding()
    world.clock.at = after(hours=1)
    gate = _number_of(shop, "WatchedContacts.put", 2)
    faults.interrupt[gate] = lambda: _attend(world, timer)
    world.attend(timer)
    assert faults.interrupt == {}
    assert len(world.messages) == 1
    assert len([h for h in world.history if h.kind == "gate"]) == 1
    world.advance(timedelta(days=1))
    assert len(world.messages) == 1
    assert world.touches() == {1: ("sent", "accepted")}


def _attend(world: World, timer: object) -> None:
    world.attend(timer)  # type: ignore[arg-type]  # a timer


def _number_of(shop: Reports, call: str, occurrence: int) -> int:
    """The number of a call in the same story without faults."""
    journal = Journal()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=journal))
    world.record(shop.updated(who=person(ANNA)))
    world.leap(timedelta(hours=1))
    return [n for n, made in enumerate(journal.calls) if made == call][occurrence - 1]


# -- What the provider does --------------------------------------------------------------------------------------------


def test_throttled_gives_the_claim_back_and_tries_again_with_growing_waits(shop: Reports) -> None:
    world = one_email()
    world.record(shop.updated(who=person(ANNA)))
    for n, minute in enumerate((60, 62, 66)):
        world.mailer.failure = Throttled("slow down")
        world.advance(after(minutes=minute))
        assert world.contact(ANNA).sends[TOUCH].state is SendState.RELEASED
        assert world.contact(ANNA).sends[TOUCH].attempt == n + 1
    world.advance(timedelta(hours=1))
    assert [message.at for message in world.messages] == [after(minutes=74)]
    assert world.touches() == {1: ("sent", "accepted")}
    assert world.episode().touches[1].attempt == 4


def test_a_provider_that_never_accepts_ends_in_rejected_after_the_policys_attempts(shop: Reports) -> None:
    world = one_email(attempts=3)
    world.record(shop.updated(who=person(ANNA)))
    for _ in range(60 * 5):
        world.mailer.failure = Throttled("paused")
        world.advance(timedelta(minutes=1))
    assert world.touches() == {1: ("rejected", "not accepted in 3 tries")}
    assert world.messages == []
    assert world.outstanding() == []


def test_a_provider_that_does_not_accept_until_it_is_too_late_ends_in_rejected(shop: Reports) -> None:
    world = one_email(give_up=timedelta(minutes=20), attempts=20)
    world.record(shop.updated(who=person(ANNA)))
    for _ in range(60 * 3):
        world.mailer.failure = Throttled("paused")
        world.advance(timedelta(minutes=1))
    assert world.touches() == {1: ("rejected", "not too late")}
    assert world.episode().touches[1].channel is Channel.EMAIL


def test_a_throttled_touch_is_decided_anew_before_the_next_try(shop: Reports) -> None:
    world = one_email()
    world.record(shop.updated(who=person(ANNA)))
    world.mailer.failure = Throttled("slow down")
    world.advance(after(minutes=60))
    world.record(shop.ordered("other", after(minutes=61), who=person(ANNA)))
    world.advance(timedelta(days=1))
    assert world.messages == []
    assert world.touches() == {1: ("skipped", "not bought since")}


def test_refused_for_good_is_rejected_at_once_and_the_next_step_still_comes(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY))
    world.record(shop.updated(who=person(ANNA)))
    world.mailer.failure = Rejected("BadRequestException")
    world.advance(timedelta(days=2))
    assert world.touches() == {1: ("rejected", "BadRequestException"), 2: ("sent", "accepted")}
    assert world.episode().touches[1].cost is None


def test_no_clear_answer_is_unknown_is_priced_in_doubt_and_is_never_sent_again(shop: Reports) -> None:
    world = World(a_shop(steps=EMAIL_ONLY))
    world.record(shop.updated(who=person(ANNA)))
    world.mailer.failure = TimeoutError()
    world.advance(timedelta(days=2))
    assert world.touches() == {1: ("unknown", "no clear answer: TimeoutError"), 2: ("sent", "accepted")}
    assert world.episode().touches[1].cost == 160
    assert [message.touch for message in world.messages] == [TouchId("c1", 1, 2)]


def test_a_claim_whose_owner_died_is_unknown_after_the_lease_and_never_sent_again(shop: Reports) -> None:
    faults = Faults()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
    world.record(shop.updated(who=person(ANNA)))
    faults.plan[_number_of(shop, "WatchedMailer.send", 1)] = Fault.AFTER
    world.clock.at = after(hours=1)
    world.sweep()
    with pytest.raises(BaseException, match=r"\d"):
        world.deliver()
    assert faults.met == ["crash after the effect: WatchedMailer.send"]
    world.advance(timedelta(minutes=4))
    assert world.episode().touches == {}, "its owner may be alive"
    world.advance(timedelta(minutes=1))
    assert world.touches() == {1: ("unknown", "whoever claimed it never said how it ended")}
    assert world.episode().touches[1].cost == 160
    world.advance(timedelta(days=2))
    assert len(world.messages) == 1


@pytest.mark.parametrize("word", DeliveryEvent)
def test_a_late_word_of_the_provider_turns_unknown_into_sent(shop: Reports, word: DeliveryEvent) -> None:
    world = one_email()
    world.record(shop.updated(who=person(ANNA)))
    world.mailer.failure = TimeoutError()
    world.advance(timedelta(hours=2))
    at = world.episode().touches[1].at
    world.feedback(TOUCH, ANNA, word)
    touch = world.episode().touches[1]
    assert (touch.state.value, touch.at, touch.cost, touch.channel) == ("sent", at, 160, Channel.EMAIL)


def test_a_late_word_of_the_provider_says_when_it_went_and_not_when_that_was_given_up_as_unknown(shop: Reports) -> None:
    """Whoever ordered in between was reminded before."""
    faults = Faults()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
    world.record(shop.updated(who=person(ANNA)))
    faults.plan[_number_of(shop, "WatchedMailer.send", 1)] = Fault.AFTER
    world.clock.at = sent = after(hours=1)
    world.sweep()
    with pytest.raises(BaseException, match=r"\d"):
        world.deliver()
    world.clock.at = after(hours=6)  # nobody came back to it for so long
    world.record(shop.ordered("c1", after(hours=3), minor=4900))
    world.advance(timedelta(hours=1))
    unknown = world.episode().touches[1]
    assert (unknown.state.value, unknown.at) == ("unknown", after(hours=6, minutes=1))
    world.record_delivery(
        Feedback(
            shop=SHOP,
            day="2026-03-02",
            touch=TOUCH,
            contact=address_hash(SHOP, ANNA),
            channel=Channel.EMAIL,
            word=DeliveryEvent.ACCEPTED,
            message_id="id", at=sent,
        )
    )  # fmt: skip
    assert world.episode().touches[1].at == sent
    assert figures_of(world.episode(), timedelta(days=7))[0].revenue == {"EUR": 4900}


def test_an_address_that_the_cart_does_not_hold_any_more_is_rejected_and_holds_up_nothing(shop: Reports) -> None:
    """As after a change of the key that addresses are hashed with."""
    world = World(a_shop(steps=EMAIL_ONLY))
    world.record(shop.updated(who=person(ANNA)))
    strange = partial(_other_hash, shop)
    for use_case in (world.process_timer.follow_up.send_step, world.process_timer.follow_up.send_step.deliver):
        object.__setattr__(use_case, "address_hash", strange)
    consenting = world.contact(ANNA)
    assert consenting.consent
    world.advance(timedelta(days=2))
    assert world.messages == []
    assert world.touches() == dict.fromkeys((1, 2), ("rejected", "the cart no longer holds this address"))
    assert SendState.CLAIMED not in {send.state for send in world.contact(ANNA).sends.values()}, (
        "nothing went out: nothing counts"
    )


def _other_hash(_: Reports, shop: str, address: Address) -> str:
    return address_hash(shop, address)[::-1]


def test_an_sms_costs_by_country_and_one_without_a_price_is_unpriced(shop: Reports) -> None:
    world = World(a_shop())
    polish = Address(Channel.SMS, "+48600123456")
    world.record(shop.updated("ua", START, who=person(ANNA_PHONE)))
    world.record(shop.updated("pl", START, who=person(polish)))
    world.advance(timedelta(hours=2))
    assert world.episode("ua").touches[1].cost == 116_960
    assert (world.episode("pl").touches[1].cost, world.episode("pl").touches[1].price) == (None, None)

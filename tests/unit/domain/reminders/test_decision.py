"""Every reason not to send, the order in which they are asked, and the trail that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rebasket.domain.carts.cart import Cart, recorded
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
from rebasket.domain.reminders.decision import Hold, Postpone, Question, Skip, decide
from rebasket.domain.reminders.decision import Send as GoAhead
from rebasket.domain.reminders.episode import Arm
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket.domain.shops.sms_limits import Destination
from tests.people import candidates
from tests.samples import ANNA, SHOP, START, Reports, a_header, a_policy, after, consent, person

DUE = after(hours=1)
EMAIL = consented(Contact(shop=SHOP, key="email", channel=Channel.EMAIL), consent())
PHONE = consented(Contact(shop=SHOP, key="phone", channel=Channel.SMS), consent())
BOTH = {Channel.EMAIL: EMAIL, Channel.SMS: PHONE}
CART = recorded(Cart.blank(SHOP, "c1"), Reports().updated(who=person(ANNA)), START)
HEADER = a_header(DUE, contacts={})


def asked(**changes: Any) -> Question:  # noqa: ANN401  # whatever a question takes
    """Candidates and people are given as contacts: each is a person of one address."""
    question = Question(
        touch=TouchId("c1", 1, 1),
        day="d",
        due=DUE,
        cart=CART,
        header=HEADER,
        over=None,
        candidates=candidates(BOTH),
        people=tuple(map(person_of, BOTH.values())),
        policy=a_policy(),
        activated_at=START - timedelta(days=1),
    )
    given = {**changes}
    if "candidates" in given:
        given["candidates"] = candidates(given["candidates"])
    if "people" in given:
        given["people"] = tuple(map(person_of, given["people"]))
    return replace(question, **given)


def of(contact: Contact) -> dict[str, Any]:
    """Only this contact to reach, and nobody else named."""
    return {"candidates": {contact.channel: contact}, "people": (contact,)}


def why_not(question: Question) -> str:
    decision = decide(question, DUE)
    assert isinstance(decision, Skip), decision
    assert decision.why in [check.name for check in decision.checks if not check.passed]
    return decision.why


ABOUT_THE_CART = [
    "episode still open", "somebody to reach", "not bought since", "nobody said no", "cart not empty", "after activation",
    "not too late",
]  # fmt: skip
ABOUT_THE_EMAIL = ["email not suppressed", "email consent", "email cap", "email hour"]


def test_a_yes_keeps_the_trail_of_every_check_in_their_fixed_order() -> None:
    decision = decide(asked(), DUE)
    assert isinstance(decision, GoAhead)
    assert decision.channel is Channel.EMAIL
    assert [check.name for check in decision.checks] == [*ABOUT_THE_CART, *ABOUT_THE_EMAIL, "not held for comparison"]
    assert all(check.passed for check in decision.checks)


def test_an_episode_that_is_over_sends_nothing_and_says_why() -> None:
    decision = decide(asked(over="shopper came back"), DUE)
    assert why_not(asked(over="shopper came back")) == "episode still open"
    assert decision.checks[-1].seen == "shopper came back"


def test_nobody_to_reach() -> None:
    assert why_not(asked(candidates={}, people=())) == "somebody to reach"


@pytest.mark.parametrize("stamp", [(START, START - timedelta(hours=9)), (START - timedelta(hours=9), START)])
def test_a_purchase_by_either_clock_stops_it(stamp: tuple[Any, Any]) -> None:
    assert why_not(asked(**of(purchased(EMAIL, *stamp)))) == "not bought since"


def test_a_purchase_before_the_cart_by_both_clocks_does_not() -> None:
    before = START - timedelta(milliseconds=1)
    assert isinstance(decide(asked(**of(purchased(EMAIL, before, before))), DUE), GoAhead)


def test_a_purchase_of_anybody_whom_the_cart_names_counts() -> None:
    assert why_not(asked(people=(EMAIL, purchased(PHONE, START, START)))) == "not bought since"


@pytest.mark.parametrize("why", [SuppressionReason.OPTED_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED])
def test_a_no_of_anybody_whom_the_cart_names_counts(why: SuppressionReason) -> None:
    assert why_not(asked(people=(EMAIL, suppressed(PHONE, why, START)))) == "nobody said no"


def test_a_bounced_address_is_left_out_and_the_other_channel_is_used() -> None:
    bounced = suppressed(EMAIL, SuppressionReason.BOUNCED, START)
    decision = decide(asked(candidates=BOTH | {Channel.EMAIL: bounced}, people=(bounced, PHONE)), DUE)
    assert isinstance(decision, GoAhead)
    assert decision.channel is Channel.SMS
    assert [c.name for c in decision.checks if not c.passed] == ["email not suppressed"]
    assert why_not(asked(**of(bounced))) == "email not suppressed"


def test_an_empty_cart() -> None:
    empty = recorded(Cart.blank(SHOP, "c1"), Reports().updated(empty=True, who=person(ANNA)), START)
    assert why_not(asked(cart=empty)) == "cart not empty"


def test_a_cart_quiet_since_before_the_shop_switched_rebasket_on() -> None:
    assert why_not(asked(activated_at=START + timedelta(milliseconds=1))) == "after activation"
    assert isinstance(decide(asked(activated_at=START), DUE), GoAhead)


def test_too_late_is_after_the_give_up_time_and_not_at_it() -> None:
    policy = a_policy(give_up=timedelta(hours=3))
    at = DUE + timedelta(hours=3)
    assert isinstance(decide(asked(policy=policy), at), GoAhead)
    late = decide(asked(policy=policy), at + timedelta(milliseconds=1))
    assert isinstance(late, Skip)
    assert late.why == "not too late"


def test_no_consent_recorded_is_no_consent_unless_the_shop_answers_for_it() -> None:
    silent = replace(EMAIL, consent=None)
    assert why_not(asked(**of(silent))) == "email consent"
    answered = asked(**of(silent), policy=a_policy(consent_assumed=frozenset({Channel.EMAIL})))
    assert isinstance(decide(answered, DUE), GoAhead)
    refused = consented(silent, consent(granted=False))
    assert why_not(asked(**of(refused), policy=a_policy(consent_assumed=frozenset({Channel.EMAIL})))) == "email consent"


def test_the_cap_counts_other_touches_inside_its_window() -> None:
    policy = a_policy(cap=2, cap_window=timedelta(days=7))
    contact = EMAIL
    for n in range(2):
        send = Send(state=SendState.CLAIMED, owner="o", at=START - timedelta(days=n), attempt=1, day="d")
        assert isinstance(decide(asked(**of(contact), policy=policy), after(hours=12)), GoAhead)
        contact = claimed(contact, TouchId(f"other{n}", 1, 1), send)
    assert why_not(asked(**of(contact), policy=policy)) == "email cap"
    own = claimed(EMAIL, TouchId("c1", 1, 1), Send(state=SendState.CLAIMED, owner="o", at=START, attempt=1, day="d"))
    assert isinstance(decide(asked(**of(own), policy=a_policy(cap=1)), DUE), GoAhead)


def test_the_cap_of_the_control_group_counts_what_was_held_back() -> None:
    control = replace(HEADER, arm=Arm.HELD)
    send = Send(state=SendState.HELD, owner="o", at=START, attempt=1, day="d")
    contact = claimed(EMAIL, TouchId("other", 1, 1), send)
    policy = a_policy(cap=1)
    assert why_not(asked(**of(contact), policy=policy, header=control)) == "email cap"
    assert isinstance(decide(asked(**of(contact), policy=policy), DUE), GoAhead)


def test_when_every_channel_refuses_the_last_one_asked_gives_the_reason_and_all_are_on_the_trail() -> None:
    silent = {Channel.EMAIL: suppressed(EMAIL, SuppressionReason.BOUNCED, START), Channel.SMS: replace(PHONE, consent=None)}
    question = asked(candidates=silent, people=tuple(silent.values()))
    assert why_not(question) == "sms consent"
    assert [c.name for c in decide(question, DUE).checks if not c.passed] == ["email not suppressed", "sms consent"]


JAMAICA = Destination("JM", priced=False)


def test_a_country_that_is_not_texted_is_left_out_and_the_other_channel_is_used() -> None:
    assert why_not(asked(**of(PHONE), number=JAMAICA)) == "sms country"
    texts_first = {Channel.SMS: PHONE, Channel.EMAIL: EMAIL}
    decision = decide(asked(candidates=texts_first, number=JAMAICA), DUE)
    assert isinstance(decision, GoAhead)
    assert decision.channel is Channel.EMAIL
    assert [(check.name, check.seen) for check in decision.checks if not check.passed] == [("sms country", "JM")]


def test_a_mail_goes_whatever_the_country_of_the_number() -> None:
    decision = decide(asked(number=JAMAICA), DUE)
    assert isinstance(decision, GoAhead)
    assert decision.channel is Channel.EMAIL


def test_the_trail_of_a_text_says_which_country() -> None:
    for number, seen in ((Destination("UA", priced=True), "UA"), (Destination(None, priced=False), "of no country")):
        decision = decide(asked(**of(PHONE), number=number), DUE)
        (check,) = [check for check in decision.checks if check.name == "sms country"]
        assert (check.passed, check.seen) == (number.priced, seen)
    names = [check.name for check in decide(asked(**of(PHONE), number=Destination("UA", priced=True)), DUE).checks]
    about_the_text = ["sms country", "sms not suppressed", "sms consent", "sms cap", "sms hour"]
    assert names == [*ABOUT_THE_CART, *about_the_text, "not held for comparison"]


def test_held_is_decided_last_of_all_so_that_both_groups_are_alike() -> None:
    control = replace(HEADER, arm=Arm.HELD)
    decision = decide(asked(header=control), DUE)
    assert isinstance(decision, Hold)
    assert decision.checks[-1].name == "not held for comparison"
    assert why_not(asked(header=control, over="bought")) == "episode still open"
    assert why_not(asked(header=control, **of(replace(EMAIL, consent=None)))) == "email consent"


NIGHTLY = {Channel.EMAIL: QuietHours(time(21), time(8)), Channel.SMS: QuietHours(time(20), time(9))}
IN_KYIV = replace(HEADER, time_zone="Europe/Kyiv")


def at(text: str) -> datetime:
    """In Kyiv."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Kyiv")).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "contact", "until"),
    [
        ("2026-03-02T20:58:59", EMAIL, None),
        ("2026-03-02T20:59", EMAIL, "2026-03-03T08:00"),  # under way until nine, maybe
        ("2026-03-03T07:59:59.999", EMAIL, "2026-03-03T08:00"),
        ("2026-03-03T08:00", EMAIL, None),
        ("2026-03-02T20:30", PHONE, "2026-03-03T09:00"),
        ("2026-03-03T08:30", PHONE, "2026-03-03T09:00"),
    ],
)
def test_at_night_it_is_put_off_by_the_shoppers_clock_and_the_channels_hours(
    now: str, contact: Contact, until: str | None
) -> None:
    question = asked(**of(contact), header=IN_KYIV, policy=a_policy(quiet_hours=NIGHTLY), due=at(now))
    decision = decide(question, at(now))
    name = f"{contact.channel.value} hour"
    if until is None:
        assert isinstance(decision, GoAhead)
        assert [check.seen for check in decision.checks if check.name == name] == [f"{now[11:16]} in Europe/Kyiv"]
        return
    assert isinstance(decision, Postpone)
    assert (decision.channel, decision.until) == (contact.channel, at(until))
    assert [(check.name, check.seen) for check in decision.checks if not check.passed] == [(name, f"{now[11:16]} in Europe/Kyiv")]


def test_the_hour_is_asked_after_every_reason_not_to_send_and_before_the_control_group_is_told_apart() -> None:
    policy, night = a_policy(quiet_hours=NIGHTLY), at("2026-03-02T23:00")
    silent = asked(**of(replace(EMAIL, consent=None)), header=IN_KYIV, policy=policy, due=night)
    assert isinstance(decide(silent, night), Skip)
    control = decide(asked(header=replace(IN_KYIV, arm=Arm.HELD), policy=policy, due=night), night)
    assert isinstance(control, Postpone)


def test_the_hour_moves_no_reminder_to_another_channel() -> None:
    """At half past eight in the morning a mail is allowed and a text is not."""
    now = at("2026-03-03T08:30")
    texts_first = {Channel.SMS: PHONE, Channel.EMAIL: EMAIL}
    decision = decide(asked(candidates=texts_first, header=IN_KYIV, policy=a_policy(quiet_hours=NIGHTLY), due=now), now)
    assert isinstance(decision, Postpone)
    assert (decision.channel, decision.until) == (Channel.SMS, at("2026-03-03T09:00"))


def test_time_in_quiet_hours_makes_nothing_late() -> None:
    policy = a_policy(quiet_hours=NIGHTLY, give_up=timedelta(hours=2))
    question = asked(**of(EMAIL), header=IN_KYIV, policy=policy, due=at("2026-03-02T20:00"))
    until_over = decide(question, at("2026-03-03T09:00"))
    assert isinstance(until_over, GoAhead)
    assert [check.seen for check in until_over.checks if check.name == "not too late"] == ["7200 s after due"]
    late = decide(question, at("2026-03-03T09:00:00.001"))
    assert isinstance(late, Skip)
    assert late.why == "not too late"


def test_the_first_failed_check_decides() -> None:
    """With everything wrong at once, mending one after the other shows the order."""
    wrong: dict[str, Any] = {
        "over": "bought",
        "candidates": {},
        "people": (suppressed(purchased(EMAIL, START, START), SuppressionReason.OPTED_OUT, START),),
        "cart": recorded(Cart.blank(SHOP, "c1"), Reports().updated(empty=True), START),
        "activated_at": after(days=1),
        "due": DUE - timedelta(days=9),
    }
    mended = {
        "over": None, "candidates": BOTH, "people": (EMAIL,), "cart": CART, "activated_at": START, "due": DUE,
    }  # fmt: skip
    reasons = []
    for field in ("over", "candidates", "people", "cart", "activated_at", "due"):
        reasons.append(why_not(asked(**wrong)))
        if field == "people":
            wrong["people"] = (suppressed(EMAIL, SuppressionReason.OPTED_OUT, START),)
            reasons.append(why_not(asked(**wrong)))
        wrong[field] = mended[field]
    assert reasons == ABOUT_THE_CART

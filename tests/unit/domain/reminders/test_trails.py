"""The trail of a decision, as people read it in an episode: what each check saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

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
from rebasket.domain.reminders.decision import Question, Skip, decide
from tests.people import candidates
from tests.samples import ANNA, SHOP, START, Reports, a_header, a_policy, after, consent, person

DUE = after(hours=1)
EMAIL = consented(Contact(shop=SHOP, key="email", channel=Channel.EMAIL), consent(source="checkout"))
PHONE = Contact(shop=SHOP, key="phone", channel=Channel.SMS)
HEADER = a_header(DUE, contacts={})
QUESTION = Question(
    touch=TouchId("c1", 1, 1),
    day="d",
    due=DUE,
    cart=recorded(Cart.blank(SHOP, "c1"), Reports().updated(who=person(ANNA)), START),
    header=HEADER,
    over=None,
    candidates=candidates({Channel.EMAIL: EMAIL}),
    people=(person_of(EMAIL),),
    policy=a_policy(quiet_hours={}),
    activated_at=START - timedelta(days=1),
)


def asking(**changes: Any) -> Question:  # noqa: ANN401  # whatever a question takes
    """Candidates and people are given as contacts: each is a person of one address."""
    given = {**changes}
    if "candidates" in given:
        given["candidates"] = candidates(given["candidates"])
    if "people" in given:
        given["people"] = tuple(map(person_of, given["people"]))
    return replace(QUESTION, **given)


def seen(question: Question, **later: float) -> dict[str, str]:
    return {check.name: check.seen for check in decide(question, DUE + timedelta(**later)).checks}


def test_a_yes_says_what_was_seen() -> None:
    busy = claimed(
        EMAIL, TouchId("c9", 1, 1), Send(state=SendState.CLAIMED, owner="o", at=after(hours=-12), attempt=1, day="2026-03-02")
    )
    assert seen(asking(candidates={Channel.EMAIL: busy}, people=(busy,)), seconds=90) == {
        "episode still open": "",
        "somebody to reach": "",
        "not bought since": "",
        "nobody said no": "",
        "cart not empty": "",
        "after activation": "",
        "not too late": "90 s after due",
        "email not suppressed": "",
        "email consent": "checkout",
        "email cap": "1 of 3 in 7 d",
        "gap since the last message": "46890 s",
        "email hour": "no quiet hours",
        "not held for comparison": "",
    }


def test_exactly_on_time_is_no_second_late_and_ahead_of_time_neither() -> None:
    assert seen(QUESTION)["not too late"] == "0 s after due"
    assert seen(QUESTION, seconds=-5)["not too late"] == "0 s after due"


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        (asking(over="bought"), "episode still open", "bought"),
        (asking(candidates={}), "somebody to reach", ""),
        (
            asking(people=(purchased(EMAIL, after(minutes=5), START), purchased(PHONE, after(minutes=5), START))),
            "not bought since",
            "email contact bought, sms contact bought",
        ),
        (
            asking(
                people=(
                    suppressed(EMAIL, SuppressionReason.OPTED_OUT, START),
                    suppressed(PHONE, SuppressionReason.COMPLAINED, START),
                ),
            ),
            "nobody said no",
            "opted out, complained",
        ),
        (
            asking(candidates={Channel.EMAIL: suppressed(EMAIL, SuppressionReason.BOUNCED, START)}),
            "email not suppressed",
            "bounced",
        ),
        (asking(candidates={Channel.SMS: PHONE}), "sms consent", "none recorded"),
    ],
)
def test_a_no_says_what_stood_in_the_way(question: Question, name: str, said: str) -> None:
    decision = decide(question, DUE)
    assert isinstance(decision, Skip)
    assert (decision.why, seen(question)[name]) == (name, said)


def test_where_a_channel_asks_no_consent_none_is_recorded_and_it_goes_out() -> None:
    policy = replace(QUESTION.policy, consent_assumed=frozenset({Channel.SMS}))
    assumed = asking(candidates={Channel.SMS: PHONE}, policy=policy)
    assert seen(assumed)["sms consent"] == "none recorded"
    assert not isinstance(decide(assumed, DUE), Skip)

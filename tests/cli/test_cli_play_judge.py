"""The judge: each kind of expectation holds where it should, and fails where it must."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rebasket_cli.play.judge import Difference, differences
from rebasket_cli.play.record import Answer, Message, Played, Warned
from rebasket_cli.play.story import START, story_of

MESSAGE = Message(
    number=1,
    at=START + timedelta(hours=1),
    channel="email",
    to="jane@example.com",
    cart="c1",
    step=1,
    subject="Your cart at Acme is saved",
    text="In your cart:\n- Kettle\n  1 × €49.90 = 49,90\u00a0€\n",
    restore_url=None,
    opt_out_url=None,
    tags={},
)
ANSWER = Answer(number=1, at=START, what="cart.updated c1", status=202, results=["accepted"])
WARNED = replace(ANSWER, warnings=[Warned(pointer="/contact/phone", detail="is no number")])


def judged(played: Played, **expect: object) -> list[Difference]:
    entry = {"at": "+0h", "event": {"type": "cart.deleted"}}
    return differences(story_of({"title": "a story", "until": "+1d", "story": [entry], "expect": expect}), played)


def of_message(expected: dict[str, Any], *messages: Message) -> list[Difference]:
    return judged(Played(messages=messages or (MESSAGE,)), messages=[expected])


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"at": "+1h"},
        {"at": ["+1h", "+1h"]},
        {"at": ["+59m", "2026-11-02T11:30:00Z"]},
        {"to": "jane@example.com", "cart": "c1", "step": 1, "channel": "email"},
        {"contains": ["Kettle", "saved", "49.90", "49,90 €"], "lacks": ["Cup"]},
    ],
)
def test_a_message_as_expected(expected: dict[str, Any]) -> None:
    assert of_message(expected) == []


@pytest.mark.parametrize(
    ("expected", "said", "got"),
    [
        ({"at": "+1h1m"}, "at +1h1m", "+1h"),
        ({"at": "+59m"}, "at +59m", "+1h"),
        ({"at": ["+1h1s", "+2h"]}, "at +1h1s to +2h", "+1h"),
        ({"at": ["+0h", "+59m59s"]}, "at +0h to +59m59s", "+1h"),
        ({"to": "bob@example.com"}, "to bob@example.com", "jane@example.com"),
        ({"cart": "c2"}, "cart c2", "c1"),
        ({"step": 2}, "step 2", "1"),
        ({"channel": "sms"}, "channel sms", "email"),
        (
            {"contains": ["Kettle", "Cup"]},
            "contains “Cup”",
            "it does not: Your cart at Acme is saved / In your cart: / - Kettle / ",
        ),
        ({"lacks": ["Kettle"]}, "lacks “Kettle”", "it says “- Kettle”"),
        ({"lacks": ["saved"]}, "lacks “saved”", "it says “Your cart at Acme is saved”"),
    ],
)
def test_a_message_not_as_expected(expected: dict[str, Any], said: str, got: str) -> None:
    found = of_message(expected)
    assert [(one.where, one.expected) for one in found] == [("message 1", said)]
    assert found[0].got.startswith(got)


def test_every_message_is_expected_in_order_and_no_other() -> None:
    second = replace(MESSAGE, number=2, to="bob@example.com")
    to_jane, to_bob = {"to": "jane@example.com"}, {"to": "bob@example.com"}
    both = Played(messages=[MESSAGE, second])
    assert judged(both, messages=[to_jane, to_bob]) == []
    assert len(judged(both, messages=[to_bob, to_jane])) == 2
    assert judged(both, messages=[to_jane]) == [Difference("message 2", "none", "at +1h, to bob@example.com, cart c1, step 1")]
    assert judged(Played(messages=[MESSAGE]), messages=[to_jane, {"at": "+1d", **to_bob, "step": 2}]) == [
        Difference("message 2", "a message, at +1d, to bob@example.com, step 2", "none")
    ]
    assert judged(both) == []


@pytest.mark.parametrize(
    ("answer", "expected", "wrong"),
    [
        (ANSWER, {}, []),
        (ANSWER, {"status": 202, "results": ["accepted"]}, []),
        (WARNED, {"warnings": ["/contact/phone"]}, []),
        (ANSWER, {"status": 422}, [("status 422", "status 202")]),
        (replace(ANSWER, status=None), {"status": 200}, [("status 200", "no answer over HTTP")]),
        (ANSWER, {"results": ["accepted", "accepted"]}, [("results accepted, accepted", "accepted")]),
        (ANSWER, {"results": ["unchanged"]}, [("results unchanged", "accepted")]),
        (ANSWER, {"warnings": ["/contact/phone"]}, [("a warning about /contact/phone", "warnings about none")]),
        (WARNED, {"warnings": ["/at"]}, [("a warning about /at", "warnings about /contact/phone")]),
        (replace(ANSWER, status=422, told=["/at: no"]), {"status": 202}, [("status 202", "status 422 (/at: no)")]),
    ],
)
def test_answers(answer: Answer, expected: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    found = judged(Played(answers=[answer]), answers={"1": expected})
    assert found == [Difference("answer 1", said, got) for said, got in wrong]


def test_figures_of_the_report() -> None:
    played = Played(report={"recovered": 1, "revenue": {"EUR": 4990}})
    assert judged(played, report={"recovered": 1, "revenue": {"EUR": 4990}}) == []
    assert judged(played, report={"recovered": 0, "revenue": {}, "luck": 7}) == [
        Difference("report, recovered", "0", "1"),
        Difference("report, revenue", "{}", "{'EUR': 4990}"),
        Difference("report, luck", "7", "the report's total has no such figure"),
    ]


def test_words_of_why() -> None:
    played = Played(why={"c1": ["Cart c1", "No reminder: the cart was", "  bought."]})
    assert judged(played, why={"c1": ["was bought", "no reminder"]}) == []
    assert judged(played, why={"c1": ["sold"], "c2": ["bought"]}) == [
        Difference("why, cart c1", "says “sold”", "Cart c1"),
        Difference("why, cart c2", "a cart that is known", "known are c1"),
    ]


def test_what_could_not_happen_and_what_failed_is_never_as_expected() -> None:
    impossible = replace(ANSWER, what="click in message 1", impossible="there is none")
    assert judged(Played(answers=[impossible], troubles=["a wake went wrong"])) == [
        Difference("entry 1", "click in message 1", "there is none"),
        Difference("the product", "no failure of its own", "a wake went wrong"),
    ]

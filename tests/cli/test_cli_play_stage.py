"""The stage: what is read of an answer, what the machinery does in virtual time, and what becomes of a failure."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.messages.composer import MessageComposer
from rebasket.usecases.responses.follow_link import FollowLink
from rebasket_cli.play.reading import read
from rebasket_cli.play.record import Answer, Warned
from rebasket_cli.play.stage import play
from rebasket_cli.play.story import START, story_of
from rebasket_local.http_messages import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

JSON = {"content-type": "application/json"}


def told(status: int, data: object) -> Answer:
    answer = Answer(number=1, at=START, what="something")
    read(answer, Response(status, JSON, json.dumps(data).encode()))
    return answer


def cart(cart: str = "c1", **changes: object) -> dict[str, object]:
    line = {"sku": "kettle", "title": "Kettle", "quantity": 1, "unit_price": 4990}
    contact = {"email": f"{cart}@example.com", "consent": {"email": {"granted": True, "source": "checkout", "at": "+0h"}}}
    return {"type": "cart.updated", "cart": cart, "currency": "EUR", "lines": [line], "contact": contact, **changes}


def a_story(*entries: Mapping[str, object], until: str = "+3d", **more: object) -> dict[str, object]:
    return {"title": "a story", "until": until, "story": list(entries), **more}


def test_results_and_warnings_are_read() -> None:
    warning = {"pointer": "/contact/phone", "detail": "is no number"}
    answer = told(
        202, {"results": [{"id": "a", "status": "accepted", "warnings": [warning]}, {"id": "b", "status": "unchanged"}]}
    )
    assert (answer.status, answer.results) == (202, ["accepted", "unchanged"])
    assert answer.warnings == [Warned(pointer="/contact/phone", detail="is no number")]


def test_problems_are_told_field_by_field_or_as_a_whole() -> None:
    fields = {"detail": "wrong", "errors": [{"pointer": "/at", "detail": "is missing"}]}
    assert told(422, {"results": [{"status": "rejected", "problem": fields}], **fields}).told == ["/at: is missing"]
    assert told(401, {"detail": "send a key"}).told == ["send a key"]
    assert told(404, {"message": "Not Found"}).told == ["Not Found"]


def test_an_event_gets_an_id_and_the_time_of_its_entry_unless_it_says_them() -> None:
    twice = {"at": "+5m", "event": cart(id="e1", at="+0h")}
    played = play(story_of(a_story({"at": "+0h", "event": cart()}, twice)))
    assert [answer.results for answer in played.answers] == [["accepted"], ["unchanged"]]


def test_events_of_a_batch_have_ids_of_their_own() -> None:
    batch = {"at": "+0h", "events": [cart("c1"), cart("c2")]}
    played = play(story_of(a_story(batch, {"at": "+1m", "event": cart("c1", id="e1-1", at="+0h")})))
    assert [answer.results for answer in played.answers] == [["accepted", "accepted"], ["unchanged"]]
    assert [message.cart for message in played.messages] == ["c1", "c2", "c1", "c2"]


def test_reminders_leave_on_the_minute_and_books_are_closed_at_night() -> None:
    played = play(story_of(a_story({"at": "+10s", "event": cart()}, until="+12d", start="2026-11-02T10:00:00Z")))
    assert [message.at - START for message in played.messages] == [timedelta(hours=1, minutes=1), timedelta(days=1, minutes=1)]
    assert (played.report["episodes"], played.troubles) == (1, [])


def test_a_story_of_most_of_a_year_is_a_matter_of_moments() -> None:
    other = [{"sku": "cup", "title": "Cup", "quantity": 2, "unit_price": 990}]
    played = play(story_of(a_story({"at": "+0h", "event": cart()}, {"at": "+200d", "event": cart(lines=other)}, until="+300d")))
    assert [message.at - START for message in played.messages] == [
        timedelta(hours=1),
        timedelta(days=1),
        timedelta(days=200, hours=1),
        timedelta(days=201),
    ]


def test_a_wake_that_goes_wrong_is_a_trouble_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, tries = MessageComposer.email, []

    def failing(self: MessageComposer, brief: object) -> object:
        tries.append(brief)
        if len(tries) == 1:
            raise ZeroDivisionError
        return whole(self, brief)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(MessageComposer, "email", failing)
    played = play(story_of(a_story({"at": "+0h", "event": cart()}, until="+2h")))
    assert [trouble.partition(": ")[0] for trouble in played.troubles] == ["2026-11-02T11:00Z a wake of cart c1 went wrong"]
    assert len(played.messages) == 1


def test_a_function_that_ends_by_an_error_answers_500_and_is_a_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(self: FollowLink, code: str, *, count: bool) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(FollowLink, "restore", failing)
    played = play(story_of(a_story({"at": "+0h", "event": cart()}, {"at": "+2h", "click": 1}, until="+2h")))
    assert played.answers[1].status == 500
    assert [trouble.partition(":")[0] for trouble in played.troubles] == ["a function ended by an error"]


def test_nobody_reports_a_bounce_of_a_text_message() -> None:
    contact = {"phone": "+380501234567", "consent": {"sms": {"granted": True, "source": "checkout", "at": "+0h"}}}
    played = play(story_of(a_story({"at": "+0h", "event": cart(contact=contact)}, {"at": "+2h", "bounce": 1})))
    assert played.messages[0].channel == "sms"
    assert played.answers[1].impossible == "message 1 is a text message: nobody reports a bounce of those"


def test_half_a_surrogate_pair_reaches_the_product() -> None:
    played = play(story_of(a_story({"at": "+0h", "event": cart(locale="\ud800")}, {"at": "+1m", "event": cart("\ud800")})))
    assert [answer.status for answer in played.answers] == [202, 422]
    assert [warning.pointer for warning in played.answers[0].warnings] == ["/locale"]
    assert played.answers[1].told[0].startswith("/cart: ")

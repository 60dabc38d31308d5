"""What SES says of our messages, by the examples of its own documentation."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from rebasket.aws.ses_events import feedback_in
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.people.returns import Returned
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.tags import tags_of
from tests.shared_data import shared

TOUCH = TouchId("кошик #1", 3, 2)
TAGS = {name: [value] for name, value in tags_of("tea", "2026-03-02", TOUCH, "k" * 32).items()}


def said(kind: str, **mail: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    """An example of the documentation, about one of our messages."""
    detail: dict[str, Any] = json.loads(shared(f"C4-ses-event-publishing-docs/{kind}.json").read_text(encoding="utf-8"))
    detail["mail"] = {**detail["mail"], "tags": {**detail["mail"].get("tags", {}), **TAGS}, **mail}
    return detail


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("send", DeliveryEvent.ACCEPTED),
        ("delivery", DeliveryEvent.ACCEPTED),
        ("click", DeliveryEvent.ACCEPTED),
        ("bounce", DeliveryEvent.BOUNCED),
        ("complaint", DeliveryEvent.COMPLAINED),
    ],
)
def test_each_event_of_the_documentation_says_its_word_about_the_touch(kind: str, word: DeliveryEvent) -> None:
    detail = said(kind)
    (found,) = feedback_in(detail)
    assert (found.word, found.touch, found.shop, found.day, found.contact) == (word, TOUCH, "tea", "2026-03-02", "k" * 32)
    assert (found.channel, found.message_id) == (Channel.EMAIL, detail["mail"]["messageId"])
    assert found.at.tzinfo is UTC
    assert found.at == datetime.fromisoformat(detail["mail"]["timestamp"])


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_a_bounce_that_may_pass_gives_up_no_address(kind: str) -> None:
    detail = said("bounce")
    detail["bounce"]["bounceType"] = kind
    (found,) = feedback_in(detail)
    assert found.word is DeliveryEvent.ACCEPTED


@pytest.mark.parametrize("kind", ["Open", "DeliveryDelay", "Subscription"])
def test_what_only_happens_to_accepted_messages_proves_acceptance(kind: str) -> None:
    (found,) = feedback_in(said("send") | {"eventType": kind})
    assert found.word is DeliveryEvent.ACCEPTED


@pytest.mark.parametrize("kind", ["Reject", "Rendering Failure", "Something New"])
def test_other_events_say_nothing(kind: str) -> None:
    assert feedback_in(said("send") | {"eventType": kind}) == []


@pytest.mark.parametrize("missing", list(TAGS))
def test_an_event_about_somebody_elses_mail_is_none_of_ours(missing: str) -> None:
    detail = deepcopy(said("bounce"))
    del detail["mail"]["tags"][missing]
    assert feedback_in(detail) == []
    assert feedback_in(said("bounce", tags={})) == []
    assert feedback_in(said("bounce", tags={name: [] for name in TAGS})) == []


def test_the_documentations_own_examples_without_our_tags_are_none_of_ours() -> None:
    for kind in ("bounce", "complaint", "delivery", "send", "click"):
        assert feedback_in(json.loads(shared(f"C4-ses-event-publishing-docs/{kind}.json").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("kind", "at"), [("bounce", "2017-08-05T00:41:02.669Z"), ("complaint", "2017-08-05T00:41:02.669Z")])
def test_a_word_is_dated_when_it_was_said_not_when_the_message_was_sent(kind: str, at: str) -> None:
    (found,) = feedback_in(said(kind))
    assert found.dated == datetime.fromisoformat(at)
    assert found.at < found.dated


def test_where_the_provider_names_no_moment_the_messages_own_stands_in() -> None:
    detail = said("complaint")
    del detail["complaint"]["timestamp"]
    detail["complaint"]["arrivalDate"] = "2017-08-05T00:40:30Z"
    assert feedback_in(detail)[0].dated == datetime(2017, 8, 5, 0, 40, 30, tzinfo=UTC)
    del detail["complaint"]["arrivalDate"]
    assert feedback_in(detail)[0].dated == feedback_in(detail)[0].at


def test_who_took_a_message_out_of_the_spam_folder_has_not_complained() -> None:
    detail = said("complaint")
    detail["complaint"]["complaintFeedbackType"] = "not-spam"
    (found,) = feedback_in(detail)
    assert (found.word, found.said_at, found.returned) == (DeliveryEvent.ACCEPTED, None, None)


@pytest.mark.parametrize(
    ("kind", "subtype", "held"),
    [
        ("bounce", "General", False),
        ("bounce", "NoEmail", False),
        ("bounce", "Suppressed", True),
        ("bounce", "OnAccountSuppressionList", True),
        ("complaint", None, False),
        ("complaint", "OnAccountSuppressionList", True),
    ],
)
def test_what_comes_from_the_providers_own_list_is_told_apart(kind: str, subtype: str | None, held: bool) -> None:  # noqa: FBT001  # a table
    detail = said(kind)
    detail[kind][f"{kind}SubType"] = subtype
    (found,) = feedback_in(detail)
    assert found.held_by_provider is held
    assert found.word is (DeliveryEvent.BOUNCED if kind == "bounce" else DeliveryEvent.COMPLAINED)


@pytest.mark.parametrize(
    ("status", "returned"),
    [
        ("5.1.1", Returned.REFUSED),
        ("5.2.1", Returned.REFUSED),
        ("5.3.0", Returned.REFUSED),
        ("5.2.2", Returned.FOR_NOW),
        ("4.2.2", Returned.FOR_NOW),
        ("5.7.1", Returned.FOR_NOW),
        ("", Returned.FOR_NOW),
        (None, Returned.FOR_NOW),
    ],
)
def test_a_transient_bounce_says_how_the_mail_came_back(status: str | None, returned: Returned) -> None:
    detail = said("bounce")
    detail["bounce"]["bounceType"] = "Transient"
    detail["bounce"]["bouncedRecipients"][0]["status"] = status
    (found,) = feedback_in(detail)
    assert (found.word, found.returned) == (DeliveryEvent.ACCEPTED, returned)


def test_no_other_event_says_that_a_mail_came_back() -> None:
    assert {feedback_in(said(kind))[0].returned for kind in ("send", "delivery", "click", "complaint", "bounce")} == {None}

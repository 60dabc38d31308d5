"""Events on the default bus of the local cloud, and what SES says there about messages that left."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rebasket_local.cloud import LocalCloud
from rebasket_local.errors import LocalCloudError
from tests.local.toy_cloud import SENDER, START, TOY, do, notes
from tests.shared_data import shared

if TYPE_CHECKING:
    from rebasket_local.outbox import Message


def seen(cloud: LocalCloud) -> list[dict[str, Any]]:
    return [each["event"] for each in notes(cloud, "react").values()]


def mailed(cloud: LocalCloud) -> Message:
    assert do(cloud, "mail", **{"from": SENDER, "to": "ann@shopper.example"}).status == 200
    return cloud.outbox[-1]


def test_a_rule_hands_matching_events_to_its_function(cloud: LocalCloud) -> None:
    cloud.emit("toy.shop", "Parcel", {"eventType": "Delivery", "n": 1}, ["arn:parcel"])
    cloud.emit("toy.shop", "Parcel", {"eventType": "Lost"})
    cloud.emit("other.shop", "Parcel", {"eventType": "Delivery"})
    cloud.settle()

    (event,) = seen(cloud)
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Parcel",
        "source": "toy.shop",
        "account": "123456789012",
        "time": "2026-03-02T08:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:parcel"],
        "detail": {"eventType": "Delivery", "n": 1},
    }


def test_an_event_arrives_after_the_buss_latency(cloud: LocalCloud) -> None:
    cloud.emit("toy.shop", "Parcel", {"eventType": "Delivery"})
    cloud.advance(timedelta(milliseconds=499))
    assert cloud.invocations["React"] == 0
    cloud.advance(timedelta(milliseconds=1))
    assert cloud.invocations["React"] == 1


def test_an_event_that_the_function_cannot_take_is_retried_and_ends_in_its_queue(cloud: LocalCloud) -> None:
    cloud.emit("toy.shop", "Parcel", {"eventType": "Delivery", "boom": True})
    cloud.advance(timedelta(minutes=4))

    assert [failure.at - START for failure in cloud.failures] == [
        timedelta(milliseconds=500),
        timedelta(minutes=1, milliseconds=500),
        timedelta(minutes=3, milliseconds=500),
    ]
    (dead,) = cloud.queue("Dead")
    assert json.loads(dead.body)["requestPayload"]["detail"] == {"eventType": "Delivery", "boom": True}


def test_a_paused_rule_selects_nothing(cloud: LocalCloud) -> None:
    cloud.pause("ReactSomething")
    cloud.emit("toy.shop", "Parcel", {"eventType": "Delivery"})
    cloud.settle()
    cloud.resume("ReactSomething")
    cloud.settle()

    assert cloud.invocations["React"] == 0


def test_what_a_rule_may_not_hand_over_goes_to_its_queue(cloud: LocalCloud) -> None:
    cloud.resource("ReactSomethingPermission").properties["Principal"] = "nobody"  # type: ignore[index]  # as if it were not there
    cloud.emit("toy.shop", "Parcel", {"eventType": "Delivery"})
    cloud.settle()

    assert cloud.invocations["React"] == 0
    (dead,) = cloud.queue("Dead")
    assert json.loads(dead.body)["detail"] == {"eventType": "Delivery"}
    assert dead.attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert dead.attributes["RULE_ARN"].endswith(":rule/rebasket-ReactSomething")


# --- Mail -------------------------------------------------------------------------------------------------------------


def test_the_outbox_has_the_mail_as_it_was_on_the_wire(cloud: LocalCloud) -> None:
    message = mailed(cloud)

    assert (message.number, message.channel, message.at, message.function) == (1, "email", START, "Web")
    assert (message.to, message.recipients, message.sender) == ("ann@shopper.example", ("ann@shopper.example",), SENDER)
    assert message.configuration_set == "rebasket-mail"
    assert message.tags == {"touch": "c1#1", "kind": "x", "shop": "s1"}
    assert message.raw.startswith(b"From: Shop <shop@example.com>\r\nTo: ann@shopper.example\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\n")
    assert message.mail.get_content().strip() == "Щось ще"


def test_the_outbox_has_texts(cloud: LocalCloud) -> None:
    assert do(cloud, "text", to="+380441234567").status == 200

    (message,) = cloud.outbox
    assert (message.channel, message.to, message.text, message.sender) == ("sms", "+380441234567", "Привіт", "TOY")


def test_each_message_is_told_once_when_its_function_has_ended() -> None:
    told: list[tuple[str, int]] = []
    with LocalCloud.start(TOY, {}, START, identities=[SENDER], on_message=lambda m: told.append((m.to, m.number))) as cloud:
        mailed(cloud)
        do(cloud, "text", to="+380441234567")
        do(cloud, "environment")

    assert told == [("ann@shopper.example", 1), ("+380441234567", 2)]


def test_an_unverified_sender_sends_nothing() -> None:
    with LocalCloud.start(TOY, {}, START, identities=["elsewhere.example"]) as cloud:
        assert do(cloud, "mail", **{"from": SENDER, "to": "ann@shopper.example"}).status == 500
        assert cloud.failures[0].kind == "MessageRejected"
        assert len(cloud.outbox) == 0


@pytest.mark.parametrize(
    ("kind", "file"), [("Delivery", "delivery"), ("Bounce", "bounce"), ("Complaint", "complaint"), ("Send", "send")]
)
def test_ses_events_have_the_members_that_aws_documents(cloud: LocalCloud, kind: str, file: str) -> None:
    documented = json.loads(shared(f"C4-ses-event-publishing-docs/{file}.json").read_text(encoding="utf-8"))
    detail = cloud._mail_events.detail(mailed(cloud), kind, cloud.now, {})  # noqa: SLF001  # also of kinds that are not published

    assert set(documented) == set(detail)
    assert set(documented["mail"]) == set(detail["mail"])
    assert set(documented["mail"]["commonHeaders"]) == set(detail["mail"]["commonHeaders"])
    about = kind.lower()
    assert set(documented[about]) <= set(detail[about])


def test_a_report_on_a_mail_has_its_tags_and_reaches_the_rule(cloud: LocalCloud) -> None:
    message = mailed(cloud)
    cloud.advance(timedelta(seconds=30))
    assert cloud.mail_event(message, "Bounce", bounceType="Transient")
    cloud.settle()

    (event,) = seen(cloud)
    assert event["source"] == "aws.ses"
    assert event["detail-type"] == "Email Bounced"
    assert event["resources"] == ["arn:aws:ses:eu-central-1:123456789012:configuration-set/rebasket-mail"]
    mail = event["detail"]["mail"]
    assert mail["messageId"] == message.message_id
    assert mail["timestamp"] == "2026-03-02T08:00:00.000Z"
    assert mail["tags"]["touch"] == ["c1#1"]
    assert mail["tags"]["shop"] == ["s1"]
    assert mail["tags"]["ses:configuration-set"] == ["rebasket-mail"]
    bounce = event["detail"]["bounce"]
    assert bounce["bounceType"] == "Transient"
    assert bounce["timestamp"] == "2026-03-02T08:00:30.000Z"
    assert bounce["bouncedRecipients"][0]["emailAddress"] == "ann@shopper.example"


def test_events_that_the_configuration_set_does_not_publish_do_not_come(cloud: LocalCloud) -> None:
    """The template matches deliveries and bounces."""
    assert not cloud.mail_event(mailed(cloud), "Complaint")
    cloud.settle()
    assert cloud.invocations["React"] == 0

    with pytest.raises(LocalCloudError, match="SES has no event 'Bounced'"):
        cloud.mail_event(cloud.outbox[0], "Bounced")

"""SES events (as EventBridge delivers them in `detail`) to feedback about our touches.

Source: "Examples of event data that Amazon SES publishes", SES Developer Guide. Our tags come back under `mail.tags`, each as a
list of one. An event without them, or about somebody else's mail, is none of ours. Subtypes: "Amazon SNS notification contents
for Amazon SES", the same guide.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.returns import Returned
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from rebasket.domain.sending.tags import touch_in

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPTED = frozenset({"Send", "Delivery", "DeliveryDelay", "Open", "Click", "Subscription"})
"""Events that only happen to a message that SES took."""

PROVIDERS_LIST = frozenset({"Suppressed", "OnAccountSuppressionList", "OnTenantSuppressionList"})
"""Subtypes of bounces and complaints that SES makes itself, for addresses on a list of its own; it sends and counts nothing."""

NOT_SPAM = "not-spam"
"""The feedback type (RFC 5965, "Marked as not spam"; RFC 6430) of who took a message out of the spam folder: no complaint."""

REFUSED = re.compile(r"5\.[123]\.\d{1,3}")
FULL = "5.2.2"
"""Enhanced status codes of RFC 3463: 5 is permanent; subjects 1, 2, 3 are the address, the mailbox, its system; 5.2.2 is full."""


def feedback_in(detail: Mapping[str, Any]) -> list[Feedback]:
    """At most one: our messages have one recipient. Rejects and rendering failures say nothing of a touch's end that the
    answer to the request did not say.
    """
    word = _word(detail)
    mail = detail["mail"]
    tags = {name: values[0] for name, values in mail.get("tags", {}).items() if values}
    ours = touch_in(tags)
    if word is None or ours is None:
        return []
    shop, day, touch, contact = ours
    about = detail.get(str(detail["eventType"]).lower(), {})
    return [
        Feedback(
            shop=shop,
            day=day,
            touch=touch,
            contact=contact,
            channel=Channel.EMAIL,
            word=word,
            message_id=mail.get("messageId"),
            at=_time(mail["timestamp"]),
            said_at=_said_at(about) if word is not DeliveryEvent.ACCEPTED or detail["eventType"] == "Bounce" else None,
            returned=_returned(about) if detail["eventType"] == "Bounce" and word is DeliveryEvent.ACCEPTED else None,
            held_by_provider=not PROVIDERS_LIST.isdisjoint((about.get("bounceSubType"), about.get("complaintSubType"))),
        )
    ]


def _word(detail: Mapping[str, Any]) -> DeliveryEvent | None:
    kind = detail["eventType"]
    if kind == "Complaint":
        lenient = detail.get("complaint", {}).get("complaintFeedbackType") == NOT_SPAM
        return DeliveryEvent.ACCEPTED if lenient else DeliveryEvent.COMPLAINED
    if kind == "Bounce":  # one that is not permanent only proves acceptance; what else it says, `returned` does
        return DeliveryEvent.BOUNCED if detail["bounce"]["bounceType"] == "Permanent" else DeliveryEvent.ACCEPTED
    return DeliveryEvent.ACCEPTED if kind in ACCEPTED else None


def _returned(bounce: Mapping[str, Any]) -> Returned:
    status = next((str(one["status"]) for one in bounce.get("bouncedRecipients", ()) if one.get("status")), "")
    return Returned.REFUSED if REFUSED.fullmatch(status) and status != FULL else Returned.FOR_NOW


def _said_at(about: Mapping[str, Any]) -> datetime | None:
    """When the mailbox's provider said so. A complaint's `arrivalDate` is when the message arrived there (RFC 5965), which is
    before anybody can have complained; it stands in where there is no other.
    """
    said = about.get("timestamp") or about.get("arrivalDate")
    return _time(said) if said else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

"""SES events (as EventBridge delivers them in `detail`) to feedback about our touches.

Source: "Examples of event data that Amazon SES publishes", SES Developer Guide. Our tags come back under `mail.tags`, each as a
list of one. An event without them, or about somebody else's mail, is none of ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rebasket.domain.people.addresses import Channel
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from rebasket.domain.sending.tags import touch_in

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPTED = frozenset({"Send", "Delivery", "DeliveryDelay", "Open", "Click", "Subscription"})
"""Events that only happen to a message that SES took."""


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
        )
    ]


def _word(detail: Mapping[str, Any]) -> DeliveryEvent | None:
    kind = detail["eventType"]
    if kind == "Complaint":
        return DeliveryEvent.COMPLAINED
    if kind == "Bounce":  # a full mailbox is no reason to give up the address; a transient bounce only proves acceptance
        return DeliveryEvent.BOUNCED if detail["bounce"]["bounceType"] == "Permanent" else DeliveryEvent.ACCEPTED
    return DeliveryEvent.ACCEPTED if kind in ACCEPTED else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

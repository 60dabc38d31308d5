"""What SES would tell EventBridge about a message that left, for a mail provider that a test or the demo plays.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html; the same JSON is the
event's `detail`.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Final

from rebasket_local.destinations import timestamp
from rebasket_local.errors import LocalCloudError
from rebasket_local.json_value import Json
from rebasket_local.names import stable_id
from rebasket_local.outbox import Message
from rebasket_local.stack import Stack

DETAIL_TYPES: Final[Mapping[str, str]] = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "Open": "Email Opened",
    "Click": "Email Clicked",
    "Rendering Failure": "Email Rendering Failed",
}
"""`eventType` in the detail → `detail-type` of the event."""

_MEMBER: Final[Mapping[str, str]] = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
_MATCHING: Final[Mapping[str, str]] = {"DeliveryDelay": "DELIVERY_DELAY", "Rendering Failure": "RENDERING_FAILURE"}


class MailEvents:
    """The configuration sets' event destinations of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._published: dict[str, set[str]] = {}
        for resource in stack.of_type("AWS::SES::ConfigurationSetEventDestination"):
            destination = resource.properties["EventDestination"]
            if destination.get("Enabled", False) and "EventBridgeDestination" in destination:
                kinds = {kind.upper() for kind in destination["MatchingEventTypes"]}
                self._published.setdefault(resource.properties["ConfigurationSetName"], set()).update(kinds)

    def is_published(self, message: Message, kind: str) -> bool:
        """Whether the message's configuration set sends such events to EventBridge."""
        wanted = _MATCHING.get(kind, kind.upper())
        published = self._published.get(message.configuration_set, set())
        return wanted in {each.replace("RENDERINGFAILURE", "RENDERING_FAILURE") for each in published}

    def detail(self, message: Message, kind: str, now: datetime, more: Mapping[str, Json]) -> dict[str, Json]:
        """`more` adds to, or replaces, members of the object about the event itself, e.g. {"bounceType": "Transient"}."""
        if kind not in DETAIL_TYPES:
            raise LocalCloudError(f"SES has no event {kind!r}; it has {', '.join(DETAIL_TYPES)}")
        return {
            "eventType": kind,
            "mail": self._mail(message),
            _MEMBER.get(kind, kind.lower()): _about(message, kind, now) | dict(more),
        }

    def resource_of(self, message: Message) -> str:
        """The ARN in the event's `resources`."""
        return self._stack.arn("ses", f"configuration-set/{message.configuration_set}")

    def _mail(self, message: Message) -> dict[str, Json]:
        parsed = message.mail
        sender = parseaddr(message.sender)[1]
        tags = {name: [value] for name, value in message.tags.items()}
        return {
            "timestamp": timestamp(message.at),
            "source": message.sender,
            "sourceArn": self._stack.arn("ses", f"identity/{sender}"),
            "sendingAccountId": self._stack.account,
            "messageId": message.message_id,
            "destination": list(message.recipients),
            "headersTruncated": False,
            "headers": [{"name": name, "value": str(value)} for name, value in parsed.items()],
            "commonHeaders": {
                "from": [str(parsed["From"])],
                "to": [str(parsed["To"])],
                "messageId": message.message_id,
                "subject": str(parsed["Subject"]),
            },
            "tags": {
                "ses:source-tls-version": ["TLSv1.3"],
                "ses:configuration-set": [message.configuration_set],
                "ses:source-ip": ["192.0.2.0"],
                "ses:from-domain": [sender.rpartition("@")[2]],
                "ses:caller-identity": [message.function],
                **tags,
            },
        }


def _about(message: Message, kind: str, now: datetime) -> dict[str, Json]:
    at = timestamp(now)
    feedback_id = stable_id(f"{message.message_id}/{kind}/{at}", 16) + "-000000"
    to = list(message.recipients)
    match kind:
        case "Delivery":
            return {
                "timestamp": at,
                "processingTimeMillis": int((now - message.at).total_seconds() * 1000),
                "recipients": to,
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": "mta.example.com",
            }
        case "Bounce":
            return {
                "feedbackId": feedback_id,
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {
                        "emailAddress": address,
                        "action": "failed",
                        "status": "5.1.1",
                        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                    }
                    for address in to
                ],
                "timestamp": at,
                "reportingMTA": "dsn; mta.example.com",
            }
        case "Complaint":
            return {
                "feedbackId": feedback_id,
                "complaintSubType": None,
                "complainedRecipients": [{"emailAddress": address} for address in to],
                "timestamp": at,
                "userAgent": "Mail provider",
                "complaintFeedbackType": "abuse",
                "arrivalDate": at,
            }
        case "DeliveryDelay":
            return {
                "timestamp": at,
                "delayType": "MailboxFull",
                "expirationTime": at,
                "delayedRecipients": [
                    {"emailAddress": address, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2"} for address in to
                ],
            }
        case "Reject":
            return {"reason": "Bad content"}
        case "Open":
            return {"ipAddress": "192.0.2.1", "timestamp": at, "userAgent": "Mail program"}
        case "Click":
            return {"ipAddress": "192.0.2.1", "timestamp": at, "userAgent": "Browser", "link": "", "linkTags": None}
        case "Rendering Failure":
            return {"errorMessage": "", "templateName": ""}
        case _:
            return {}

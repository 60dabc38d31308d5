"""Mail events that `feedback` did not take, taken here instead, by the same code: a complaint may be among them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from rebasket.aws.ses_events import feedback_in
from rebasket.domain.errors import RebasketError
from rebasket_cli.dead_letters import dead_letters

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

    from rebasket.wiring import App


@dataclass(slots=True)
class Taken:
    """How many events were taken, how many left in the queue, and why."""

    taken: int = 0
    left: int = 0
    why: set[str] = field(default_factory=set)


def take_again(sqs: SQSClient, queue_url: str, app: App) -> Taken:
    """Apply every event, then take it from the queue; repeating one changes nothing."""
    done = Taken()
    for letter in dead_letters(sqs, queue_url):
        try:
            _apply(event_in(letter["Body"]), app)
        except (RebasketError, ClientError, ValueError, KeyError, TypeError) as error:
            done.left += 1
            done.why.add(type(error).__name__)
            continue
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=letter["ReceiptHandle"])
        done.taken += 1
    return done


def event_in(body: str) -> dict[str, Any]:
    """The event as EventBridge leaves it in the queue, or in what Lambda leaves of a failed run (Lambda Developer Guide,
    "Capturing records of Lambda asynchronous invocations": `requestPayload`).
    """
    said: dict[str, Any] = json.loads(body)
    event: dict[str, Any] = said.get("requestPayload", said)
    return event


def _apply(event: dict[str, Any], app: App) -> None:
    for feedback in feedback_in(event["detail"]):
        app.record_delivery(feedback)
        app.pause_sending(feedback)

"""What lies in a queue of dead letters, fetched to the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

HIDDEN_S = 300
"""Seconds in which a letter that is left is not handed out again: longer than a run."""

WAIT_S = 5
"""Any wait makes a poll a long one, which asks all of SQS's servers. A short one asks some, and of a few letters often finds none
(SQS Developer Guide, "Amazon SQS short and long polling")."""


def dead_letters(sqs: SQSClient, queue_url: str) -> Iterator[MessageTypeDef]:
    """Every letter, once. Whoever has dealt with one deletes it."""
    while found := sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN_S, WaitTimeSeconds=WAIT_S
    ).get("Messages"):
        yield from found

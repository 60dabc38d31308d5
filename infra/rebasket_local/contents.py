"""What lies in queues and buckets, for people and tests that look without taking."""

from collections.abc import Mapping
from dataclasses import dataclass

from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from rebasket_local.stack import Resource, Stack


@dataclass(frozen=True)
class QueuedMessage:
    body: str
    attributes: Mapping[str, str]


def queue_contents(stack: Stack, queue: Resource) -> list[QueuedMessage]:
    """Oldest first."""
    messages = sqs_backends[stack.account][stack.region].queues[queue.arn.rpartition(":")[2]]._messages  # noqa: SLF001  # receiving would hide them
    return [
        QueuedMessage(
            message.body, {name: str(value.get("StringValue", "")) for name, value in message.message_attributes.items()}
        )
        for message in messages
    ]


def bucket_contents(stack: Stack, bucket: Resource) -> dict[str, bytes]:
    """By key."""
    keys = s3_backends[stack.account]["aws" if stack.partition == "aws" else stack.partition].buckets[bucket.ref].keys
    return {name: bytes(key.value) for name, key in sorted(keys.items())}

"""Where failures go: queues, buckets, topics, functions; as far as the sender is allowed to put them there."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json
from rebasket_local.permissions import Permissions
from rebasket_local.stack import Resource, Stack


class Clients(Protocol):
    """boto3 clients of the cloud's own, by service."""

    def __call__(self, service: Json) -> Json: ...


class Destinations:
    """`on_denied` hears of what could not be put where the template says, with AWS's reason."""

    def __init__(self, stack: Stack, permissions: Permissions, client: Clients, on_denied: Callable[[str, str], None]) -> None:
        self._stack, self._permissions, self._client, self._on_denied = stack, permissions, client, on_denied

    def by_role(self, role_arn: str, arn: str, document: Mapping[str, Json], *, key: str = "") -> None:
        """Put a document somewhere by a role's permissions; `key` names it in a bucket."""
        target = self.target(arn)
        action, resource = {
            "AWS::SQS::Queue": ("sqs:SendMessage", arn),
            "AWS::SNS::Topic": ("sns:Publish", arn),
            "AWS::S3::Bucket": ("s3:PutObject", f"{arn}/{key}"),
        }[target.type]
        if not self._permissions.role_allows(role_arn, action, resource):
            self._on_denied(target.logical_id, f"{role_arn} may not {action} on {resource}")
        elif target.type == "AWS::SQS::Queue":
            self._client("sqs").send_message(QueueUrl=target.ref, MessageBody=json.dumps(document))
        elif target.type == "AWS::SNS::Topic":
            self._client("sns").publish(TopicArn=arn, Message=json.dumps(document))
        else:
            self._client("s3").put_object(Bucket=target.ref, Key=key, Body=json.dumps(document).encode())

    def by_queue_policy(
        self, service: str, source_arn: str, arn: str, document: Mapping[str, Json], attributes: Mapping[str, str]
    ) -> None:
        """Put a message into a queue on behalf of a rule, which has no role but the queue's own policy."""
        queue = self.target(arn)
        if queue.type != "AWS::SQS::Queue":
            raise TemplateInvalid(queue.logical_id, "a rule's dead letters go to a queue")
        if not self._permissions.queue_allows(queue, service, source_arn):
            self._on_denied(queue.logical_id, f"its policy does not let {service} send messages for {source_arn}")
            return
        self._client("sqs").send_message(
            QueueUrl=queue.ref,
            MessageBody=json.dumps(document),
            MessageAttributes={name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
        )

    def target(self, arn: str) -> Resource:
        """The resource that has this ARN. Raises `TemplateInvalid` for one that is not of this stack, or no destination."""
        found = self._stack.by_arn(arn, "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket")
        if found is None:
            raise TemplateInvalid(arn, "is no queue, topic or bucket of this template")
        return found


def timestamp(when: datetime) -> str:
    """2026-03-01T08:00:00.000Z."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"

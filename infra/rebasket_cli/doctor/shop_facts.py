"""What the stack itself says of its secrets, shops and keys, and of what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.addresses import Channel
from rebasket.domain.errors import Invalid, Misconfigured
from rebasket_cli.brake import paused_by, stopped_by
from rebasket_cli.doctor.facts import ShopKey, ShopState, Tenants, Waiting
from rebasket_cli.shop import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from rebasket.bootstrap import App


def tenants(client: SSMClient, app: App, prefix: str) -> Tenants:
    """Secrets by name below the prefix, and every listed shop."""
    return Tenants(
        secrets=_secrets(client, prefix), shops=tuple(_shop(app, shop) for shop in app.shops.all()), stopped=stopped_by(app)
    )


def _secrets(client: SSMClient, prefix: str) -> dict[str, datetime]:
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=prefix, Recursive=True)  # not decrypted
    return {one["Name"].removeprefix(f"{prefix}/"): one["LastModifiedDate"] for page in pages for one in page["Parameters"]}


def _shop(app: App, shop_id: str) -> ShopState:
    paused = paused_by(app, shop_id)
    try:
        shop = app.shops.get(shop_id)
        keys = tuple(
            ShopKey(
                id=key.id,
                kind=key.kind.value,
                rights=tuple(sorted(key.rights)),
                created_at=key.created_at,
                expires_at=key.expires_at,
            )
            for key in app.shop_keys.keys(shop_id)
        )
        if shop is None:
            return ShopState(id=shop_id, problem="listed, but without settings or policy", keys=keys, paused=paused)
        check(shop)
    except Invalid as wrong:
        details = "; ".join(f"{error.pointer.lstrip('/')}: {error.detail}" for error in wrong.errors)
        return ShopState(id=shop_id, problem=f"{wrong.detail} ({details})", paused=paused)
    except Misconfigured as wrong:
        return ShopState(id=shop_id, problem=str(wrong), paused=paused)
    texts = any(Channel.SMS in step.channels for step in shop.policy.steps)
    return ShopState(id=shop_id, url=shop.url, texts=texts, keys=keys, paused=paused)


def waiting(sqs: SQSClient, s3: S3Client, app: App, said: Mapping[str, str]) -> Waiting:
    """Dead letters, and how far sweep is."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=said["FailedBatchesBucketName"])
    return Waiting(
        dead_timers=_messages(sqs, said["DeadTimersQueueUrl"]),
        dead_feedback=_messages(sqs, said["DeadFeedbackQueueUrl"]),
        dead_runs=_messages(sqs, said["DeadRunsQueueUrl"]),
        failed_batches=sum(page.get("KeyCount", 0) for page in pages),
        cursor=app.timers.cursor(),
    )


def _messages(client: SQSClient, url: str) -> int:
    found = client.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )
    return sum(map(int, found["Attributes"].values()))

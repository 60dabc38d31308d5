"""What the stack itself says of its secrets, shops and keys, and of what waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rebasket.domain.errors import Invalid, Misconfigured
from rebasket.domain.people.addresses import Channel
from rebasket_cli.doctor.events_heard import events_heard
from rebasket_cli.doctor.facts import ShopKey, ShopState, Tenants, Waiting
from rebasket_cli.leftovers import Remains, stored
from rebasket_cli.pause import paused_by, stopped_by
from rebasket_cli.shop import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient

    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App


def tenants(client: SSMClient, app: App, prefix: str) -> Tenants:
    """Secrets by name below the prefix, and every listed shop."""
    return Tenants(
        secrets=_secrets(client, prefix), shops=tuple(_shop(app, shop) for shop in app.shops.all()), stopped=stopped_by(app)
    )


def _secrets(client: SSMClient, prefix: str) -> dict[str, datetime]:
    pages = client.get_paginator("get_parameters_by_path").paginate(Path=prefix, Recursive=True)  # not decrypted
    return {one["Name"].removeprefix(f"{prefix}/"): one["LastModifiedDate"] for page in pages for one in page["Parameters"]}


def _shop(app: App, shop_id: str) -> ShopState:
    state = ShopState(
        id=shop_id,
        paused=paused_by(app, shop_id),
        heard=events_heard(app, shop_id, app.clock()),
        elsewhere=app.other_voices.heard(shop_id),
    )
    try:
        state = replace(state, keys=_keys(app, shop_id))
    except Misconfigured as error:
        state = replace(state, unread_keys=str(error))
    match stored(app, shop_id):
        case Remains(why=why):
            return replace(state, problem=why)
        case None:
            return replace(state, problem="gone since it was listed")
        case shop:
            texts = any(Channel.SMS in step.channels for step in shop.policy.steps)
            return _checked(replace(state, url=shop.url, hosts=shop.hosts, texts=texts), shop)


def _keys(app: App, shop_id: str) -> tuple[ShopKey, ...]:
    return tuple(
        ShopKey(
            id=key.id,
            kind=key.kind.value,
            rights=tuple(sorted(key.rights)),
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
        for key in app.shop_keys.stored(shop_id)
    )


def _checked(state: ShopState, shop: Shop) -> ShopState:
    try:
        check(shop)
    except Invalid as wrong:
        details = "; ".join(f"{error.pointer.lstrip('/')}: {error.detail}" for error in wrong.errors)
        fields = tuple(error.pointer.lstrip("/") for error in wrong.errors)
        return replace(state, problem=f"{wrong.detail} ({details})", wrong=fields)
    return state


def waiting(sqs: SQSClient, s3: S3Client, app: App, said: Mapping[str, str]) -> Waiting:
    """Dead letters, and how far sweep is."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=said["FailedBatchesBucketName"])
    return Waiting(
        dead_letter_queue=_messages(sqs, said["DeadTimersQueueUrl"]),
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

"""What of a stack `rebasket`'s commands work with, in moto: tables, queues, a bucket, and the application over them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from rebasket.settings import Settings
from rebasket.wiring import App
from rebasket_cli.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import pytest
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

REGION = "eu-central-1"
PREFIX = "/rebasket/test"
CREATE_SHOP = ("shop", "create", "tea", "--name", "Tea", "--url", "https://tea.example", "--postal-address", "1 Road")
"""A command line, but for the time zone."""


def an_app(dynamodb: DynamoDBClient) -> App:
    """The application over tables in moto, as the template makes them."""
    app = App()
    app.settings = Settings(
        stage="test",
        region=REGION,
        carts_table="carts",
        timers_table="timers",
        timer_shards=1,
        secrets_prefix=PREFIX,
        retention=timedelta(days=90),
    )
    for table, ttl in (("carts", "expires"), ("timers", "due")):
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"},
        )
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl})
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    return app


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, *commands: ModuleType) -> Iterator[App]:
    """The application of the stack that these commands find, whatever it is called."""
    with mock_aws():
        app = an_app(boto3.Session(region_name=REGION).client("dynamodb"))
        stack = Stack(app=app, dead_timers_url="", dead_feedback_url="", failed_batches_bucket="")
        for command in commands:
            monkeypatch.setattr(command, "open_stack", lambda _name: stack)
        yield app


class ManyServers:
    """A queue of few messages: a short poll asks some of its servers and often finds nothing, a long one asks all (SQS Developer
    Guide, "Amazon SQS short and long polling"). The long poll does not wait here.
    """

    def __init__(self, sqs: SQSClient) -> None:
        self._sqs = sqs
        self.asked: list[dict[str, Any]] = []

    @property
    def client(self) -> Any:  # noqa: ANN401  # in boto3's place
        return self

    def receive_message(self, **asked: Any) -> Any:  # noqa: ANN401  # boto3's
        self.asked.append(asked)
        return self._sqs.receive_message(**{**asked, "WaitTimeSeconds": 0}) if asked.get("WaitTimeSeconds") else {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # boto3's
        return getattr(self._sqs, name)


def made(sqs: SQSClient, s3: S3Client) -> dict[str, str]:
    """The outputs of the stack; queues and bucket exist."""
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("DeadTimers", "DeadFeedback", "DeadRuns")}
    s3.create_bucket(Bucket="failed", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return {
        "CartsTableName": "carts",
        "TimersTableName": "timers",
        "SecretsPrefix": PREFIX,
        "ConfigurationSetName": "rebasket-test",
        "FailedBatchesBucketName": "failed",
        **{f"{name}QueueUrl": url for name, url in queues.items()},
    }

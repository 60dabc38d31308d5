"""The AWS clients that `rebasket doctor` asks, in one place, so that a test can give others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import boto3
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_ssm import SSMClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """One for each service."""

    cloudformation: CloudFormationClient
    cloudwatch: CloudWatchClient
    dynamodb: DynamoDBClient
    events: EventBridgeClient
    functions: LambdaClient
    s3: S3Client
    scheduler: EventBridgeSchedulerClient
    sesv2: SESV2Client
    sns: SNSClient
    sqs: SQSClient
    ssm: SSMClient

    @classmethod
    def of(cls, session: boto3.Session) -> Self:
        """With the session's credentials and Region."""
        return cls(
            cloudformation=session.client("cloudformation"),
            cloudwatch=session.client("cloudwatch"),
            dynamodb=session.client("dynamodb"),
            events=session.client("events"),
            functions=session.client("lambda"),
            s3=session.client("s3"),
            scheduler=session.client("scheduler"),
            sesv2=session.client("sesv2"),
            sns=session.client("sns"),
            sqs=session.client("sqs"),
            ssm=session.client("ssm"),
        )

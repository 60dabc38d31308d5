"""The stack's passive resources in moto: tables, queues, buckets, topics, configuration sets, parameters."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from moto.dynamodb.models import dynamodb_backends

from rebasket_local.destinations import Clients
from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json
from rebasket_local.stack import Resource, Stack
from rebasket_local.tables import ItemKeys, TableWatch

PLAYED: Final = frozenset(
    {
        "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::DynamoDB::Table", "AWS::Events::Rule",
        "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function",
        "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::S3::Bucket",
        "AWS::SES::ConfigurationSet", "AWS::SES::ConfigurationSetEventDestination", "AWS::SES::EmailIdentity",
        "AWS::Scheduler::Schedule", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "AWS::SSM::Parameter",
    }
)  # fmt: skip
INERT: Final = (
    "AWS::ApplicationInsights::", "AWS::Budgets::", "AWS::CloudFormation::", "AWS::CloudWatch::", "AWS::CodeDeploy::",
    "AWS::IAM::", "AWS::KMS::", "AWS::Logs::", "AWS::ResourceGroups::",
    "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::Synthetics::",
)  # fmt: skip
"""Types that carry no event and hold no data of the functions; roles are read by `permissions`."""

_TABLE_PROPERTIES: Final = (
    "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)  # fmt: skip
_QUEUE_ATTRIBUTES: Final = (
    "DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "VisibilityTimeout",
    "FifoQueue", "ContentBasedDeduplication",
)  # fmt: skip


def check_types(stack: Stack) -> None:
    """Raises `TemplateInvalid` for a type that is not known to be harmless to leave out."""
    for logical_id, kind in stack.types().items():
        if kind not in PLAYED and not kind.startswith(INERT):
            raise TemplateInvalid(logical_id, f"the local cloud does not play {kind}")


def provision(stack: Stack, client: Clients, on_expiry: Callable[[TableWatch, ItemKeys, int], None]) -> dict[str, TableWatch]:
    """Make everything; gives a watch for each table, by the ARN of its stream (or of the table, if it has none)."""
    makers: Mapping[str, Callable[[Resource, Clients], None]] = {
        "AWS::SQS::Queue": _queue,
        "AWS::S3::Bucket": _bucket,
        "AWS::SNS::Topic": _topic,
        "AWS::SES::ConfigurationSet": _configuration_set,
        "AWS::SES::EmailIdentity": _identity,
        "AWS::SSM::Parameter": _parameter,
    }
    for resource in stack.of_type(*makers):
        makers[resource.type](resource, client)
    watches = [_table(stack, resource, client, on_expiry) for resource in stack.of_type("AWS::DynamoDB::Table")]
    return {watch.stream_arn: watch for watch in watches}


def _table(
    stack: Stack, resource: Resource, client: Clients, on_expiry: Callable[[TableWatch, ItemKeys, int], None]
) -> TableWatch:
    properties = resource.properties
    client("dynamodb").create_table(
        TableName=resource.ref, **{name: properties[name] for name in _TABLE_PROPERTIES if name in properties}
    )
    ttl = properties.get("TimeToLiveSpecification") or {}
    table = dynamodb_backends[stack.account][stack.region].tables[resource.ref]
    view = (properties.get("StreamSpecification") or {}).get("StreamViewType")
    return TableWatch(
        table,
        stream_arn=str(stack.attribute(resource.logical_id, "StreamArn", resource.logical_id)) if view else resource.arn,
        view=view,
        expires_by=str(ttl["AttributeName"]) if _is_true(ttl.get("Enabled")) else None,
        on_expiry=on_expiry,
    )


def _queue(resource: Resource, client: Clients) -> None:
    attributes = {name: _attribute(resource.properties[name]) for name in _QUEUE_ATTRIBUTES if name in resource.properties}
    if "RedrivePolicy" in resource.properties:
        attributes["RedrivePolicy"] = json.dumps(resource.properties["RedrivePolicy"])
    made = client("sqs").create_queue(QueueName=resource.arn.rpartition(":")[2], Attributes=attributes)
    if made["QueueUrl"] != resource.ref:
        raise TemplateInvalid(resource.logical_id, f"moto calls it {made['QueueUrl']}, Ref gives {resource.ref}")


def _attribute(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bucket(resource: Resource, client: Clients) -> None:
    s3 = client("s3")
    region = s3.meta.region_name
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=resource.ref, **where)


def _topic(resource: Resource, client: Clients) -> None:
    client("sns").create_topic(Name=resource.arn.rpartition(":")[2])


def _configuration_set(resource: Resource, client: Clients) -> None:
    client("sesv2").create_configuration_set(ConfigurationSetName=resource.ref)


def _identity(resource: Resource, client: Clients) -> None:
    client("sesv2").create_email_identity(EmailIdentity=resource.ref)


def _parameter(resource: Resource, client: Clients) -> None:
    client("ssm").put_parameter(
        Name=resource.ref, Value=resource.properties["Value"], Type=resource.properties.get("Type", "String")
    )


def _is_true(value: Json) -> bool:
    return str(value).lower() == "true"

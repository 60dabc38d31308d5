"""What `Ref` and `Fn::GetAtt` give for each type of resource, as CloudFormation would, but the same in every run.

A name that the template does not set is `{stack}-{logical id}`. Sources: the "Return values" section of each type in
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final


@dataclass(frozen=True)
class Naming:
    """`ref` and `attributes` are format strings over name, id, arn, region, account, partition, suffix (amazonaws.com)."""

    name_property: str | None
    """The property that names the resource; None where CloudFormation always names it."""
    arn: str = ""
    ref: str = "{name}"
    attributes: Mapping[str, str] = field(default_factory=dict)
    arn_attribute: str = "Arn"
    lower: bool = False


def _regional(service: str, resource: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{resource}"


NAMING: Final[Mapping[str, Naming]] = {
    "AWS::DynamoDB::Table": Naming(
        "TableName", _regional("dynamodb", "table/{name}"), attributes={"StreamArn": "{arn}/stream/2000-01-01T00:00:00.000"}
    ),
    "AWS::SQS::Queue": Naming(
        "QueueName",
        _regional("sqs", "{name}"),
        ref="https://sqs.{region}.{suffix}/{account}/{name}",
        attributes={"QueueName": "{name}", "QueueUrl": "https://sqs.{region}.{suffix}/{account}/{name}"},
    ),
    "AWS::S3::Bucket": Naming(
        "BucketName",
        "arn:{partition}:s3:::{name}",
        attributes={"DomainName": "{name}.s3.{suffix}", "RegionalDomainName": "{name}.s3.{region}.{suffix}"},
        lower=True,
    ),
    "AWS::SNS::Topic": Naming(
        "TopicName", _regional("sns", "{name}"), ref="{arn}", attributes={"TopicName": "{name}"}, arn_attribute="TopicArn"
    ),
    "AWS::Lambda::Function": Naming("FunctionName", _regional("lambda", "function:{name}")),
    "AWS::Lambda::LayerVersion": Naming(
        "LayerName", _regional("lambda", "layer:{name}:1"), ref="{arn}", arn_attribute="LayerVersionArn"
    ),
    "AWS::Lambda::EventSourceMapping": Naming(
        None,
        _regional("lambda", "event-source-mapping:{id}"),
        ref="{id}",
        attributes={"Id": "{id}"},
        arn_attribute="EventSourceMappingArn",
    ),
    "AWS::IAM::Role": Naming("RoleName", "arn:{partition}:iam::{account}:role/{name}", attributes={"RoleId": "AROA{id}"}),
    "AWS::IAM::ManagedPolicy": Naming(
        "ManagedPolicyName", "arn:{partition}:iam::{account}:policy/{name}", ref="{arn}", arn_attribute="PolicyArn"
    ),
    "AWS::ApiGatewayV2::Api": Naming(
        None,
        "arn:{partition}:apigateway:{region}::/apis/{id}",
        ref="{id}",
        attributes={"ApiId": "{id}", "ApiEndpoint": "https://{id}.execute-api.{region}.{suffix}"},
    ),
    "AWS::Events::Rule": Naming("Name", _regional("events", "rule/{name}")),
    "AWS::Events::EventBus": Naming("Name", _regional("events", "event-bus/{name}"), attributes={"Name": "{name}"}),
    "AWS::Scheduler::Schedule": Naming("Name", _regional("scheduler", "schedule/default/{name}")),
    "AWS::Scheduler::ScheduleGroup": Naming("Name", _regional("scheduler", "schedule-group/{name}")),
    "AWS::SES::ConfigurationSet": Naming("Name", _regional("ses", "configuration-set/{name}")),
    "AWS::SES::EmailIdentity": Naming(
        "EmailIdentity",
        _regional("ses", "identity/{name}"),
        attributes={f"DkimDNSTokenName{n}": f"{{id}}{n}._domainkey.{{name}}" for n in (1, 2, 3)}
        | {f"DkimDNSTokenValue{n}": f"{{id}}{n}.dkim.amazonses.com" for n in (1, 2, 3)},
    ),
    "AWS::SSM::Parameter": Naming("Name", _regional("ssm", "parameter/{name}"), attributes={"Value": "", "Type": ""}),
    "AWS::Logs::LogGroup": Naming("LogGroupName", _regional("logs", "log-group:{name}:*")),
    "AWS::CloudWatch::Alarm": Naming("AlarmName", _regional("cloudwatch", "alarm:{name}")),
    "AWS::KMS::Key": Naming(None, _regional("kms", "key/{id}"), ref="{id}", attributes={"KeyId": "{id}"}),
    "AWS::KMS::Alias": Naming("AliasName"),
}

UNNAMED: Final = Naming(None)
"""For every other type: a name, and no attribute."""


def stable_id(text: str, length: int = 10) -> str:
    """A short id of lower-case hexadecimal digits that depends on the text alone."""
    return sha256(text.encode()).hexdigest()[:length]

"""What is deployed, against who deploys it: what its resources ask for is allowed and no more; its roles fit their boundary."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from rebasket_local.permissions import _MANAGED
from rebasket_local.policies import Request
from tests.local.handlers import asked_for
from tests.template.pipelined import PERMISSIONS, PIPELINE, actions_of, boundary, pipeline, role_policy
from tests.template.watched import installation
from tests.template.wildcards import unexplained, wildcards

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket_local.policies import Policy
    from rebasket_local.stack import Resource, Stack

NOT_USED = {
    # Features that the templates do not use.
    "AWS::DynamoDB::Table": (
        "dynamodb:*Replica", "dynamodb:ImportTable", "dynamodb:DescribeImport", "dynamodb:*KinesisStreamingDestination",
        "dynamodb:UpdateContributorInsights", "dynamodb:*ResourcePolicy", "kinesis:*", "kms:*", "logs:*", "s3:*",
        "iam:CreateServiceLinkedRole",
        # For global tables and imports: items are nobody's business who deploys.
        "dynamodb:*Item", "dynamodb:Scan", "dynamodb:Query",
    ),
    "AWS::Lambda::Function": (
        "ec2:*", "elasticfilesystem:*", "kms:*", "s3files:*", "lambda:PutFunctionCodeSigningConfig",
        "lambda:DeleteFunctionCodeSigningConfig", "lambda:GetCodeSigningConfig", "lambda:PutFunctionRecursionConfig",
        "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig", "lambda:PassCapacityProvider",
        "lambda:AssociateRuntimeAlias",
    ),
    "AWS::Lambda::Version": (
        "lambda:PutProvisionedConcurrencyConfig", "lambda:PutFunctionScalingConfig", "lambda:PutRuntimeManagementConfig",
    ),
    "AWS::Lambda::Alias": ("lambda:PutProvisionedConcurrencyConfig", "lambda:DeleteProvisionedConcurrencyConfig"),
    "AWS::Lambda::EventSourceMapping": ("kms:*",),
    "AWS::S3::Bucket": (
        "s3tables:*", "iam:PassRole", "s3:*Metadata*", "s3:Put*Abac", "s3:PutBucketAcl", "s3:PutObjectAcl", "s3:*CORS",
        "s3:*Cors", "s3:PutBucketLogging", "s3:*ObjectLock*", "s3:PutBucketVersioning", "s3:*Website", "s3:*BucketReplication",
        "s3:PutReplicationConfiguration", "s3:Put*Accelerate*", "s3:*AnalyticsConfiguration", "s3:*IntelligentTiering*",
        "s3:*InventoryConfiguration", "s3:*MetricsConfiguration", "s3:DeleteObject", "s3:*Lifecycle", "s3:PutBucketNotification",
        "s3:DeleteBucketEncryption",
    ),
    "AWS::Logs::LogGroup": (
        "firehose:*", "s3:*", "logs:*KmsKey", "logs:*BearerToken*", "logs:Put*DeletionProtection", "logs:PutDataProtectionPolicy",
        "logs:DeleteDataProtectionPolicy", "logs:PutIndexPolicy", "logs:DeleteIndexPolicy", "logs:DeleteResourcePolicy",
    ),
    "AWS::SES::ConfigurationSet": ("ses:*Archiving*", "ses:*Delivery*", "ses:*Tracking*", "ses:*Vdm*"),
    "AWS::SES::ConfigurationSetEventDestination": ("iam:PassRole",),  # for Firehose
    "AWS::SNS::Topic": ("sns:PutDataProtectionPolicy", "iam:*"),  # a role for delivery logs
    "AWS::Events::Rule": ("iam:PassRole",),  # its target is a function, which allows it by itself
    "AWS::ApiGatewayV2::Api": ("s3:*",),  # the definition is in the template
    "AWS::ApiGatewayV2::Stage": ("apigateway:*TagResource", "apigateway:UntagResource"),  # by PUT and DELETE of /tags
    "AWS::CloudFormation::Stack": (
        "iam:PassRole", "cloudformation:SetStackPolicy", "cloudformation:UpdateTerminationProtection",
    ),
    "AWS::CodeDeploy::DeploymentGroup": ("codedeploy:RegisterOnPremisesInstance",),
    # A role that lost its boundary could do anything: nobody takes one off.
    "AWS::IAM::Role": ("iam:DeleteRolePermissionsBoundary",),
}  # fmt: skip
"""What the handlers ask for and the role does not have, by type."""


@pytest.fixture(scope="module")
def pipe() -> Stack:
    return pipeline()


@pytest.fixture(scope="module")
def deployed() -> list[Stack]:
    """Everything that CloudFormation makes in a deployment of prod."""
    prod = installation()
    return [prod, *(prod.nested(each.logical_id) for each in prod.of_type("AWS::CloudFormation::Stack"))]


def kinds(stacks: list[Stack]) -> set[str]:
    return {kind for stack in stacks for kind in stack.types().values()}


def unused(kind: str, action: str) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in NOT_USED.get(kind, ()))


def request(stack: Stack, kind: str, action: str) -> Request:
    """One handler's call, on such a resource as the installation has."""
    region, account = stack.region, stack.account
    name = "rebasket-prod-Something-1X2Y"
    resources = {
        "apigateway": f"arn:aws:apigateway:{region}::/apis/a1b2c3",
        "cloudformation": f"arn:aws:cloudformation:{region}:{account}:stack/{name}/5be8",
        "cloudwatch": f"arn:aws:cloudwatch:{region}:{account}:alarm:rebasket-prod-sweep-silent",
        "codedeploy": f"arn:aws:codedeploy:{region}:{account}:deploymentgroup:{name}/{name}",
        "dynamodb": f"arn:aws:dynamodb:{region}:{account}:table/{name}",
        "events": f"arn:aws:events:{region}:{account}:rule/{name}",
        "iam": f"arn:aws:iam::{account}:role/{name}",
        "lambda": f"arn:aws:lambda:{region}:{account}:function:{name}",
        "logs": f"arn:aws:logs:{region}:{account}:log-group:/rebasket/prod/remind",
        "s3": f"arn:aws:s3:::{name.lower()}",
        "scheduler": f"arn:aws:scheduler:{region}:{account}:schedule/default/{name}",
        "ses": f"arn:aws:ses:{region}:{account}:configuration-set/rebasket-prod",
        "sns": f"arn:aws:sns:{region}:{account}:rebasket-prod-alarms",
        "sqs": f"arn:aws:sqs:{region}:{account}:{name}",
    }
    resource = resources.get(action.partition(":")[0], "*")
    if kind == "AWS::CloudWatch::Dashboard":
        resource = f"arn:aws:cloudwatch::{account}:dashboard/rebasket-prod"
    elif kind == "AWS::Lambda::EventSourceMapping":
        resource = f"arn:aws:lambda:{region}:{account}:event-source-mapping:5be8"
    elif action.startswith("lambda:") and "LayerVersion" in action:
        resource = f"arn:aws:lambda:{region}:{account}:layer:rebasket-prod-hot:3"
    elif kind == "AWS::CodeDeploy::Application":
        resource = f"arn:aws:codedeploy:{region}:{account}:application:{name}"
    elif action == "codedeploy:GetDeploymentConfig":
        resource = f"arn:aws:codedeploy:{region}:{account}:deploymentconfig:CodeDeployDefault.LambdaCanary10Percent5Minutes"
    elif action in {"s3:GetObject", "s3:GetObjectVersion", "s3:getObject"}:
        resource = f"{stack.resource('Artifacts').arn}/rebasket-prod/5be8"
    return Request(action, resource, context(stack, kind))


def context(stack: Stack, kind: str) -> Mapping[str, list[str]]:
    takers = {
        "AWS::Lambda::Function": "lambda.amazonaws.com",
        "AWS::Scheduler::Schedule": "scheduler.amazonaws.com",
        "AWS::CodeDeploy::DeploymentGroup": "codedeploy.amazonaws.com",
    }
    return {
        "iam:permissionsboundary": [f"arn:aws:iam::{stack.account}:policy/rebasket-prod-boundary"],
        "iam:policyarn": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        "iam:passedtoservice": [takers.get(kind, "elsewhere.amazonaws.com")],
        "lambda:functionarn": [f"arn:aws:lambda:{stack.region}:{stack.account}:function:rebasket-prod-RemindFunction-1X2Y:live"],
    }


def test_all_that_resources_ask_for_is_allowed(pipe: Stack, deployed: list[Stack]) -> None:
    role = role_policy(pipe)
    refused = {
        (kind, action)
        for kind in kinds(deployed)
        for action in asked_for(kind)
        if not unused(kind, action) and not role.allows(request(pipe, kind, action))
    }
    assert refused == set()


def test_what_is_not_used_is_not_allowed(pipe: Stack, deployed: list[Stack]) -> None:
    """But for looking (one asterisk lets it read all settings of a bucket), and for what another type does need."""
    role = role_policy(pipe)
    needed = {action.lower() for kind in kinds(deployed) for action in asked_for(kind) if not unused(kind, action)}
    not_needed = {
        (kind, action)
        for kind in kinds(deployed)
        for action in asked_for(kind)
        if action.lower() not in needed and not action.partition(":")[2].startswith(("Get", "Describe", "List"))
    }
    assert len(not_needed) > 60
    assert {(kind, action) for kind, action in not_needed if role.allows(request(pipe, kind, action))} == set()


def test_every_exception_is_one(deployed: list[Stack]) -> None:
    asked = {kind: asked_for(kind) for kind in kinds(deployed)}
    idle = {
        (kind, pattern)
        for kind, patterns in NOT_USED.items()
        for pattern in patterns
        if not any(fnmatchcase(action, pattern) for action in asked[kind])
    }
    assert idle == set()


def test_nothing_is_allowed_that_no_resource_asks_for(pipe: Stack, deployed: list[Stack]) -> None:
    asked = {action.lower() for kind in kinds(deployed) for action in asked_for(kind)}
    beyond = {
        # Tags of the stack, on types whose schemas do not say how they are told.
        "lambda:listtags", "lambda:untagresource", "lambda:tagresource",
        # API Gateway's access log; SAM's transform; tags of nested stacks.
        "logs:describeloggroups", "logs:createlogdelivery", "logs:getlogdelivery", "logs:updatelogdelivery",
        "logs:deletelogdelivery", "logs:listlogdeliveries", "logs:describeresourcepolicies", "logs:putresourcepolicy",
        "cloudformation:createchangeset", "cloudformation:tagresource", "cloudformation:untagresource",
    }  # fmt: skip
    attached = [each for each in pipe.of_type("AWS::IAM::ManagedPolicy") if each.logical_id != "Boundary"]
    allowed = {action.lower() for each in attached for action in actions_of(each.properties["PolicyDocument"])}
    assert {each for each in allowed if "*" not in each} - asked - beyond == set()


def test_who_deploys_reads_no_cart_no_secret_and_makes_nobody_an_administrator(pipe: Stack) -> None:
    role = role_policy(pipe)
    own = f"arn:aws:dynamodb:eu-central-1:{pipe.account}:table/rebasket-prod-CartsTable-1X2Y"
    for action in ("GetItem", "Query", "Scan", "PutItem", "ExportTableToPointInTime", "RestoreTableFromBackup"):
        assert not role.allows(Request(f"dynamodb:{action}", own, {})), action
    secret = f"arn:aws:ssm:eu-central-1:{pipe.account}:parameter/rebasket/prod/contact-key"
    assert not role.allows(Request("ssm:GetParameter", secret, {}))
    assert not role.allows(Request("s3:GetObject", "arn:aws:s3:::rebasket-prod-failedbatchesbucket-1x2y/aws/lambda/x", {}))
    assert not role.allows(
        Request("sqs:ReceiveMessage", f"arn:aws:sqs:eu-central-1:{pipe.account}:rebasket-prod-DeadTimersQueue", {})
    )

    made = f"arn:aws:iam::{pipe.account}:role/rebasket-prod-Any-1X2Y"
    inside = {"iam:permissionsboundary": [f"arn:aws:iam::{pipe.account}:policy/rebasket-prod-boundary"]}
    for action in ("CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"):
        assert not role.allows(Request(f"iam:{action}", made, {})), action
    admin = inside | {"iam:policyarn": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    assert not role.allows(Request("iam:AttachRolePolicy", made, admin))
    assert not role.allows(Request("iam:DeleteRolePermissionsBoundary", made, inside))
    for action in ("CreateUser", "CreateAccessKey", "CreatePolicyVersion", "CreateOpenIDConnectProvider"):
        assert not role.allows(Request(f"iam:{action}", made, inside)), action


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/orders"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:123456789012:function:checkout"),
        ("iam:DeleteRole", "arn:aws:iam::123456789012:role/admin"),
        ("sqs:DeleteQueue", "arn:aws:sqs:eu-central-1:123456789012:orders"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::backups"),
        ("cloudformation:DeleteStack", "arn:aws:cloudformation:eu-central-1:123456789012:stack/rebasket-dev/5be8"),
        ("cloudformation:DeleteStack", "arn:aws:cloudformation:eu-central-1:123456789012:stack/rebasket-prod/5be8"),
        ("ses:DeleteConfigurationSet", "arn:aws:ses:eu-central-1:123456789012:configuration-set/newsletter"),
        ("logs:DeleteLogGroup", "arn:aws:logs:eu-central-1:123456789012:log-group:/rebasket/dev/remind"),
    ],
)
def test_what_else_lives_in_the_account_is_out_of_reach(pipe: Stack, action: str, arn: str) -> None:
    assert not role_policy(pipe).allows(Request(action, arn, {}))


def wanted(role: Resource) -> Iterator[tuple[str, str]]:
    """(action, a resource) of all that a role allows."""
    for policy in role.properties.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                for action in listed(statement["Action"]):
                    for resource in listed(statement["Resource"]):
                        yield action, resource if resource == "*" else resource.replace("*", "x")


def listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_every_role_s_own_permissions_fit_its_boundary(pipe: Stack, deployed: list[Stack]) -> None:
    bounds = boundary(pipe)
    roles = list(deployed[0].of_type("AWS::IAM::Role"))
    outside = {
        (role.logical_id, action, resource)
        for role in roles
        for action, resource in wanted(role)
        if not bounds.allows(Request(action, resource, {}))
    }
    assert len(roles) == 10
    assert outside == set()


def test_what_aws_s_own_policies_are_attached_for_fits_the_boundary(pipe: Stack, deployed: list[Stack]) -> None:
    bounds = boundary(pipe)
    region, account = pipe.region, pipe.account
    stream = f"arn:aws:dynamodb:{region}:{account}:table/rebasket-prod-TimersTable-1X2Y/stream/2026-11-22T00:00:00.000"
    log = f"arn:aws:logs:{region}:{account}:log-group:/rebasket/prod/remind:log-stream:x"
    attached = {
        arn.partition(":policy/")[2]
        for role in deployed[0].of_type("AWS::IAM::Role")
        for arn in role.properties.get("ManagedPolicyArns", [])
    }
    for name in attached:
        for action in _MANAGED[name]:
            resource = {"dynamodb": stream, "logs": log, "xray": "*"}[action.partition(":")[0]]
            # Groups are made by the template, with a retention: a function needs none of its own.
            assert bounds.allows(Request(action, resource, {})) is (action != "logs:CreateLogGroup"), action


def test_the_boundary_bounds(pipe: Stack) -> None:
    bounds: Policy = boundary(pipe)
    region, account = pipe.region, pipe.account
    for action, arn in (
        ("iam:PassRole", f"arn:aws:iam::{account}:role/admin"),
        ("sts:AssumeRole", f"arn:aws:iam::{account}:role/admin"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{region}:{account}:table/orders"),
        ("dynamodb:Scan", f"arn:aws:dynamodb:{region}:{account}:table/rebasket-prod-CartsTable-1X2Y"),
        ("ssm:GetParameter", f"arn:aws:ssm:{region}:{account}:parameter/rebasket/dev/contact-key"),
        ("ssm:PutParameter", f"arn:aws:ssm:{region}:{account}:parameter/rebasket/prod/contact-key"),
        ("sns:Publish", f"arn:aws:sns:{region}:{account}:orders"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{region}:{account}:function:checkout"),
        ("kms:Decrypt", f"arn:aws:kms:{region}:{account}:key/5be8"),
    ):
        assert not bounds.allows(Request(action, arn, {})), action
    by_parameter_store = {"kms:viaservice": [f"ssm.{region}.amazonaws.com"]}
    assert bounds.allows(Request("kms:Decrypt", f"arn:aws:kms:{region}:{account}:key/5be8", by_parameter_store))


def test_every_wildcard_in_a_policy_has_its_reason_in_the_same_line() -> None:
    assert len(wildcards(PIPELINE)) + len(wildcards(PERMISSIONS)) > 20
    assert unexplained(PIPELINE) == unexplained(PERMISSIONS) == []

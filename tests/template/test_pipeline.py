"""Who may deploy: one environment of one repository, by way of roles that cannot outgrow themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket_local.errors import TemplateInvalid
from rebasket_local.policies import Policy, Request
from tests.template.pipelined import PIPELINE, actions_of, deploy_role, pipeline, role_policy

if TYPE_CHECKING:
    from rebasket_local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
SUBJECT = "token.actions.githubusercontent.com:sub"
AUDIENCE = "token.actions.githubusercontent.com:aud"


@pytest.fixture(scope="module")
def stack() -> Stack:
    return pipeline()


def trust(stack: Stack) -> dict[str, Any]:
    (statement,) = stack.resource("DeployRole").properties["AssumeRolePolicyDocument"]["Statement"]
    found: dict[str, Any] = statement
    return found


@pytest.mark.parametrize(
    ("parameters", "subject"),
    [
        ({"Repository": "shop/rebasket"}, "repo:shop/rebasket:environment:prod"),
        ({"Repository": "shop@12/rebasket@345"}, "repo:shop@12/rebasket@345:environment:prod"),
        ({"Repository": "shop/rebasket", "Environment": "live"}, "repo:shop/rebasket:environment:live"),
    ],
)
def test_github_is_believed_for_one_environment_of_one_repository(parameters: dict[str, str], subject: str) -> None:
    """Compared whole: a pattern would let repo:shop/rebasket-fork in, or pull requests."""
    statement = trust(pipeline(**parameters))
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {"StringEquals": {AUDIENCE: "sts.amazonaws.com", SUBJECT: subject}}


def test_the_provider_is_github_s_and_made_once_an_account(stack: Stack) -> None:
    (provider,) = stack.of_type("AWS::IAM::OIDCProvider")
    assert provider.properties["Url"] == "https://token.actions.githubusercontent.com"
    assert provider.properties["ClientIdList"] == ["sts.amazonaws.com"]
    assert trust(stack)["Principal"] == {"Federated": provider.ref}
    existing = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    second = pipeline(ProviderArn=existing)
    assert not list(second.of_type("AWS::IAM::OIDCProvider"))
    assert trust(second)["Principal"] == {"Federated": existing}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Repository", "rebasket"),
        ("Repository", "shop/*"),
        ("Repository", "*/rebasket"),
        ("Repository", "shop/rebasket:environment:prod"),
        ("Repository", "shop/rebasket/x"),
        ("Environment", "prod*"),
        ("Environment", "a:b"),
        ("ProviderArn", "arn:aws:iam::123456789012:oidc-provider/example.com"),
        ("Stage", "pipeline-prod"),  # its resources would be called as the pipeline's own stack
        ("Stage", "*"),
    ],
)
def test_a_wider_trust_is_refused_before_anything_is_deployed(name: str, value: str) -> None:
    with pytest.raises(TemplateInvalid, match=name):
        pipeline(**{name: value})


def test_a_job_changes_one_stack_and_only_by_way_of_the_other_role(stack: Stack) -> None:
    role = deploy_role(stack)
    by_role = stack.resource("CloudFormationRole").arn

    def may(action: str, name: str, role_arn: str | None) -> bool:
        arn = f"arn:aws:cloudformation:eu-central-1:{stack.account}:stack/{name}/5be8"
        context = {"cloudformation:rolearn": [role_arn]} if role_arn else {}
        return role.allows(Request(f"cloudformation:{action}", arn, context))

    assert may("CreateChangeSet", "rebasket-prod", by_role)
    assert not may("CreateChangeSet", "rebasket-prod", None)
    assert not may("CreateChangeSet", "rebasket-prod", f"arn:aws:iam::{stack.account}:role/admin")
    for name in ("rebasket-dev", "rebasket-prod-2", "rebasket-pipeline-prod", "somebody-elses"):
        assert not may("CreateChangeSet", name, by_role), name
        assert not may("ExecuteChangeSet", name, by_role), name
    for action in ("DeleteStack", "UpdateStack", "CreateStack", "SetStackPolicy", "UpdateTerminationProtection"):
        assert not may(action, "rebasket-prod", by_role), action


def test_a_job_hands_over_that_role_to_cloudformation_and_to_nobody_else(stack: Stack) -> None:
    role, arn = deploy_role(stack), stack.resource("CloudFormationRole").arn
    assert role.allows(Request("iam:PassRole", arn, {"iam:passedtoservice": ["cloudformation.amazonaws.com"]}))
    assert not role.allows(Request("iam:PassRole", arn, {"iam:passedtoservice": ["lambda.amazonaws.com"]}))
    admin = f"arn:aws:iam::{stack.account}:role/admin"
    assert not role.allows(Request("iam:PassRole", admin, {"iam:passedtoservice": ["cloudformation.amazonaws.com"]}))


def test_a_job_does_nothing_else(stack: Stack) -> None:
    document = stack.resource("DeployRole").properties["Policies"][0]["PolicyDocument"]
    assert {action.partition(":")[0] for action in actions_of(document)} == {"cloudformation", "iam", "s3"}
    assert {action for action in actions_of(document) if not action.startswith("cloudformation:")} == {
        "iam:PassRole",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }
    bucket = stack.resource("Artifacts")
    assert deploy_role(stack).allows(Request("s3:PutObject", f"{bucket.arn}/rebasket-prod/5be8.template", {}))
    assert not deploy_role(stack).allows(Request("s3:PutObject", "arn:aws:s3:::another/x", {}))


def test_only_cloudformation_takes_the_other_role(stack: Stack) -> None:
    (statement,) = stack.resource("CloudFormationRole").properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudformation.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"


def test_neither_role_can_be_changed_by_what_it_deploys(stack: Stack) -> None:
    """They live under a path of their own, which no pattern for the installation's roles reaches."""
    made = role_policy(stack)
    within = {"iam:permissionsboundary": [f"arn:aws:iam::{stack.account}:policy/rebasket-prod-boundary"]}
    for logical_id in ("DeployRole", "CloudFormationRole"):
        assert stack.resource(logical_id).properties["Path"] == "/rebasket-pipeline/"
        arn = f"arn:aws:iam::{stack.account}:role/rebasket-pipeline/rebasket-pipeline-prod-{logical_id}-1X2Y"
        for action in ("PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy", "PassRole", "DeleteRole"):
            assert not made.allows(Request(f"iam:{action}", arn, within)), (logical_id, action)
    for policy in ("rebasket-prod-boundary", "rebasket-pipeline/rebasket-pipeline-prod-RolesPolicy-1X2Y"):
        arn = f"arn:aws:iam::{stack.account}:policy/{policy}"
        for action in ("CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicy"):
            assert not made.allows(Request(f"iam:{action}", arn, within)), action


def test_the_artifacts_are_private_stay_and_refuse_plain_http(stack: Stack) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket")
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket.properties
    assert not any("ExpirationInDays" in rule for rule in bucket.properties["LifecycleConfiguration"]["Rules"])
    (policy,) = stack.of_type("AWS::S3::BucketPolicy")
    read = Request("s3:GetObject", f"{bucket.arn}/x", {"aws:securetransport": ["false"]})
    (statement,) = policy.properties["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert not Policy([{"Statement": [statement, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}], "p").allows(read)


def test_a_policy_is_no_longer_than_iam_takes(stack: Stack) -> None:
    """6,144 characters a managed policy, blanks aside (IAM User Guide, "IAM and AWS STS quotas")."""
    for policy in stack.of_type("AWS::IAM::ManagedPolicy"):
        text = "".join(str(policy.properties["PolicyDocument"]).split())
        assert len(text) < 6_144, f"{policy.logical_id}: {len(text)}"


def test_every_parameter_is_explained_and_has_its_place() -> None:
    written = yaml_parse(PIPELINE.read_text(encoding="utf-8"))
    for name, parameter in written["Parameters"].items():
        assert parameter["Description"], name
        assert parameter["ConstraintDescription"], name
        assert "AllowedPattern" in parameter, name
    groups = written["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(written["Parameters"])

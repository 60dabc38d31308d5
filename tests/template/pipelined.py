"""infra/pipeline.yaml and what it nests as they would stand, their roles ready to be asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rebasket_local.policies import Policy
from rebasket_local.stack import Stack

PIPELINE = Path(__file__).resolve().parents[2] / "infra/pipeline.yaml"
PERMISSIONS = PIPELINE.with_name("pipeline-permissions.yaml")


def pipeline(**parameters: str) -> Stack:
    """For the installation prod of shop/rebasket."""
    given = {"Stage": "prod", "Repository": "shop/rebasket"} | parameters
    return Stack(PIPELINE, given, region="eu-central-1", name="rebasket-pipeline-prod")


def deploy_role(stack: Stack) -> Policy:
    """What the job may do."""
    return Policy([each["PolicyDocument"] for each in stack.resource("DeployRole").properties["Policies"]], "DeployRole")


def role_policy(stack: Stack) -> Policy:
    """What CloudFormation may do with the role that it is handed."""
    permissions = stack.nested("PermissionsStack")
    found = [*permissions.of_type("AWS::IAM::ManagedPolicy"), stack.resource("RolesPolicy")]
    assert {each.ref for each in found} == set(stack.resource("CloudFormationRole").properties["ManagedPolicyArns"])
    return Policy([each.properties["PolicyDocument"] for each in found], "CloudFormationRole")


def boundary(stack: Stack) -> Policy:
    """What no role of the installation can go beyond."""
    return Policy([stack.resource("Boundary").properties["PolicyDocument"]], "Boundary")


def actions_of(document: Mapping[str, Any]) -> set[str]:
    """All actions that a policy document speaks of."""
    found = [statement["Action"] for statement in document["Statement"]]
    return {action for each in found for action in (each if isinstance(each, list) else [each])}

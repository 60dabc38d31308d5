"""New versions: where they are tried first, what takes them back, and that such a stack can be made at all."""

import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import pytest

from rebasket_local.policies import Policy, Request
from rebasket_local.sam import transform
from rebasket_local.stack import Stack
from tests.template.watched import PROD, ROOT, alarms, installation

SHIFTED = {"IngestFunction", "RemindFunction", "VisitFunction", "ReportFunction"}


@pytest.fixture(scope="module")
def translated() -> Mapping[str, Any]:
    return transform(ROOT / "template.yaml", PROD, "eu-central-1")


def needs(value: object) -> Iterator[str]:
    """The names that a value refers to, conditions aside."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner)
            elif key == "Fn::GetAtt":
                yield str(inner).partition(".")[0] if isinstance(inner, str) else str(inner[0])
            elif key == "Fn::Sub":
                text, more = (inner, {}) if isinstance(inner, str) else inner
                yield from (name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", text) if name not in more)
                yield from needs(more)
            elif key == "DependsOn":
                yield from [inner] if isinstance(inner, str) else inner
            elif key != "Condition" or not isinstance(inner, str):
                yield from needs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from needs(inner)


def test_nothing_needs_itself_in_the_end(translated: Mapping[str, Any]) -> None:
    """cfn-lint looks at the default parameters only, with which there is neither canary nor monitoring."""
    resources = translated["Resources"]
    graph = {name: {each for each in needs(resource) if each in resources} for name, resource in resources.items()}
    order = list(TopologicalSorter(graph).static_order())
    # The chain that makes a circle as soon as one link points the wrong way.
    chain = [
        "IngestFunction", "IngestErrorsStack", "IngestFunctionDeploymentGroup", "IngestFunctionAliaslive", "HttpApi",
        "RemindFunction", "RemindErrorsStack", "RemindFunctionDeploymentGroup", "RemindFunctionAliaslive",
    ]  # fmt: skip
    assert sorted(chain, key=order.index) == chain
    assert order.index("HttpApi") < order.index("MachineryStack")


def test_what_people_and_the_stream_call_is_tried_on_a_tenth_first(translated: Mapping[str, Any]) -> None:
    resources = translated["Resources"]
    groups = {name for name, each in resources.items() if each["Type"] == "AWS::CodeDeploy::DeploymentGroup"}
    assert groups == {f"{function}DeploymentGroup" for function in SHIFTED}
    for function in SHIFTED:
        properties = resources[f"{function}DeploymentGroup"]["Properties"]
        assert properties["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Canary10Percent5Minutes"}
        assert properties["AutoRollbackConfiguration"]["Enabled"] is True
        assert "DEPLOYMENT_STOP_ON_ALARM" in properties["AutoRollbackConfiguration"]["Events"]
        assert properties["ServiceRoleArn"]["Fn::If"][:2] == ["ShiftsGradually", {"Fn::GetAtt": ["DeploymentRole", "Arn"]}]
        alias = resources[f"{function}Aliaslive"]
        assert alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"] == {
            "Ref": f"{function}DeploymentGroup"
        }


def test_a_deployment_goes_by_the_alarm_of_its_own_function(translated: Mapping[str, Any]) -> None:
    stack = installation()
    for function in SHIFTED:
        name = function.removesuffix("Function")
        condition, chosen, _ = translated["Resources"][f"{function}DeploymentGroup"]["Properties"]["AlarmConfiguration"]["Fn::If"]
        watching = [{"Name": {"Fn::GetAtt": [f"{name}ErrorsStack", "Outputs.AlarmName"]}}]
        assert (condition, chosen) == ("ShiftsGradually", {"Enabled": True, "Alarms": watching})
        errors = stack.nested(f"{name}ErrorsStack")
        assert errors.outputs == {"AlarmName": f"rebasket-prod-{name.lower()}-errors"}


def test_errors_are_those_of_the_version_being_deployed() -> None:
    stack = installation()
    for function in SHIFTED:
        (alarm,) = stack.nested(f"{function.removesuffix('Function')}ErrorsStack").of_type("AWS::CloudWatch::Alarm")
        ref = stack.resource(function).ref
        version = [
            {"Name": "FunctionName", "Value": ref},
            {"Name": "Resource", "Value": f"{ref}:live"},
            {"Name": "ExecutedVersion", "Value": "1"},
        ]
        metrics = [each["MetricStat"]["Metric"] for each in alarm.properties["Metrics"] if "MetricStat" in each]
        of_lambda = {each["MetricName"]: each["Dimensions"] for each in metrics if each["Namespace"] == "AWS/Lambda"}
        assert of_lambda == {"Errors": version, "Invocations": version}


def test_all_at_once_needs_no_codedeploy_and_no_alarm() -> None:
    """How a repair gets through while the alarm that would stop it is on, and how dev deploys."""
    stack = installation(TrafficShift="AllAtOnce", Monitoring="none")
    watching = ("AWS::CodeDeploy::", "AWS::CloudFormation::", "AWS::CloudWatch::", "AWS::SNS::")
    assert [each for each in stack.types().values() if each.startswith(watching)] == []
    assert "DeploymentRole" not in stack.types()
    watched = installation(TrafficShift="AllAtOnce")
    assert [each for each in watched.types().values() if each.startswith("AWS::CodeDeploy::")] == []
    assert "IngestErrorsStack" in watched.types()


def test_a_canary_without_monitoring_has_its_alarms_and_tells_nobody() -> None:
    stack = installation(Monitoring="none")
    assert len(list(stack.of_type("AWS::CloudFormation::Stack"))) == len(SHIFTED)
    for alarm in alarms(stack):
        assert "AlarmActions" not in alarm.properties


def test_codedeploy_moves_the_aliases_of_these_functions_and_of_no_other() -> None:
    stack = installation()
    role = stack.resource("DeploymentRole")
    policy = Policy([each["PolicyDocument"] for each in role.properties["Policies"]], "DeploymentRole")
    moved = {
        function.logical_id
        for function in stack.of_type("AWS::Lambda::Function")
        if policy.allows(Request("lambda:UpdateAlias", function.arn, {}))
    }
    assert moved == SHIFTED
    assert "ManagedPolicyArns" not in role.properties
    (trusting,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
    assert trusting["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    assert trusting["Condition"] == {"StringEquals": {"aws:SourceAccount": stack.account}}


def test_every_role_is_bounded_where_a_boundary_is_given() -> None:
    bounded = installation()
    arn = f"arn:aws:iam::{bounded.account}:policy/rebasket-prod-boundary"
    roles = list(bounded.of_type("AWS::IAM::Role"))
    assert len(roles) == 10  # seven functions, two schedules, CodeDeploy
    assert {role.properties.get("PermissionsBoundary") for role in roles} == {arn}
    free = Stack(ROOT / "template.yaml", {"SenderEmail": PROD["SenderEmail"]}, region="eu-central-1", name="rebasket-dev")
    assert {role.properties.get("PermissionsBoundary") for role in free.of_type("AWS::IAM::Role")} == {None}

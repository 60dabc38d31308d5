"""What a deployer sets: parameters, samconfig.toml, the HTTP API's limits and log, and what the stack tells afterwards."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket import __version__
from rebasket_local.errors import TemplateInvalid
from rebasket_local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return template


@pytest.fixture(scope="module")
def samconfig() -> dict[str, Any]:
    return tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))


def deploy(**parameters: str) -> Stack:
    return Stack(ROOT / "template.yaml", {"SenderEmail": "carts@shop.example"} | parameters, region="eu-central-1", name="t")


def test_a_parameter_says_what_it_is_and_what_it_takes(written: dict[str, Any]) -> None:
    for name, parameter in written["Parameters"].items():
        assert parameter["Description"], name
        assert parameter["ConstraintDescription"], name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), name
    # A made-up sender would deploy, and then fail at every message.
    assert [name for name, parameter in written["Parameters"].items() if "Default" not in parameter] == ["SenderEmail"]


def test_every_parameter_has_its_place_in_the_console(written: dict[str, Any]) -> None:
    groups = written["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(written["Parameters"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Stage", "prod-eu"),
        ("SenderEmail", "o'hara+carts@mail.shop.example"),
        ("SmsSenderId", "SHOP-24"),
        ("SmsSenderId", ""),
        ("PublicUrl", "https://go.shop.example/carts"),
        ("PublicUrl", "http://127.0.0.1:4566/_aws/execute-api/a1b2c3/$default"),
        ("PublicUrl", "http://a1b2c3.execute-api.localhost:4566"),
        ("EmailEventSources", "aws.ses,rehearsal"),
        ("TimerShards", "64"),
        ("Monitoring", "dashboard"),
        ("AlarmEmail", ""),
        ("AlarmEmail", "on-call@shop.example"),
        ("SmsSpendAlarm", "40.5"),
        ("TrafficShift", "Canary10Percent5Minutes"),
        ("PermissionsBoundary", "rebasket-prod-boundary"),
        ("HttpConcurrency", "50"),
    ],
)
def test_a_sensible_value_is_taken(name: str, value: str) -> None:
    deploy(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Stage", "Prod"),
        ("Stage", "a/b"),
        ("SenderEmail", "Shop <carts@shop.example>"),
        ("SenderEmail", "carts@shop"),
        ("SmsSenderId", "12345"),
        ("SmsSenderId", "TWELVELETTER"),
        ("SmsSenderId", "МАГАЗИН"),
        ("PublicUrl", "http://shop.example"),
        ("PublicUrl", "https://go.shop.example/"),
        ("PublicUrl", "https://go.shop.example?x=1"),
        ("PublicUrl", "https://user@go.shop.example"),
        ("EmailEventSources", "aws.ses,,x"),
        ("LogRetentionDays", "31"),
        ("RetentionDays", "29"),
        ("TimerShards", "0"),
        ("Architecture", "x86"),
        ("Monitoring", "yes"),
        ("AlarmEmail", "on-call"),
        ("SmsSpendAlarm", "0"),
        ("TrafficShift", "Canary"),
        ("PermissionsBoundary", "arn:aws:iam::123456789012:policy/bounds"),
        ("HttpConcurrency", "-1"),
    ],
)
def test_a_value_that_could_not_work_is_refused_before_anything_is_deployed(name: str, value: str) -> None:
    with pytest.raises(TemplateInvalid, match=name):
        deploy(**{name: value})


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_environment_deploys_under_its_own_name(samconfig: dict[str, Any], environment: str) -> None:
    settings = samconfig[environment]["deploy"]["parameters"]
    parameters = dict(each.split("=", 1) for each in settings["parameter_overrides"])
    assert parameters["Stage"] == environment
    assert settings["stack_name"] == f"rebasket-{environment}"
    # SAM takes nothing from `default` for another environment.
    common = samconfig["default"]["deploy"]["parameters"]
    assert {name: settings[name] for name in common if name != "tags"} == {
        name: value for name, value in common.items() if name != "tags"
    }
    deploy(**parameters)


def test_prod_protects_its_data_and_waits_for_the_shop_s_own_sender(samconfig: dict[str, Any]) -> None:
    parameters = dict(each.split("=", 1) for each in samconfig["prod"]["deploy"]["parameters"]["parameter_overrides"])
    assert parameters["DeletionProtection"] == "true"
    assert "SenderEmail" not in parameters
    with pytest.raises(TemplateInvalid, match="SenderEmail"):
        Stack(ROOT / "template.yaml", parameters, region="eu-central-1", name="t")


def test_prod_watches_and_takes_back_what_dev_need_not(samconfig: dict[str, Any]) -> None:
    """What has a fixed price is off in dev."""
    chosen = {
        environment: dict(each.split("=", 1) for each in samconfig[environment]["deploy"]["parameters"]["parameter_overrides"])
        for environment in ("dev", "prod")
    }
    assert chosen["prod"]["Monitoring"] == "alarms"
    assert chosen["prod"]["TrafficShift"] == "Canary10Percent5Minutes"
    assert not {"Monitoring", "TrafficShift"} & set(chosen["dev"])
    dev = deploy(**chosen["dev"])
    priced = "AWS::CloudFormation::Stack", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard"
    assert not list(dev.of_type(*priced))
    # Silent minutes are asked for, too: each shard costs a read every time.
    assert chosen["dev"]["TimerShards"] == "1"


def test_builds_are_not_cached(samconfig: dict[str, Any]) -> None:
    """The cache's key leaves out the environment, ARCHITECTURE with it."""
    assert samconfig["default"]["build"]["parameters"]["cached"] is False


def test_the_api_throttles_as_told(stack: Stack) -> None:
    (stage,) = stack.of_type("AWS::ApiGatewayV2::Stage")
    assert stage.properties["StageName"] == "$default"
    assert {name: int(value) for name, value in stage.properties["DefaultRouteSettings"].items()} == {
        "ThrottlingRateLimit": 200,
        "ThrottlingBurstLimit": 400,
    }
    # Each answer reads whole days of episodes: a loop gone wild would cost.
    assert stage.properties["RouteSettings"] == {"GET /v1/report": {"ThrottlingRateLimit": 5, "ThrottlingBurstLimit": 10}}


def test_no_script_of_another_origin_may_call_the_api(stack: Stack) -> None:
    (api,) = stack.of_type("AWS::ApiGatewayV2::Api")
    assert "CorsConfiguration" not in api.properties
    assert not [key for key in api.properties["Body"] if "cors" in key]


def test_the_access_log_is_json_forgets_and_holds_no_token_and_no_address(stack: Stack) -> None:
    (stage,) = stack.of_type("AWS::ApiGatewayV2::Stage")
    settings = stage.properties["AccessLogSettings"]
    entry = json.loads(settings["Format"])
    assert {"requestId", "time", "route", "status", "latencyMs"} <= set(entry)
    told = {name for value in entry.values() for name in re.findall(r"\$context\.([\w.]+)", value)}
    # A path holds the token of a link, an identity the shopper's address.
    assert not [name for name in told if name.startswith(("path", "identity", "authorizer")) or name == "domainName"]
    (group,) = (each for each in stack.of_type("AWS::Logs::LogGroup") if each.arn == settings["DestinationArn"])
    assert int(group.properties["RetentionInDays"]) == 30


def test_mail_to_addresses_that_bounced_or_complained_is_stopped_by_ses_too(stack: Stack) -> None:
    (configuration,) = stack.of_type("AWS::SES::ConfigurationSet")
    assert configuration.properties["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    assert configuration.properties["ReputationOptions"] == {"ReputationMetricsEnabled": True}


def test_the_stack_tells_where_everything_is(stack: Stack, written: dict[str, Any]) -> None:
    assert all(output["Description"] for output in written["Outputs"].values())
    (api,) = stack.of_type("AWS::ApiGatewayV2::Api")
    base = f"https://{api.ref}.execute-api.eu-central-1.amazonaws.com"
    assert stack.outputs == {
        "Version": __version__,
        "ApiUrl": base,
        "EventsUrl": f"{base}/v1/events",
        "ReportUrl": f"{base}/v1/report",
        "CartsTableName": "rebasket-test-CartsTable",
        "TimersTableName": "rebasket-test-TimersTable",
        "SecretsPrefix": "/rebasket/dev",
        "ConfigurationSetName": "rebasket-dev",
        "DeadTimersQueueUrl": stack.resource("DeadTimersQueue").ref,
        "DeadFeedbackQueueUrl": stack.resource("DeadFeedbackQueue").ref,
        "DeadRunsQueueUrl": stack.resource("DeadRunsQueue").ref,
        "FailedBatchesBucketName": stack.resource("FailedBatchesBucket").ref,
    }

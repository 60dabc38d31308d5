"""Functions, their surroundings and their log groups."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.reporting.adjustments import RIPE
from rebasket.settings import read_sending, read_settings
from rebasket_cli.costs.usage import WHOLE_PROCESSOR_MB
from rebasket_local.sam import folder_of
from rebasket_local.stack import Resource, Stack

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("ingest", "sweep", "remind", "feedback", "visit", "close_books", "report")

EVERYWHERE = {
    "REBASKET_STAGE": "dev",
    "REBASKET_CARTS_TABLE": "rebasket-test-CartsTable",
    "REBASKET_TIMERS_TABLE": "rebasket-test-TimersTable",
    "REBASKET_TIMER_SHARDS": "4",
    "REBASKET_SECRETS_PREFIX": "/rebasket/dev",
    "REBASKET_RETENTION_DAYS": "90",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Rebasket/dev",
}
REMIND_ONLY = {
    "REBASKET_SENDER": "carts@shop.example",
    "REBASKET_CONFIGURATION_SET": "rebasket-dev",
    "REBASKET_SMS_SENDER_ID": "",
}


def functions(stack: Stack) -> dict[str, Resource]:
    """By the name under which tests and Lambda import them."""
    return {
        function.properties["Handler"].removeprefix("functions.").removesuffix(".app.handler"): function
        for function in stack.of_type("AWS::Lambda::Function")
    }


def environment(stack: Stack, name: str) -> dict[str, str]:
    return {key: str(value) for key, value in functions(stack)[name].properties["Environment"]["Variables"].items()}


def test_there_are_seven(stack: Stack) -> None:
    assert sorted(functions(stack)) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_ships_its_own_folder_under_the_path_it_is_imported_by(stack: Stack, name: str) -> None:
    function = functions(stack)[name]
    assert folder_of(function.properties["Code"], ROOT) == ROOT / "functions" / name
    assert function.metadata["BuildProperties"] == {"ParentPackageMode": "explicit", "ParentPackages": f"functions.{name}"}


@pytest.mark.parametrize("name", NAMES)
def test_no_function_runs_longer_than_the_lease_allows(stack: Stack, name: str) -> None:
    properties = functions(stack)[name].properties
    assert 5 <= properties["Timeout"] <= (240 if name == "close_books" else 30)
    assert 256 <= properties["MemorySize"] <= 1769
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["TracingConfig"] == {"Mode": "PassThrough" if name == "sweep" else "Active"}


def test_the_night_ends_before_what_it_marked_is_taken_for_done(stack: Stack) -> None:
    """By the clock of another function, which may be half a minute ahead."""
    longest = max(function.properties["Timeout"] for function in functions(stack).values())
    assert timedelta(seconds=longest + 30) < min(RIPE, LEASE)


@pytest.mark.parametrize("name", ["close_books", "report"])
def test_what_counts_has_a_whole_processor(stack: Stack, name: str) -> None:
    assert functions(stack)[name].properties["MemorySize"] == WHOLE_PROCESSOR_MB


def test_traces_can_be_done_without() -> None:
    given = {"SenderEmail": "carts@shop.example", "Tracing": "PassThrough"}
    untraced = Stack(ROOT / "template.yaml", given, region="eu-central-1", name="rebasket-test")
    assert {each.properties["TracingConfig"]["Mode"] for each in functions(untraced).values()} == {"PassThrough"}


def test_functions_behind_the_api_end_before_the_api_gives_up(stack: Stack) -> None:
    for name in ("ingest", "visit", "report"):
        assert functions(stack)[name].properties["Timeout"] < 30


@pytest.mark.parametrize("name", NAMES)
def test_a_function_loads_what_it_needs_and_no_more(stack: Stack, name: str) -> None:
    layers = {version.ref: version.properties["Description"] for version in stack.of_type("AWS::Lambda::LayerVersion")}
    loaded = [layers[arn].removeprefix("Third-party libraries of ") for arn in functions(stack)[name].properties["Layers"]]
    rendering = ["the Rebasket functions that render"] if name in {"remind", "visit"} else []
    assert loaded == ["all Rebasket functions", "The package rebasket", *rendering]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_s_log_group_is_there_first_and_forgets(stack: Stack, name: str) -> None:
    group = functions(stack)[name].properties["LoggingConfig"]["LogGroup"]
    (found,) = (each for each in stack.of_type("AWS::Logs::LogGroup") if each.ref == group)
    assert found.properties["LogGroupName"] == f"/rebasket/dev/{name}"
    assert int(found.properties["RetentionInDays"]) == 30


@pytest.mark.parametrize("name", NAMES)
def test_a_deployment_publishes_a_version_behind_an_alias(stack: Stack, name: str) -> None:
    function = functions(stack)[name]
    (alias,) = (each for each in stack.of_type("AWS::Lambda::Alias") if each.properties["FunctionName"] == function.ref)
    assert alias.properties["Name"] == "live"


def test_a_changed_layer_alone_publishes_a_version_too() -> None:
    written = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))["Resources"]
    for name, resource in written.items():
        if resource["Type"] == "AWS::Serverless::Function":
            assert resource["Properties"]["AutoPublishAliasAllProperties"] is True, name


@pytest.mark.parametrize("name", NAMES)
def test_a_function_knows_tables_secrets_and_its_name(stack: Stack, name: str) -> None:
    known = environment(stack, name)
    assert {key: known.get(key) for key in EVERYWHERE} == EVERYWHERE
    assert known["POWERTOOLS_SERVICE_NAME"] == name


def test_only_remind_knows_how_to_send(stack: Stack) -> None:
    known = environment(stack, "remind")
    assert {key: known.get(key) for key in REMIND_ONLY} == REMIND_ONLY
    assert known["REBASKET_DEAD_TIMERS_URL"] == stack.resource("DeadTimersQueue").ref
    assert known["REBASKET_PUBLIC_URL"] == stack.outputs["ApiUrl"]
    only = set(known) - set(EVERYWHERE) - {"POWERTOOLS_SERVICE_NAME"}
    for name in set(NAMES) - {"remind"}:
        assert not only & set(environment(stack, name)), name


@pytest.mark.parametrize("name", NAMES)
def test_the_settings_that_the_code_reads_are_the_ones_that_the_template_sets(stack: Stack, name: str) -> None:
    found = read_settings(environment(stack, name) | {"AWS_REGION": "eu-central-1"})
    assert (found.stage, found.timer_shards, found.retention) == ("dev", 4, timedelta(days=90))
    assert {found.carts_table, found.timers_table} == {table.ref for table in stack.of_type("AWS::DynamoDB::Table")}


@pytest.mark.parametrize(
    "parameters", [{"TimerShards": "1", "RetentionDays": "30"}, {"TimerShards": "64", "RetentionDays": "1095"}]
)
def test_what_a_deployer_may_set_at_the_edges_starts(parameters: dict[str, str]) -> None:
    stack = Stack(ROOT / "template.yaml", {"SenderEmail": "carts@shop.example"} | parameters, region="eu-central-1", name="t")
    read_settings(environment(stack, "ingest") | {"AWS_REGION": "eu-central-1"})


def test_remind_finds_what_it_sends_with(stack: Stack) -> None:
    found = read_sending(environment(stack, "remind"))
    assert found.sender == "carts@shop.example"
    assert found.sms_sender_id == ""


def test_links_lead_to_the_custom_domain_where_there_is_one() -> None:
    parameters = {"SenderEmail": "carts@shop.example", "PublicUrl": "https://go.shop.example"}
    stack = Stack(ROOT / "template.yaml", parameters, region="eu-central-1", name="rebasket-test")
    assert environment(stack, "remind")["REBASKET_PUBLIC_URL"] == "https://go.shop.example"
    assert "go.shop.example" not in stack.outputs["ApiUrl"]


@pytest.mark.parametrize(
    ("parameters", "reserved"),
    [
        ({}, {}),
        ({"SweepConcurrency": "2"}, {"sweep": "2"}),
        ({"HttpConcurrency": "50"}, {"ingest": "50", "visit": "50"}),
    ],
)
def test_concurrency_is_reserved_only_where_asked(parameters: dict[str, str], reserved: dict[str, str]) -> None:
    given = {"SenderEmail": "carts@shop.example"} | parameters
    stack = Stack(ROOT / "template.yaml", given, region="eu-central-1", name="rebasket-test")
    found = {name: each.properties.get("ReservedConcurrentExecutions") for name, each in functions(stack).items()}
    assert found == {**dict.fromkeys(NAMES), **reserved}


def test_the_routes_lead_to_their_functions(stack: Stack) -> None:
    (api,) = stack.of_type("AWS::ApiGatewayV2::Api")
    routes: dict[str, Any] = {}
    for path, methods in api.properties["Body"]["paths"].items():
        for method, route in methods.items():
            integration = route["x-amazon-apigateway-integration"]
            assert integration["payloadFormatVersion"] == "2.0"
            routes[f"{method.upper()} {path}"] = next(
                name for name, each in functions(stack).items() if f"{each.arn}:live/" in integration["uri"]
            )
    assert routes == {
        "POST /v1/events": "ingest",
        "GET /v1/report": "report",
        "GET /r/{token}": "visit",
        "GET /o/{token}": "visit",
        "POST /o/{token}": "visit",
    }

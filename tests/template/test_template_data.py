"""Tables, queues, the bucket and the layers: what no emulator checks."""

from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket_local.permissions import Permissions
from rebasket_local.policies import Policy, Request
from rebasket_local.stack import Resource, Stack
from tests.template.wildcards import unexplained, wildcards

ROOT = Path(__file__).resolve().parents[2]
FOURTEEN_DAYS = 14 * 24 * 3600


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """template.yaml as it is written, before SAM transforms it."""
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
    return template


def tables(stack: Stack) -> dict[str, Resource]:
    return {table.logical_id: table for table in stack.of_type("AWS::DynamoDB::Table")}


def test_there_are_two_tables_and_no_index(stack: Stack) -> None:
    assert set(tables(stack)) == {"CartsTable", "TimersTable"}
    for table in tables(stack).values():
        assert table.properties["KeySchema"] == [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ]
        assert {each["AttributeType"] for each in table.properties["AttributeDefinitions"]} == {"S"}
        assert not {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} & set(table.properties)


@pytest.mark.parametrize("name", ["CartsTable", "TimersTable"])
def test_a_table_is_on_demand_encrypted_and_recoverable(stack: Stack, name: str) -> None:
    properties = tables(stack)[name].properties
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_carts_expire_and_timers_fall_due(stack: Stack) -> None:
    ttl = {name: table.properties["TimeToLiveSpecification"] for name, table in tables(stack).items()}
    assert ttl == {
        "CartsTable": {"AttributeName": "expires", "Enabled": True},
        "TimersTable": {"AttributeName": "due", "Enabled": True},
    }


def test_only_timers_have_a_stream_and_it_carries_what_was_deleted(stack: Stack) -> None:
    streams = {name: table.properties.get("StreamSpecification") for name, table in tables(stack).items()}
    assert streams == {"CartsTable": None, "TimersTable": {"StreamViewType": "OLD_IMAGE"}}


def test_carts_outlive_the_stack_and_resist_deletion_unless_told(stack: Stack, written: dict[str, Any]) -> None:
    carts = written["Resources"]["CartsTable"]
    assert (carts["DeletionPolicy"], carts["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert tables(stack)["CartsTable"].properties["DeletionProtectionEnabled"] == "true"


def test_queues_are_encrypted_and_keep_messages_as_long_as_they_can(stack: Stack) -> None:
    queues = list(stack.of_type("AWS::SQS::Queue"))
    assert len(queues) == 3
    for queue in queues:
        assert queue.properties["SqsManagedSseEnabled"] is True
        assert queue.properties["MessageRetentionPeriod"] == FOURTEEN_DAYS


def test_a_queue_takes_from_a_rule_only_that_rule_s_failures_and_nothing_without_tls(stack: Stack) -> None:
    permissions = Permissions(stack)
    (rule,) = stack.of_type("AWS::Events::Rule")
    another = rule.arn + "-of-somebody-else"
    taking = {
        queue.logical_id: (
            permissions.queue_allows(queue, "events.amazonaws.com", rule.arn),
            permissions.queue_allows(queue, "events.amazonaws.com", another),
        )
        for queue in stack.of_type("AWS::SQS::Queue")
    }
    assert taking == {
        "DeadTimersQueue": (False, False),
        "DeadFeedbackQueue": (True, False),
        "DeadRunsQueue": (False, False),
    }
    (document,) = (policy.properties["PolicyDocument"] for policy in stack.of_type("AWS::SQS::QueuePolicy"))
    queue = stack.resource("DeadFeedbackQueue").arn
    plain = {"aws:sourcearn": [rule.arn], "aws:securetransport": ["false"]}
    assert not Policy([document], "policy").allows(Request("sqs:SendMessage", queue, plain), "events.amazonaws.com")


def test_the_bucket_is_private_encrypted_and_forgets(stack: Stack) -> None:
    (bucket,) = stack.of_type("AWS::S3::Bucket")
    assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (lifecycle,) = bucket.properties["LifecycleConfiguration"]["Rules"]
    assert lifecycle["Status"] == "Enabled"
    assert lifecycle["ExpirationInDays"] == 30


def test_the_bucket_refuses_plain_http(stack: Stack) -> None:
    (policy,) = stack.of_type("AWS::S3::BucketPolicy")
    (bucket,) = stack.of_type("AWS::S3::Bucket")
    assert policy.properties["Bucket"] == bucket.ref
    (statement,) = policy.properties["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == [bucket.arn, f"{bucket.arn}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_layer_s_folder_has_the_make_target_that_sam_calls(written: dict[str, Any]) -> None:
    layers = {name: each for name, each in written["Resources"].items() if each["Type"] == "AWS::Serverless::LayerVersion"}
    assert set(layers) == {"HotLayer", "ContentLayer", "CoreLayer"}
    for name, layer in layers.items():
        # The Makefiles name files of the whole project, so they run in its root.
        assert layer["Metadata"]["BuildMethod"] == "makefile"
        assert layer["Metadata"]["WorkingDirectory"] == "."
        makefile = ROOT / layer["Properties"]["ContentUri"] / "Makefile"
        assert f"\nbuild-{name}:\n" in makefile.read_text(encoding="utf-8")


def test_a_changed_layer_is_a_new_version_for_the_functions_runtime(stack: Stack, written: dict[str, Any]) -> None:
    runtime = written["Globals"]["Function"]["Runtime"]
    for name, layer in written["Resources"].items():
        if layer["Type"] == "AWS::Serverless::LayerVersion":
            assert layer["Properties"]["PublishLambdaVersion"] is True, name
    for version in stack.of_type("AWS::Lambda::LayerVersion"):
        assert version.properties["CompatibleRuntimes"] == [runtime]
        assert version.properties["CompatibleArchitectures"] == ["arm64"]


def test_every_wildcard_in_a_policy_has_its_reason_in_the_same_line() -> None:
    template = ROOT / "template.yaml"
    assert len(wildcards(template)) > 10
    assert unexplained(template) == []

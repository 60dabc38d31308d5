"""The last test: what is left of a deleted stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.deployment import STACK

if TYPE_CHECKING:
    from tests.e2e.deployment import Deployment


def test_deleting_the_stack_leaves_what_is_marked_to_be_retained(deployment: Deployment) -> None:
    aws = deployment.emulator.client
    resources = deployment.resources
    aws("cloudformation").delete_stack(StackName=STACK)
    aws("cloudformation").get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert aws("dynamodb").list_tables()["TableNames"] == [resources["CartsTable"]]
    assert resources["FailedBatchesBucket"] in {bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]}
    assert aws("lambda").list_functions()["Functions"] == []
    assert aws("lambda").list_layers()["Layers"] == []
    assert aws("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    assert aws("sqs").list_queues().get("QueueUrls", []) == []
    assert aws("events").list_rules()["Rules"] == []
    assert aws("scheduler").list_schedules()["Schedules"] == []
    assert aws("apigatewayv2").get_apis()["Items"] == []
    assert aws("iam").list_roles()["Roles"] == []
    assert aws("logs").describe_log_groups()["logGroups"] == []
    assert aws("sesv2").list_configuration_sets()["ConfigurationSets"] == []

"""What AWS says of the stack's tables, of what drives them, and of its alarms; what is gone shows as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from rebasket_cli.doctor.facts import Alarms, Machinery, Switch, TableState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_events import EventBridgeClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_scheduler import EventBridgeSchedulerClient

    from rebasket_cli.doctor.clients import Clients

GONE = "ResourceNotFoundException"


def machinery(clients: Clients, stack: str, said: Mapping[str, str]) -> Machinery:
    """Whose names are in the outputs is looked at by name, the rest as the stack lists it."""
    found = resources(clients.cloudformation, stack)
    mappings = [_mapping(clients.functions, *one) for one in found.get("AWS::Lambda::EventSourceMapping", [])]
    return Machinery(
        carts=_table(clients.dynamodb, said["CartsTableName"]),
        timers=_table(clients.dynamodb, said["TimersTableName"]),
        mapping=next(iter(mappings), None),
        schedules=tuple(_schedule(clients.scheduler, *one) for one in found.get("AWS::Scheduler::Schedule", [])),
        rules=tuple(_rule(clients.events, *one) for one in found.get("AWS::Events::Rule", [])),
        concurrency=clients.functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"],
    )


def resources(client: CloudFormationClient, stack: str) -> dict[str, list[tuple[str, str]]]:
    """Logical and physical ids by type."""
    found: dict[str, list[tuple[str, str]]] = {}
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack):
        for one in page["StackResourceSummaries"]:
            named = (one["LogicalResourceId"], one.get("PhysicalResourceId", ""))
            found.setdefault(one["ResourceType"], []).append(named)
    return found


def alarms(client: CloudWatchClient, stage: str) -> Alarms:
    """Those of the installation: the template names them after it."""
    prefix = f"rebasket-{stage}-"
    pages = client.get_paginator("describe_alarms").paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm"])
    found = [one for page in pages for one in page["MetricAlarms"]]
    ringing = {one["AlarmName"].removeprefix(prefix): one["StateReason"] for one in found if one["StateValue"] == "ALARM"}
    return Alarms(count=len(found), ringing=ringing)


def _table(client: DynamoDBClient, name: str) -> TableState:
    ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    stream = client.describe_table(TableName=name)["Table"].get("StreamSpecification")
    return TableState(
        name=name,
        ttl=ttl.get("AttributeName") if ttl.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} else None,
        recoverable=recovery.get("PointInTimeRecoveryStatus") == "ENABLED",
        stream=stream.get("StreamViewType") if stream else None,
    )


def _mapping(client: LambdaClient, logical_id: str, uuid: str) -> Switch:
    def asked() -> Switch:
        found = client.get_event_source_mapping(UUID=uuid)
        return Switch(logical_id=logical_id, name=uuid, state=found["State"], last=found.get("LastProcessingResult", ""))

    return _unless_gone(asked, logical_id, uuid)


def _schedule(client: EventBridgeSchedulerClient, logical_id: str, name: str) -> Switch:
    return _unless_gone(
        lambda: Switch(logical_id=logical_id, name=name, state=client.get_schedule(Name=name)["State"]), logical_id, name
    )


def _rule(client: EventBridgeClient, logical_id: str, name: str) -> Switch:
    return _unless_gone(
        lambda: Switch(logical_id=logical_id, name=name, state=client.describe_rule(Name=name)["State"]), logical_id, name
    )


def _unless_gone(asked: Callable[[], Switch], logical_id: str, name: str) -> Switch:
    try:
        return asked()
    except ClientError as error:
        if error.response["Error"]["Code"] != GONE:
            raise
        return Switch(logical_id=logical_id, name=name, state=None)

"""Asynchronous edges: each has bounded retries and a place where failures wait, and may write there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from rebasket_local.patterns import compile_pattern
from rebasket_local.permissions import Permissions
from rebasket_local.stack import Resource, Stack
from tests.shared_data import shared

REMOVED_BY_SWEEP: Mapping[str, Any] = {
    "eventID": "c4ca4238a0b923820dcc509a6f75849b",
    "eventName": "REMOVE",
    "eventVersion": "1.1",
    "eventSource": "aws:dynamodb",
    "awsRegion": "eu-central-1",
    "dynamodb": {
        "Keys": {"pk": {"S": "2026-11-22T10:00#3"}, "sk": {"S": "shop#cart#1"}},
        "OldImage": {"pk": {"S": "2026-11-22T10:00#3"}, "sk": {"S": "shop#cart#1"}, "due": {"N": "1795341600"}},
        "StreamViewType": "OLD_IMAGE",
    },
}


@pytest.fixture(scope="module")
def permissions(stack: Stack) -> Permissions:
    return Permissions(stack)


@pytest.fixture(scope="module")
def mapping(stack: Stack) -> Mapping[str, Any]:
    (found,) = stack.of_type("AWS::Lambda::EventSourceMapping")
    return found.properties


@pytest.fixture(scope="module")
def rule(stack: Stack) -> Resource:
    (found,) = stack.of_type("AWS::Events::Rule")
    return found


def queue(stack: Stack, arn: str) -> Resource:
    found = stack.by_arn(arn, "AWS::SQS::Queue")
    assert found is not None, f"{arn} is no queue of this stack"
    return found


def function_of(stack: Stack, alias: str) -> Resource:
    found = stack.by_arn(alias.removesuffix(":live"), "AWS::Lambda::Function")
    assert found is not None, f"{alias} is no function of this stack"
    return found


def asynchronous(stack: Stack) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    """(Schedule or rule, its target)."""
    for schedule in stack.of_type("AWS::Scheduler::Schedule"):
        yield schedule, schedule.properties["Target"]
    for found in stack.of_type("AWS::Events::Rule"):
        for target in found.properties["Targets"]:
            yield found, target


def test_what_happens_without_being_asked(stack: Stack) -> None:
    schedules = {
        function_of(stack, each.properties["Target"]["Arn"]).logical_id: (
            each.properties["ScheduleExpression"],
            each.properties.get("ScheduleExpressionTimezone"),
            "Name" in each.properties,
        )
        for each in stack.of_type("AWS::Scheduler::Schedule")
    }
    # Without a name of its own, so that two stacks in one account do not collide.
    assert schedules == {
        "SweepFunction": ("rate(1 minute)", None, False),
        "CloseBooksFunction": ("cron(15 2 * * ? *)", "UTC", False),
    }


def test_handing_over_is_retried_within_bounds_and_then_kept(stack: Stack, permissions: Permissions) -> None:
    edges = list(asynchronous(stack))
    assert len(edges) == 3
    for source, target in edges:
        retry = target["RetryPolicy"]
        assert 60 <= retry["MaximumEventAgeInSeconds"] <= 86_400, source.logical_id
        assert 0 <= retry["MaximumRetryAttempts"] <= 185, source.logical_id
        dead = queue(stack, target["DeadLetterConfig"]["Arn"])
        if source.type == "AWS::Events::Rule":
            assert permissions.queue_allows(dead, "events.amazonaws.com", source.arn)
        else:
            assert permissions.role_allows(target["RoleArn"], "sqs:SendMessage", dead.arn)
            assert permissions.role_allows(target["RoleArn"], "lambda:InvokeFunction", target["Arn"])


def test_running_is_retried_within_bounds_and_then_kept(stack: Stack, permissions: Permissions) -> None:
    invoked = {function_of(stack, target["Arn"]).logical_id for _, target in asynchronous(stack)}
    configured = {}
    for config in stack.of_type("AWS::Lambda::EventInvokeConfig"):
        function = next(each for each in stack.of_type("AWS::Lambda::Function") if each.ref == config.properties["FunctionName"])
        configured[function.logical_id] = config.properties
        assert config.properties["Qualifier"] == "live"
        assert 60 <= config.properties["MaximumEventAgeInSeconds"] <= 21_600
        assert 0 <= config.properties["MaximumRetryAttempts"] <= 2
        dead = queue(stack, config.properties["DestinationConfig"]["OnFailure"]["Destination"])
        assert permissions.role_allows(function.properties["Role"], "sqs:SendMessage", dead.arn)
    assert set(configured) == invoked == {"SweepFunction", "FeedbackFunction", "CloseBooksFunction"}
    # The next minute is the retry; a queue of late sweeps would help nobody.
    assert configured["SweepFunction"]["MaximumRetryAttempts"] == 0


def test_the_stream_reaches_remind_from_the_oldest_timer_on(stack: Stack, mapping: Mapping[str, Any]) -> None:
    assert function_of(stack, mapping["FunctionName"]).logical_id == "RemindFunction"
    assert mapping["EventSourceArn"].startswith(stack.resource("TimersTable").arn + "/stream/")
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_a_failed_batch_is_split_retried_within_bounds_and_then_kept_whole(
    stack: Stack, mapping: Mapping[str, Any], permissions: Permissions
) -> None:
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 1 <= mapping["MaximumRetryAttempts"] <= 10
    # Before the stream itself forgets, after a day.
    assert 3600 <= mapping["MaximumRecordAgeInSeconds"] < 86_400
    (bucket,) = stack.of_type("AWS::S3::Bucket")
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": bucket.arn}}
    role = stack.resource("RemindFunction").properties["Role"]
    assert permissions.role_allows(role, "s3:PutObject", f"{bucket.arn}/aws/lambda/batch.json")
    assert permissions.role_allows(role, "s3:ListBucket", bucket.arn)


def test_a_batch_ends_while_remind_still_begins_messages(stack: Stack, mapping: Mapping[str, Any]) -> None:
    """A wake takes some 300 ms; at 2 s each a batch is still through before the last 17 s, in which remind begins none."""
    seconds = stack.resource("RemindFunction").properties["Timeout"] - 17
    assert mapping["BatchSize"] * 2 <= seconds
    assert mapping["ParallelizationFactor"] <= 10  # the most that Lambda takes, and that the runbook speaks of


def test_remind_hears_of_deleted_timers_whoever_deleted_them(mapping: Mapping[str, Any]) -> None:
    patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
    by_ttl = REMOVED_BY_SWEEP | json.loads(
        shared("C8-dynamodb-ttl-useridentity-docs/ttl_delete_useridentity.fragment.json").read_text()
    )
    for record in (REMOVED_BY_SWEEP, by_ttl):
        assert any(compile_pattern(pattern)(record) for pattern in patterns)


def test_remind_does_not_hear_of_armed_timers(mapping: Mapping[str, Any]) -> None:
    patterns = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
    records = json.loads(shared("C1-powertools-python-events/dynamoStreamEvent.json").read_text())["Records"]
    assert {record["eventName"] for record in records} == {"INSERT", "MODIFY"}
    assert not [record for record in records if any(compile_pattern(pattern)(record) for pattern in patterns)]


def mail_event(name: str, configuration_set: str, source: str = "aws.ses") -> dict[str, Any]:
    """An event as SES documents it, in EventBridge's envelope."""
    detail = json.loads(shared(f"C4-ses-event-publishing-docs/{name}.json").read_text())
    detail["mail"]["tags"]["ses:configuration-set"] = [configuration_set]
    envelope: dict[str, Any] = json.loads(shared("C1-powertools-python-events/eventBridgeEvent.json").read_text())
    return envelope | {"source": source, "detail-type": f"Email {name}", "detail": detail}


@pytest.mark.parametrize("name", ["send", "delivery", "bounce", "complaint"])
def test_feedback_hears_of_our_mail_and_of_nobody_else_s(rule: Resource, name: str) -> None:
    pattern = rule.properties["EventPattern"]
    assert compile_pattern(pattern)(mail_event(name, "rebasket-dev"))
    assert not compile_pattern(pattern)(mail_event(name, "newsletter"))
    assert not compile_pattern(pattern)(mail_event(name, "rebasket-dev", source="somebody.else"))


def test_feedback_does_not_hear_of_clicks_which_our_own_links_count(rule: Resource) -> None:
    assert not compile_pattern(rule.properties["EventPattern"])(mail_event("click", "rebasket-dev"))


def test_the_rule_listens_where_ses_publishes_to_what_ses_publishes(stack: Stack, rule: Resource) -> None:
    (destination,) = (each.properties for each in stack.of_type("AWS::SES::ConfigurationSetEventDestination"))
    published = destination["EventDestination"]
    assert destination["ConfigurationSetName"] == stack.resource("MailConfigurationSet").ref
    assert published["Enabled"] is True
    assert published["EventBridgeDestination"]["EventBusArn"].endswith(":event-bus/default")
    assert "EventBusName" not in rule.properties  # the default bus
    heard = {each.lower() for each in rule.properties["EventPattern"]["detail"]["eventType"]}
    assert {each.replace("_", "").lower() for each in published["MatchingEventTypes"]} == heard
    # These two would make SES put a pixel and a redirect into each mail.
    assert not {"OPEN", "CLICK"} & set(published["MatchingEventTypes"])


def test_emulators_may_publish_mail_events_under_a_name_of_their_own(stack: Stack) -> None:
    parameters = {"SenderEmail": "carts@shop.example", "EmailEventSources": "aws.ses, rehearsal"}
    rehearsing = Stack(stack.template, parameters, region="eu-central-1", name="rebasket-test")
    (found,) = rehearsing.of_type("AWS::Events::Rule")
    assert found.properties["EventPattern"]["source"] == ["aws.ses", "rehearsal"]

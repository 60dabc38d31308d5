"""What AWS is told in template.yaml, where another figure would lose something, bother somebody or cost: by AWS's own names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from samtranslator.yaml_helper import yaml_parse

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))

DEFAULTS: Mapping[str, object] = {
    "RetentionDays": 90,  # docs/operations.md, "Personal data"
    "LogRetentionDays": 30,  # the same: logs hold ids, and are forgotten
    "DeletionProtection": "true",  # opt-outs and books outlive a stack (docs/operations.md, "Remove")
    "ThrottleRate": 200,  # docs/operations.md, "Before it grows"
    "ThrottleBurst": 400,
    "TimerShards": 4,  # 4,000 timers a second: a partition takes 1,000 writes (DynamoDB Developer Guide, "Partitions")
    "SweepConcurrency": 0,  # new accounts have ten concurrent runs, and may reserve none (Lambda Developer Guide, "Quotas")
    "HttpConcurrency": 0,
    "SmsSpendAlarm": 0.8,  # below the $1 that an account may spend on texts in a month (SNS Developer Guide, "SMS sandbox")
    "EmailEventSources": "aws.ses",  # only AWS may publish under it (EventBridge User Guide, "PutEvents")
}

BOUNDS: Mapping[str, tuple[int, int]] = {
    "RetentionDays": (30, 1095),  # CAN-SPAM, 15 U.S.C. 7704 (a)(3)(A)(ii): an opt-out link leads somewhere for 30 days
    "TimerShards": (1, 64),
}

SECONDS: Mapping[str, int] = {
    "IngestFunction": 25,  # below the 30 s after which an HTTP API gives up (API Gateway Developer Guide, "Quotas")
    "SweepFunction": 30,  # docs/architecture.md: LEAD and LEASE rest on 30 s
    "RemindFunction": 30,
    "FeedbackFunction": 15,
    "VisitFunction": 10,
    "CloseBooksFunction": 240,  # shorter than LEASE, by which a mark is ripe
    "ReportFunction": 25,
}

MAPPING: Mapping[str, object] = {
    "BatchSize": 5,
    "ParallelizationFactor": 2,
    "FunctionResponseTypes": ["ReportBatchItemFailures"],  # else one poisoned record repeats its whole batch
    "BisectBatchOnFunctionError": True,
    "MaximumRetryAttempts": 5,  # else for ever, and the shard waits (Lambda Developer Guide, "DynamoDB streams")
    "MaximumRecordAgeInSeconds": 21_600,  # 6 h, well within the 24 that a stream remembers
    "StartingPosition": "TRIM_HORIZON",  # LATEST misses what was written while the mapping was made
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_who_sets_nothing_gets(name: str) -> None:
    assert TEMPLATE["Parameters"][name]["Default"] == DEFAULTS[name]


@pytest.mark.parametrize("name", BOUNDS)
def test_nobody_can_set_less_or_more(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert (parameter["MinValue"], parameter["MaxValue"]) == BOUNDS[name]


@pytest.mark.parametrize("name", SECONDS)
def test_a_function_ends_after(name: str) -> None:
    assert TEMPLATE["Resources"][name]["Properties"]["Timeout"] == SECONDS[name]


@pytest.mark.parametrize("setting", MAPPING)
def test_deleted_timers_come_to_remind(setting: str) -> None:
    events = TEMPLATE["Resources"]["RemindFunction"]["Properties"]["Events"].values()
    (stream,) = (event["Properties"] for event in events if event["Type"] == "DynamoDB")
    assert stream[setting] == MAPPING[setting]


def test_what_waits_for_a_person_waits_as_long_as_sqs_can() -> None:
    """SQS Developer Guide, "Message quotas": 14 days at the most."""
    queues = [each["Properties"] for each in TEMPLATE["Resources"].values() if each["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 3
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 60 * 60}


def test_sweep_runs_every_minute_and_the_next_minute_is_its_retry() -> None:
    """EventBridge Scheduler has a precision of 60 s (User Guide, "Schedule types")."""
    sweep = TEMPLATE["Resources"]["SweepFunction"]["Properties"]
    (schedule,) = (event["Properties"] for event in sweep["Events"].values())
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert schedule["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 2}
    assert sweep["EventInvokeConfig"]["MaximumRetryAttempts"] == 0


def test_a_word_of_the_provider_is_delivered_again_for_a_day() -> None:
    """EventBridge User Guide, "Retrying event delivery": 24 hours and 185 times at the most."""
    feedback = TEMPLATE["Resources"]["FeedbackFunction"]["Properties"]
    (rule,) = (event["Properties"] for event in feedback["Events"].values())
    assert rule["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    assert feedback["EventInvokeConfig"]["MaximumRetryAttempts"] == 2
    assert feedback["EventInvokeConfig"]["MaximumEventAgeInSeconds"] == 21_600


@pytest.mark.parametrize("table", ["CartsTable", "TimersTable"])
def test_tables_can_be_put_back_to_any_second(table: str) -> None:
    """DynamoDB Developer Guide, "Point-in-time recovery": 35 days."""
    assert TEMPLATE["Resources"][table]["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_deleted_timers_are_told_with_what_they_were() -> None:
    timers = TEMPLATE["Resources"]["TimersTable"]["Properties"]
    assert timers["StreamSpecification"] == {"StreamViewType": "OLD_IMAGE"}
    assert timers["TimeToLiveSpecification"] == {"AttributeName": "due", "Enabled": True}
    carts = TEMPLATE["Resources"]["CartsTable"]["Properties"]
    assert carts["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}

"""Schedules of the local cloud, and asynchronous invocations, which is how they arrive."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket_local.cron import parse
from tests.local.toy_cloud import START, changed_toy, notes, toy

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket_local.cloud import LocalCloud


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def firings(expression: str, start: str, count: int, zone: str = "UTC") -> list[str]:
    next_after, moment, found = parse(expression, start=at(start), zone=zone), at(start), []
    for _ in range(count):
        moment = next_after(moment)
        found.append(moment.strftime("%Y-%m-%dT%H:%M"))
    return found


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        ("rate(1 minute)", "2026-03-01T00:00", ["2026-03-01T00:01", "2026-03-01T00:02"]),
        ("rate(2 hours)", "2026-03-01T00:30", ["2026-03-01T02:30", "2026-03-01T04:30"]),
        ("cron(15 2 * * ? *)", "2026-02-28T02:15", ["2026-03-01T02:15", "2026-03-02T02:15"]),
        ("cron(0/20 8-9 ? * MON-FRI *)", "2026-02-27T09:30", ["2026-02-27T09:40", "2026-03-02T08:00"]),
        ("cron(0 0 L * ? *)", "2026-02-01T00:00", ["2026-02-28T00:00", "2026-03-31T00:00"]),
        ("cron(0 0 LW * ? *)", "2026-01-31T00:00", ["2026-02-27T00:00", "2026-03-31T00:00"]),
        ("cron(0 0 ? * TUE#2 *)", "2026-02-15T00:00", ["2026-03-10T00:00", "2026-04-14T00:00"]),
        ("cron(0 12 1 JAN ? *)", "2026-02-15T00:00", ["2027-01-01T12:00", "2028-01-01T12:00"]),
    ],
)
def test_when_schedules_fire(expression: str, start: str, expected: list[str]) -> None:
    assert firings(expression, start, len(expected)) == expected


def test_a_cron_keeps_the_local_hour_and_skips_one_that_is_not_there() -> None:
    """Kyiv goes from 03:00 to 04:00 on 29 March 2026."""
    assert firings("cron(30 2 * * ? *)", "2026-03-27T12:00", 3, "Europe/Kyiv") == [
        "2026-03-28T00:30",
        "2026-03-29T00:30",
        "2026-03-29T23:30",
    ]
    assert firings("cron(30 3 * * ? *)", "2026-03-28T12:00", 2, "Europe/Kyiv") == ["2026-03-30T00:30", "2026-03-31T00:30"]


@pytest.mark.parametrize(
    "expression",
    [
        "every minute",
        "rate(0 minutes)",
        "rate(2 minute)",
        "cron(* * * * *)",
        "cron(0 0 * * * *)",
        "cron(60 0 * * ? *)",
        "cron(0 0 ? * ABC *)",
    ],
)
def test_what_aws_would_refuse_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"cron|rate"):
        parse(expression, start=START)


@pytest.mark.parametrize(
    "expression",
    [
        "at(2026-03-01T10:00:00)",
        "cron(0 12 1 1 ? 2027)",
        "cron(0 0 ? * 6 *)",  # AWS's Friday, everybody else's Saturday
        "cron(0 0 ? * MON-6 *)",
        "cron(0 0 ? * 6L *)",
        "cron(0 0 1W * ? *)",
    ],
)
def test_what_would_be_played_wrongly_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"played|neither|Bad"):
        parse(expression, start=START)


def test_a_minute_schedule_fires_each_minute_and_a_nightly_one_at_night(cloud: LocalCloud) -> None:
    cloud.advance(timedelta(days=1))

    seen = notes(cloud, "tick")
    assert len([key for key in seen if key.endswith("minute")]) == 24 * 60
    assert [key for key in seen if key.endswith("night")] == ["2026-03-03T00:30:00-night"]  # 02:30 in Kyiv
    assert seen["2026-03-03T00:30:00-night"]["event"] == {"night": "2026-03-03T00:30:00Z"}
    event = seen["2026-03-02T08:01:00-minute"]["event"]
    assert event["source"] == "aws.scheduler"
    assert event["time"] == "2026-03-02T08:01:00Z"
    assert event["detail"] == "{}"
    assert len({each["id"] for each in seen.values()}) == len(seen)


def test_what_falls_into_a_pause_of_a_schedule_is_not_made_up_for(cloud: LocalCloud) -> None:
    cloud.pause("TickMinutely")
    cloud.advance(timedelta(hours=2))
    assert cloud.invocations["Tick"] == 0

    cloud.resume("TickMinutely")
    cloud.advance(timedelta(minutes=2))
    assert cloud.invocations["Tick"] == 2


def test_a_throttled_function_gets_what_it_missed_up_to_six_hours_late(cloud: LocalCloud) -> None:
    cloud.pause("Tick")
    cloud.advance(timedelta(hours=7))
    assert cloud.invocations["Tick"] == 0
    given_up = len(cloud.queue("Dead"))
    assert given_up > 50

    cloud.resume("Tick")
    cloud.advance(timedelta(minutes=5))
    assert cloud.invocations["Tick"] + len(cloud.queue("Dead")) == 7 * 60 + 5
    assert json.loads(cloud.queue("Dead")[0].body)["requestContext"]["condition"] == "EventAgeExceeded"


def test_a_failed_invocation_is_retried_once_a_minute_later_and_given_up(cloud: LocalCloud) -> None:
    cloud.function("Tick").module("app").FAIL.append("no")
    cloud.advance(timedelta(minutes=1))
    cloud.pause("TickMinutely")
    assert cloud.invocations["Tick"] == 1

    cloud.advance(timedelta(minutes=1))
    assert cloud.invocations["Tick"] == 2  # EventInvokeConfig allows one retry
    cloud.advance(timedelta(hours=1))
    assert cloud.invocations["Tick"] == 2

    (dead,) = cloud.queue("Dead")
    document = json.loads(dead.body)
    assert document["requestContext"]["condition"] == "RetriesExhausted"
    assert document["requestContext"]["approximateInvokeCount"] == 2
    assert document["requestPayload"]["time"] == "2026-03-02T08:01:00Z"
    assert document["responsePayload"]["errorMessage"] == "no"
    assert {failure.kind for failure in cloud.failures} == {"RuntimeError"}
    assert len({each["id"] for each in notes(cloud, "tick").values()}) == 1  # a retry is the same request


def test_a_schedule_whose_role_may_not_invoke_leaves_its_event_in_the_queue(tmp_path: Path) -> None:
    schedule = "Properties: {ScheduleExpression: rate(1 minute), "
    weak = """
  Weak:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument: {Statement: [{Effect: Allow, Action: sqs:SendMessage, Resource: !GetAtt Dead.Arn}]}
  Failed:"""
    template = changed_toy(
        tmp_path,
        (schedule, f"{schedule}RoleArn: !GetAtt Weak.Arn, DeadLetterConfig: {{Arn: !GetAtt Dead.Arn}}, "),
        ("\n  Failed:", weak),
    )
    with toy(template) as cloud:
        cloud.advance(timedelta(minutes=1))

        assert cloud.invocations["Tick"] == 0
        assert [json.loads(each.body)["source"] for each in cloud.queue("Dead")] == ["aws.scheduler"]

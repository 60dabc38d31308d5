"""Alarms: each watches a figure that is there, knows what silence means, tells somebody, and leads to the runbook."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket_local.policies import Policy, Request
from rebasket_local.stack import Stack
from tests.checks.links import anchors
from tests.template.watched import PROD, Alarm, alarms, counted, installation

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = ROOT / "docs/operations.md"

MISSING = {
    # Silence is bad where something has to happen all the time …
    "breaching": {"sweep-silent", "books-silent", "events-silent"},
    # … and nothing new where a figure stays true until another replaces it.
    "ignore": {"dead-timers", "dead-feedback", "dead-runs", "bounce-rate", "complaint-rate", "sms-spend"},
    # Otherwise there is a figure only when there is trouble.
    "notBreaching": {
        "timers-overdue", "sweep-behind", "reminders-stalled", "stream-age", "timers-failed", "failed-batches", "touches-unknown",
        "shop-paused", "texts-held-back", "functions-throttled", "api-5xx", "api-4xx", "tables-throttled",
        "events-refused", "ingest-errors", "remind-errors", "visit-errors", "report-errors",
    },
}  # fmt: skip

OF_AWS = {
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    "AWS/Lambda": {"Invocations", "Errors", "Throttles", "IteratorAge"},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
    "AWS/S3": {"NumberOfObjects"},
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    "AWS/ApiGateway": {"Count", "4xx", "5xx"},
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    "AWS/DynamoDB": {"ReadThrottleEvents", "WriteThrottleEvents"},
    # https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
    "AWS/SES": {"Reputation.BounceRate", "Reputation.ComplaintRate"},
    # https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    "AWS/SNS": {"SMSMonthToDateSpentUSD"},
}

DIMENSION = {
    "FunctionName": "AWS::Lambda::Function",
    "QueueName": "AWS::SQS::Queue",
    "BucketName": "AWS::S3::Bucket",
    "TableName": "AWS::DynamoDB::Table",
    "ApiId": "AWS::ApiGatewayV2::Api",
}
"""Which type of resource a dimension names."""


@pytest.fixture(scope="module")
def prod() -> Stack:
    return installation()


@pytest.fixture(scope="module")
def watching(prod: Stack) -> dict[str, Alarm]:
    return {alarm.name: alarm for alarm in alarms(prod)}


def test_every_alarm_has_a_name_of_its_own_within_the_installation(prod: Stack, watching: dict[str, Alarm]) -> None:
    assert len(watching) == len(alarms(prod)) == 27
    assert all(alarm.properties["AlarmName"] == f"rebasket-prod-{name}" for name, alarm in watching.items())


def test_what_silence_means_is_decided_for_each(watching: dict[str, Alarm]) -> None:
    decided = {
        meaning: {name for name in watching if watching[name].properties["TreatMissingData"] == meaning} for meaning in MISSING
    }
    assert decided == MISSING


def test_every_figure_of_ours_is_counted_by_the_function_it_is_said_to_be_of(watching: dict[str, Alarm]) -> None:
    ours = [metric for alarm in watching.values() for metric in alarm.metrics if not metric.namespace.startswith("AWS/")]
    assert {metric.namespace for metric in ours} == {"Rebasket/prod"}
    assert all(set(metric.dimensions) == {"service"} for metric in ours)
    assert {(metric.dimensions["service"], metric.name) for metric in ours} <= counted()
    assert len({metric.name for metric in ours}) == 10


def test_every_figure_of_aws_is_one_that_aws_documents(watching: dict[str, Alarm]) -> None:
    theirs = [metric for alarm in watching.values() for metric in alarm.metrics if metric.namespace.startswith("AWS/")]
    assert [metric for metric in theirs if metric.name not in OF_AWS[metric.namespace]] == []


def test_every_figure_of_aws_is_one_of_this_stack_s_resources(prod: Stack, watching: dict[str, Alarm]) -> None:
    known = {name: {resource_name(each) for each in prod.of_type(kind)} for name, kind in DIMENSION.items()}
    for alarm in watching.values():
        for metric in alarm.metrics:
            for name in set(metric.dimensions) & set(DIMENSION):
                assert metric.dimensions[name] in known[name], f"{alarm.name}: {metric}"
            if not metric.dimensions:
                assert metric.namespace in {"AWS/SES", "AWS/SNS"}, "only these two judge the account as a whole"


def resource_name(resource: object) -> str:
    """What CloudWatch calls it; a queue's `Ref` is its URL."""
    return str(getattr(resource, "ref", "")).rpartition("/")[2]


def test_every_queue_and_the_bucket_of_failures_are_watched(prod: Stack, watching: dict[str, Alarm]) -> None:
    watched = {value for alarm in watching.values() for metric in alarm.metrics for value in metric.dimensions.values()}
    failures = [*prod.of_type("AWS::SQS::Queue"), *prod.of_type("AWS::S3::Bucket")]
    assert len(failures) == 4
    assert {resource_name(each) for each in failures} <= watched


def test_alarms_come_before_the_provider_s_limits(watching: dict[str, Alarm]) -> None:
    """SES reviews at 5 % bounces and 0.1 % complaints; a new account may spend $1 a month on text messages."""
    assert 0.02 <= watching["bounce-rate"].properties["Threshold"] < 0.05
    assert 0.0005 <= watching["complaint-rate"].properties["Threshold"] < 0.001
    assert 0.5 <= float(watching["sms-spend"].properties["Threshold"]) < 1


def test_the_spend_that_sets_off_the_alarm_is_the_deployer_s() -> None:
    found = {alarm.name: alarm for alarm in alarms(installation(SmsSpendAlarm="40"))}
    assert float(found["sms-spend"].properties["Threshold"]) == 40


def test_alarms_of_lateness_come_before_something_is_lost(prod: Stack, watching: dict[str, Alarm]) -> None:
    (mapping,) = prod.of_type("AWS::Lambda::EventSourceMapping")
    age = watching["stream-age"]
    took = age.properties["Threshold"] / 1000 + age.metrics[0].period * age.properties["EvaluationPeriods"]
    assert took < mapping.properties["MaximumRecordAgeInSeconds"] / 4
    assert watching["timers-overdue"].properties["Threshold"] <= 900


def test_an_alarm_looks_back_no_further_than_cloudwatch_can(watching: dict[str, Alarm]) -> None:
    """A day; a week where a period is an hour or more (API reference, PutMetricAlarm, EvaluationPeriods)."""
    for name, alarm in watching.items():
        (period,) = {metric.period for metric in alarm.metrics}
        back = period * alarm.properties["EvaluationPeriods"]
        assert back <= (7 * 86_400 if period >= 3600 else 86_400), name
        assert alarm.properties.get("DatapointsToAlarm", 1) <= alarm.properties["EvaluationPeriods"], name


def test_every_alarm_tells_the_topic_and_may(prod: Stack, watching: dict[str, Alarm]) -> None:
    topic = prod.resource("AlarmTopic")
    (policy,) = prod.of_type("AWS::SNS::TopicPolicy")
    allowed = Policy([policy.properties["PolicyDocument"]], "policy")
    for name, alarm in watching.items():
        assert alarm.properties["AlarmActions"] == [topic.ref], name
        # What happened and is over needs no all-clear.
        assert alarm.properties.get("OKActions") == (None if name == "shop-paused" else [topic.ref]), name
        arn = f"arn:aws:cloudwatch:eu-central-1:{prod.account}:alarm:{alarm.properties['AlarmName']}"
        context = {"aws:sourceaccount": [prod.account], "aws:sourcearn": [arn]}
        assert allowed.allows(Request("sns:Publish", topic.ref, context), "cloudwatch.amazonaws.com"), name
    stranger = {"aws:sourceaccount": ["999999999999"], "aws:sourcearn": ["arn:aws:cloudwatch:eu-central-1:999999999999:alarm:x"]}
    assert not allowed.allows(Request("sns:Publish", topic.ref, stranger), "cloudwatch.amazonaws.com")
    assert not allowed.allows(Request("sns:Subscribe", topic.ref, {}), "cloudwatch.amazonaws.com")


@pytest.mark.parametrize(
    ("address", "subscribed"),
    [("", None), ("on-call@shop.example", [{"Protocol": "email", "Endpoint": "on-call@shop.example"}])],
)
def test_alarms_are_mailed_where_an_address_is_given(address: str, subscribed: list[dict[str, str]] | None) -> None:
    assert installation(AlarmEmail=address).resource("AlarmTopic").properties.get("Subscription") == subscribed


def test_an_alarm_says_what_it_means_and_where_the_runbook_says_what_to_do(watching: dict[str, Alarm]) -> None:
    for name, alarm in watching.items():
        meaning, _, place = alarm.properties["AlarmDescription"].partition(" See ")
        assert place == f"docs/operations.md#alarm-{name}"
        assert meaning.endswith("."), name
        assert len(meaning) > 40, name
        assert len(alarm.properties["AlarmDescription"]) <= 1024, name


@pytest.mark.skipif(not RUNBOOK.exists(), reason="there is no runbook yet")
def test_the_runbook_has_a_section_for_each_alarm_and_for_no_other(watching: dict[str, Alarm]) -> None:
    described = {anchor for anchor in anchors(RUNBOOK) if anchor.startswith("alarm-")}
    assert described == {f"alarm-{name}" for name in watching}


def test_what_has_a_fixed_price_is_off_unless_asked_for(prod: Stack) -> None:
    """$0.10 a month for each metric in an alarm, the account's first ten free; $3 for a dashboard, the first three free."""
    default = Stack(ROOT / "template.yaml", {"SenderEmail": PROD["SenderEmail"]}, region="eu-central-1", name="rebasket-dev")
    watching = ("AWS::CloudFormation::", "AWS::CloudWatch::", "AWS::SNS::")
    assert [each for each in default.types().values() if each.startswith(watching)] == []

    priced = Counter({alarm.name: len(alarm.metrics) for alarm in alarms(prod)})
    assert priced.total() == 42  # $4.20; the parameter says some $4
    stacks = {each.logical_id for each in installation(Monitoring="alarms").of_type("AWS::CloudFormation::Stack")}
    errors = {"IngestErrorsStack", "RemindErrorsStack", "VisitErrorsStack", "ReportErrorsStack"}
    assert stacks == {*errors, "MonitoringStack", "MachineryStack"}
    everything = [prod.nested(each.logical_id) for each in prod.of_type("AWS::CloudFormation::Stack")]
    assert len([each for stack in everything for each in stack.of_type("AWS::CloudWatch::Dashboard")]) == 1


@pytest.mark.parametrize("name", ["errors", "monitoring", "machinery", "dashboard"])
def test_a_nested_template_checks_what_it_is_given_and_transforms_nothing(name: str) -> None:
    """A transform in a nested stack would need a capability more of whoever deploys."""
    written = yaml_parse((ROOT / f"infra/{name}.yaml").read_text(encoding="utf-8"))
    assert "Transform" not in written
    for parameter in written["Parameters"].values():
        assert {"Description", "ConstraintDescription"} <= set(parameter)
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)

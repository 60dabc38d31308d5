"""Formulas of alarms, worked out: when they go off, and when they do not."""

import pytest

from tests.template.metric_math import evaluate, names
from tests.template.watched import Alarm, alarms, installation


@pytest.fixture(scope="module")
def watching() -> dict[str, Alarm]:
    return {alarm.name: alarm for alarm in alarms(installation())}


def test_a_formula_speaks_of_what_is_there_and_one_of_them_decides(watching: dict[str, Alarm]) -> None:
    for name, alarm in watching.items():
        if not alarm.expressions:
            continue
        figures = {metric.id for metric in alarm.metrics}
        spoken_of = set().union(*(names(formula) for formula in alarm.expressions.values()))
        assert spoken_of - set(alarm.expressions) == figures, name
        deciding = [each["Id"] for each in alarm.properties["Metrics"] if each.get("ReturnData", True)]
        assert len(deciding) == 1, name
        assert deciding[0] in alarm.expressions, name


def goes_off(alarm: Alarm, **figures: float | None) -> bool:
    """Whether a period with these figures counts against the alarm's threshold; figures not named are missing."""
    (deciding,) = (each["Id"] for each in alarm.properties["Metrics"] if each.get("ReturnData", True))
    value = evaluate(alarm.expressions, deciding, {metric.id: None for metric in alarm.metrics} | figures)
    assert alarm.properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    return value is not None and value >= alarm.properties["Threshold"]


@pytest.mark.parametrize(
    ("name", "figures", "expected"),
    [
        ("reminders-stalled", {"deleted": 1}, True),
        ("reminders-stalled", {"deleted": 40, "woken": 0}, True),
        ("reminders-stalled", {"deleted": 40, "woken": 8}, False),
        ("reminders-stalled", {"woken": 3}, False),
        ("reminders-stalled", {}, False),
        ("api-5xx", {"wrong": 4, "requests": 4}, False),  # few are no share
        ("api-5xx", {"wrong": 5, "requests": 5}, True),
        ("api-5xx", {"wrong": 5, "requests": 30_000}, False),
        ("api-5xx", {"wrong": 300, "requests": 30_000}, True),
        ("api-4xx", {"refused": 19, "requests": 19}, False),
        ("api-4xx", {"refused": 20, "requests": 90}, True),
        ("api-4xx", {"refused": 20, "requests": 3_000}, False),
        ("functions-throttled", {"ingest": 10}, True),
        ("functions-throttled", {"ingest": 3, "sweep": 1, "remind": 4, "visit": 1}, False),
        ("tables-throttled", {"timers_written": 10}, True),
        ("tables-throttled", {}, False),
        # A tenth of 60 requests a minute goes to a new version that fails.
        ("ingest-errors", {"errors": 6, "runs": 6}, True),
        ("ingest-errors", {"caught": 6, "errors": 0, "runs": 6}, True),  # caught by the handler, answered with 503
        ("ingest-errors", {"errors": 2, "runs": 2}, False),
        ("ingest-errors", {"errors": 3, "runs": 600}, False),
        ("ingest-errors", {}, False),
        ("remind-errors", {"caught": 3, "runs": 4}, True),
        ("remind-errors", {"caught": 1, "runs": 1}, False),  # one poisoned timer
        ("visit-errors", {"errors": 30, "runs": 600}, True),
        ("report-errors", {"errors": 3, "runs": 3}, True),
    ],
)
def test_an_alarm_goes_off_for_trouble_and_not_for_a_hiccup(
    watching: dict[str, Alarm], name: str, figures: dict[str, float], *, expected: bool
) -> None:
    assert goes_off(watching[name], **figures) is expected


def test_a_version_that_fails_is_seen_within_the_canary_s_five_minutes(watching: dict[str, Alarm]) -> None:
    for name in ("ingest", "remind", "visit", "report"):
        alarm = watching[f"{name}-errors"]
        (period,) = {metric.period for metric in alarm.metrics}
        assert period * alarm.properties["DatapointsToAlarm"] <= 180
        assert 1 < alarm.properties["DatapointsToAlarm"] < alarm.properties["EvaluationPeriods"], "one hiccup takes nothing back"

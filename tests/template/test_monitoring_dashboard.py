"""The dashboard: it can be drawn, shows figures that are there, and every alarm."""

import json
from itertools import combinations
from typing import Any

import pytest

from rebasket_local.stack import Stack
from tests.template.metric_math import names
from tests.template.watched import alarms, counted, installation


@pytest.fixture(scope="module")
def prod() -> Stack:
    return installation()


@pytest.fixture(scope="module")
def widgets(prod: Stack) -> list[dict[str, Any]]:
    (dashboard,) = prod.nested("DashboardStack").of_type("AWS::CloudWatch::Dashboard")
    assert dashboard.properties["DashboardName"] == "rebasket-prod"
    found: list[dict[str, Any]] = json.loads(dashboard.properties["DashboardBody"])["widgets"]
    return found


def figures(widget: dict[str, Any]) -> list[list[Any]]:
    return [row for row in widget["properties"]["metrics"] if isinstance(row[0], str)]


def test_no_widget_hides_another_or_leaves_the_page(widgets: list[dict[str, Any]]) -> None:
    for one, other in combinations(widgets, 2):
        apart = (
            one["x"] + one["width"] <= other["x"]
            or other["x"] + other["width"] <= one["x"]
            or one["y"] + one["height"] <= other["y"]
            or other["y"] + other["height"] <= one["y"]
        )
        assert apart, (one["properties"], other["properties"])
    assert max(widget["x"] + widget["width"] for widget in widgets) == 24


def test_what_answers_in_ten_seconds_is_on_the_first_screen(widgets: list[dict[str, Any]]) -> None:
    """Some ten rows of the grid fit on a laptop's screen."""
    first = [widget for widget in widgets if widget["y"] + widget["height"] <= 10]
    single = [row[1] for widget in first if widget["type"] == "metric" for row in figures(widget)]
    assert {"TimersDeleted", "TouchesSent", "OldestTimerOverdue", "ShopPaused", "ApproximateNumberOfMessagesVisible"} <= set(
        single
    )
    assert any(widget["type"] == "alarm" for widget in first)
    assert all(widget["properties"]["view"] == "singleValue" for widget in first if widget["type"] == "metric"), (
        "curves take longer to read"
    )


def test_it_shows_every_alarm(prod: Stack, widgets: list[dict[str, Any]]) -> None:
    (shown,) = (widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm")
    prefix = f"arn:aws:cloudwatch:eu-central-1:{prod.account}:alarm:"
    assert sorted(shown) == sorted(prefix + alarm.properties["AlarmName"] for alarm in alarms(prod))


def test_it_shows_what_is_counted(prod: Stack, widgets: list[dict[str, Any]]) -> None:
    rows = [row for widget in widgets if widget["type"] == "metric" for row in figures(widget)]
    ours = [row for row in rows if not row[0].startswith("AWS/")]
    assert {row[0] for row in ours} == {"Rebasket/prod"}
    assert {(row[3], row[1]) for row in ours} <= counted()
    assert all(row[2] == "service" for row in ours)
    named = ("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::ApiGatewayV2::Api")
    refs = {each.ref.rpartition("/")[2] for each in prod.of_type(*named)}
    theirs = {row[3] for row in rows if row[0].startswith("AWS/") and len(row) > 3 and isinstance(row[3], str)}
    assert len(theirs) == 5
    assert theirs <= refs


def test_formulas_speak_of_figures_in_the_same_widget(widgets: list[dict[str, Any]]) -> None:
    formulas = 0
    for widget in widgets:
        rows = widget["properties"].get("metrics", [])
        ids = {row[-1].get("id") for row in rows if isinstance(row[-1], dict)}
        for row in rows:
            if isinstance(row[0], dict):
                formulas += 1
                assert names(row[0]["expression"]) <= ids, row
    assert formulas == 4

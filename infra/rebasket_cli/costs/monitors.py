"""How many metrics stand in alarms, and how many dashboards there are: read from the templates as they would be deployed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.stack import Resource

TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"


@cache
def alarm_metrics(monitoring: str) -> int:
    """Metrics in alarms, with the parameter Monitoring as it is here: CloudWatch charges for them, not for the alarm."""
    return sum(max(1, _metrics(alarm)) for alarm in _deployed(monitoring, "AWS::CloudWatch::Alarm"))


@cache
def dashboards(monitoring: str) -> int:
    """Dashboards."""
    return len(list(_deployed(monitoring, "AWS::CloudWatch::Dashboard")))


def _metrics(alarm: Resource) -> int:
    return sum("MetricStat" in query for query in alarm.properties.get("Metrics", []))


def _deployed(monitoring: str, kind: str) -> Iterator[Resource]:
    """What the nested stacks make."""
    if monitoring == "none":
        return
    from rebasket_local.stack import Stack  # reading a template takes a second

    parameters = {"SenderEmail": "reminders@lantern.shop", "Monitoring": monitoring}
    parent = Stack(TEMPLATE, parameters, region="us-east-1", name="rebasket")
    for each in parent.of_type("AWS::CloudFormation::Stack"):
        yield from parent.nested(each.logical_id).of_type(kind)

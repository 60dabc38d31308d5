"""The installation with everything that watches it: nested stacks as they would stand, alarms, and what the code counts."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.http.results import STATUSES
from rebasket_local.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
PROD = {
    "Stage": "prod",
    "SenderEmail": "carts@shop.example",
    "Monitoring": "dashboard",
    "AlarmEmail": "on-call@shop.example",
    "TrafficShift": "Canary10Percent5Minutes",
    "PermissionsBoundary": "rebasket-prod-boundary",
    "SweepConcurrency": "2",
    "HttpConcurrency": "50",
}


def installation(**parameters: str) -> Stack:
    """template.yaml as in prod, with everything on."""
    return Stack(ROOT / "template.yaml", PROD | parameters, region="eu-central-1", name="rebasket-prod")


@dataclass(frozen=True)
class Metric:
    """One figure that CloudWatch keeps."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    stat: str
    period: int
    id: str = ""


@dataclass(frozen=True)
class Alarm:
    """One alarm, its properties resolved."""

    properties: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Without the installation's."""
        return str(self.properties["AlarmName"]).removeprefix("rebasket-prod-")

    @property
    def metrics(self) -> list[Metric]:
        """What it watches, and what it costs: each counts."""
        if "MetricName" in self.properties:
            return [_metric(self.properties, self.properties["Statistic"], self.properties["Period"])]
        return [
            _metric(each["MetricStat"]["Metric"], each["MetricStat"]["Stat"], each["MetricStat"]["Period"], each["Id"])
            for each in self.properties["Metrics"]
            if "MetricStat" in each
        ]

    @property
    def expressions(self) -> dict[str, str]:
        """Formulas by their id."""
        return {each["Id"]: each["Expression"] for each in self.properties.get("Metrics", []) if "Expression" in each}


def _metric(raw: Mapping[str, Any], stat: str, period: int, name: str = "") -> Metric:
    dimensions = {each["Name"]: str(each["Value"]) for each in raw.get("Dimensions", [])}
    return Metric(raw["Namespace"], raw["MetricName"], dimensions, stat, int(period), name)


def alarms(parent: Stack) -> list[Alarm]:
    """All of an installation."""
    stacks = [parent.nested(each.logical_id) for each in parent.of_type("AWS::CloudFormation::Stack")]
    return [Alarm(each.properties) for stack in (parent, *stacks) for each in stack.of_type("AWS::CloudWatch::Alarm")]


ENDINGS = {"Events": STATUSES, "Feedback": tuple(DeliveryEvent), "Touches": tuple(TouchState)}
"""What an f-string after these words can stand for."""


def counted() -> set[tuple[str, str]]:
    """(service, metric) of every figure that the functions count, read from their source."""
    sources = [(path.parent.name, path) for path in sorted(ROOT.glob("functions/*/app.py"))]
    sources.append(("remind", ROOT / "layers/core/rebasket/aws/ports.py"))
    return {(service, name) for service, path in sources for call in _calls(path) for name in _names(call)}


def _calls(path: Path) -> Iterator[ast.expr]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_metric":
            yield next((keyword.value for keyword in node.keywords if keyword.arg == "name"), None) or node.args[0]


def _names(name: ast.expr) -> list[str]:
    match name:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_names(body), *_names(orelse)]
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]):
            return [start + ending.capitalize() for ending in ENDINGS[start]]
        case _:
            raise AssertionError(f"which metric is {ast.unparse(name)}?")

"""docs/emitted.md says what is emitted: every log line with its fields, every metric, every item that others are told of.

Read from the sources, not from a run: a line that is written once a year is in it, too. `python -m tests.checks.emitted` says
whether the page is current, `… --write` writes it.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.http.results import STATUSES
from tests.checks.tree import report

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = "docs/emitted.md"
SOURCES = ("functions", "layers/core/rebasket")
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
VALUES = {
    "feedback.word": [event.value for event in DeliveryEvent],
    "state": [state.value for state in TouchState],
    "status": list(STATUSES),
}
"""What may stand in a metric's name, by the expression that stands there in the source."""
HEAD = """# What is emitted

All that a running stack tells of itself, for whoever searches its logs or builds on its metrics. No field holds an address, a
name or a product. Made from the sources by `python -m tests.checks.emitted --write`; `make check` says when it is not current.

"""


@dataclass(frozen=True, order=True)
class Line:
    """One call that logs: where, how severe, its message, and the fields beside it."""

    source: str
    level: str
    message: str
    fields: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Metric:
    """One metric: its name, its unit, and the file that counts it."""

    name: str
    unit: str
    source: str


def _calls(root: Path) -> Iterator[tuple[str, ast.Call, str, str]]:
    """Every `name.attribute(…)` in the product: its file, the call, and both names."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attribute)):
                        yield path.relative_to(root).as_posix(), node, owner, attribute
                    case _:
                        pass


def lines(root: Path) -> list[Line]:
    """Every call of the logger. Raises ValueError for a message that is put together: nobody could search for it."""
    found = set()
    for source, call, owner, level in _calls(root):
        if owner == "logger" and level in LEVELS:
            fields = tuple(keyword.arg or "…" for keyword in call.keywords)
            messages = _messages(call.args[0]) if len(call.args) == 1 else []
            if not messages:
                unsearchable = f"{source}:{call.lineno}: a log line's message is one text, what changes is a field"
                raise ValueError(unsearchable)
            found |= {Line(source, level, message, fields) for message in messages}
    return sorted(found)


def _messages(given: ast.expr) -> list[str]:
    """A text, or either of two; none for whatever is put together."""
    match given:
        case ast.Constant(value=str(message)):
            return [message]
        case ast.IfExp(body=body, orelse=other):
            either = [_messages(body), _messages(other)]
            return [message for messages in either for message in messages] if all(either) else []
        case _:
            return []


def keys(root: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Which file adds which fields to all lines that follow."""
    added = [
        (source, tuple(keyword.arg or "…" for keyword in call.keywords))
        for source, call, owner, attribute in _calls(root)
        if (owner, attribute) == ("logger", "append_keys")
    ]
    return sorted(added)


def metrics(root: Path) -> list[Metric]:
    """Every metric, a name that is put together once for each value it may have. Raises ValueError where these are not known."""
    found = set()
    for source, call, owner, attribute in _calls(root):
        if (owner, attribute) == ("metrics", "add_metric"):
            given = {keyword.arg: keyword.value for keyword in call.keywords} | dict(
                zip(("name", "unit"), call.args, strict=False)
            )
            unit = ast.unparse(given["unit"]).rpartition(".")[2]
            found |= {Metric(name, unit, source) for name in _names(given["name"], f"{source}:{call.lineno}")}
    return sorted(found)


def _names(name: ast.expr, place: str) -> list[str]:
    match name:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=other):
            return [*_names(body, place), *_names(other, place)]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), ast.FormattedValue(value=value)]):
            of = ast.unparse(value).removesuffix(".capitalize()").removesuffix(".value")
            if of in VALUES:
                return [text + word.capitalize() for word in VALUES[of]]
        case _:
            pass
    unknown = f"{place}: {PAGE} does not know what this metric may be called: {ast.unparse(name)}"
    raise ValueError(unknown)


def _context() -> list[str]:
    return [
        "Every line has `level`, `location`, `message`, `timestamp`, `service` and `version` (of Rebasket); while an invocation",
        "is handled also `cold_start`, `function_name`, `function_memory_size`, `function_arn` and `function_request_id`; and",
        "`xray_trace_id` where it is traced.",
        "",
    ]


def _edges(root: Path) -> list[str]:
    """Resources of the template that carry what others are told: queues, topics, streams, buckets of failures."""

    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as if they were nothing."""

    Loader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)
    read = yaml.load((root / "template.yaml").read_text(encoding="utf-8"), Loader)  # noqa: S506  # a SafeLoader with one addition
    kinds = {"AWS::SQS::Queue": "queue", "AWS::SNS::Topic": "topic", "AWS::S3::Bucket": "bucket"}
    rows = [f"| `{name}` | {kinds[one['Type']]} |" for name, one in read["Resources"].items() if one["Type"] in kinds]
    rows += [
        f"| `{name}` | stream, {one['Properties']['StreamSpecification']['StreamViewType']} |"
        for name, one in read["Resources"].items()
        if one["Type"] == "AWS::DynamoDB::Table" and "StreamSpecification" in one["Properties"]
    ]
    return ["| resource | kind |", "| --- | --- |", *sorted(rows), ""]


def page(root: Path) -> str:
    """The page as it should be."""
    text = ["## Log lines", "", *_context(), "| message | level | fields | written by |", "| --- | --- | --- | --- |"]
    by_place = sorted(lines(root), key=lambda line: (line.source, line.message))
    text += [f"| {line.message} | {line.level.upper()} | {_listed(line.fields)} | `{line.source}` |" for line in by_place]
    text += ["", "Fields that all lines have that follow, until others take their place:", ""]
    text += [f"- `{source}`: {_listed(fields)}" for source, fields in keys(root)]
    text += ["", "## Metrics", "", "In the namespace `Rebasket/{Stage}`, as lines of embedded metric format.", ""]
    text += ["| metric | unit | counted by |", "| --- | --- | --- |"]
    text += [f"| `{metric.name}` | {metric.unit} | `{metric.source}` |" for metric in metrics(root)]
    text += ["", "## Queues, topics, streams", "", "What leaves a function for another, or for a person, goes through these."]
    text += ["Rebasket publishes no events of its own to a bus.", "", *_edges(root)]
    return HEAD + "\n".join(text)


def _listed(fields: tuple[str, ...]) -> str:
    return ", ".join(f"`{field}`" for field in fields) or "–"


def findings(root: Path) -> list[str]:
    """One line when the page is not what the sources say."""
    kept = root / PAGE
    current = kept.exists() and kept.read_text(encoding="utf-8") == page(root)
    return [] if current else [f"{PAGE}: not current: python -m tests.checks.emitted --write"]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        Path(PAGE).write_text(page(Path.cwd()), encoding="utf-8")
    else:
        report(findings)

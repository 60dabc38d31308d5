"""docs/emitted.md is current, and says what really comes out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from rebasket.observability import logger, without_personal_data
from tests.checks import emitted

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in emitted.SOURCES:
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def written(project: Path, source: str) -> Path:
    (project / "functions/app.py").write_text(source, encoding="utf-8")
    return project


def test_the_page_is_current() -> None:
    assert emitted.findings(ROOT) == []


def test_a_line_may_say_either_of_two(project: Path) -> None:
    found = emitted.lines(written(project, "logger.info('a' if x else 'b', shop=1)"))
    assert [(line.message, line.fields) for line in found] == [("a", ("shop",)), ("b", ("shop",))]


def test_a_page_that_is_not_current_is_found(project: Path) -> None:
    (project / "template.yaml").write_text("Resources: {}\n", encoding="utf-8")
    (project / "docs").mkdir()
    (project / emitted.PAGE).write_text(emitted.page(written(project, "logger.info('a', shop=1)")), encoding="utf-8")
    assert emitted.findings(project) == []
    for changed in ("logger.info('b', shop=1)", "logger.error('a', shop=1)", "logger.info('a', cart=1)", ""):
        assert emitted.findings(written(project, changed)) == [
            "docs/emitted.md: not current: python -m tests.checks.emitted --write"
        ], changed


def test_lines_and_metrics_are_found_wherever_they_stand(project: Path) -> None:
    metric = "metrics.add_metric('A' if x else 'B', MetricUnit.Count, 1)"
    written(project, f"def f():\n    if x:\n        logger.error('gone', shop=a, why=b)\n    {metric}")
    assert emitted.lines(project) == [emitted.Line("functions/app.py", "error", "gone", ("shop", "why"))]
    assert [(metric.name, metric.unit) for metric in emitted.metrics(project)] == [("A", "Count"), ("B", "Count")]


@pytest.mark.parametrize(
    "source", ["logger.info(f'shop {shop}')", "logger.info('a' if x else str(x))", "logger.error(str(error))", "logger.warning()"]
)
def test_a_message_that_is_put_together_is_refused(project: Path, source: str) -> None:
    with pytest.raises(ValueError, match="a log line's message is one text"):
        emitted.lines(written(project, source))


@pytest.mark.parametrize("name", ["name", "f'Events{kind}'", "f'{a}{b}'"])
def test_a_metric_of_which_nobody_knows_the_names_is_refused(project: Path, name: str) -> None:
    with pytest.raises(ValueError, match="does not know what this metric may be called"):
        emitted.metrics(written(project, f"metrics.add_metric(name={name}, unit=MetricUnit.Count, value=1)"))


def test_every_metric_of_ours_that_is_watched_is_counted_by_somebody() -> None:
    """An alarm on a metric that nobody counts is silent for ever."""
    found: set[str] = set()
    for template in (ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))):
        found |= set(ours(yaml_parse(template.read_text(encoding="utf-8"))))
    assert {"TouchesUnknown", "EventsFailed"} <= found
    assert found <= {metric.name for metric in emitted.metrics(ROOT)}


def ours(value: Any) -> Iterator[str]:  # noqa: ANN401  # whatever a template holds
    """The metrics of our own namespace, wherever in a template they stand; infra/errors.yaml is given its own as `Caught`."""
    if isinstance(value, dict):
        if "Rebasket/" in str(value.get("Namespace")) and value.get("MetricName") != {"Ref": "Caught"}:
            yield value["MetricName"]
        if isinstance(value.get("Caught"), str) and value["Caught"]:
            yield value["Caught"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from ours(each)


def test_a_line_has_the_fields_that_the_page_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them, written for real."""
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    own = {"level", "location", "message", "timestamp", "service", "version"}
    logger.remove_keys([key for key in logger.get_current_keys() if key not in own])  # of what this process handled before

    @without_personal_data
    def fails() -> None:
        raise KeyError

    with pytest.raises(RuntimeError):
        fails()
    said = json.loads(log.getvalue())
    (line,) = (line for line in emitted.lines(ROOT) if line.source.endswith("observability.py"))
    assert (said["message"], said["level"]) == (line.message, line.level.upper())
    assert set(said) == {*line.fields, *own}

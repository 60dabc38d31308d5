"""docs/openapi.json is current, is OpenAPI 3.1, and describes what really comes and goes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from rebasket.domain.errors import Contended, Refused, Unreadable
from rebasket.http.problem import problem
from rebasket.memory import MemoryBooks, MemoryEpisodes
from rebasket.platforms.native.wire import TYPES
from rebasket.usecases.reporting.report import MakeReport
from rebasket.usecases.reporting.report_json import report_as_data
from tests.checks import openapi
from tests.functions.ingest_client import STRICT, World, cart_updated, world
from tests.unit.platforms.native.samples import changed, leaves, sample

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = json.loads((ROOT / openapi.FILE).read_text(encoding="utf-8"))


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    return world(monkeypatch)


def fits(data: object, schema: dict[str, Any]) -> bool:
    """Whether data is what the document says."""
    return bool(Draft202012Validator({**schema, "components": DOCUMENT["components"]}).is_valid(data))


def named(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def answered(status: int, media: str = "application/problem+json") -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"]["/v1/events"]["post"]["responses"][str(status)]["content"][media]["schema"]
    return found


def test_the_file_is_current(tmp_path: Path) -> None:
    assert openapi.findings(ROOT) == []
    (finding,) = openapi.findings(tmp_path)
    assert finding.startswith("docs/openapi.json: ")


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    references = [text for _, text in leaves(DOCUMENT) if isinstance(text, str) and text.startswith("#/components/schemas/")]
    assert {reference.rpartition("/")[2] for reference in references} <= set(schemas)
    assert DOCUMENT["openapi"] == "3.1.0"
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values() if isinstance(operation, dict)]
    assert len({operation["operationId"] for operation in operations}) == 5


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_taken_fits_and_what_does_not_fit_is_refused(shop: World, kind: str) -> None:
    events = named("Events")
    full = sample(kind)
    for body in (full, [full], {"events": [full] * 100}):
        assert fits(body, events)
    for body in ([], {"events": []}, [full] * 101, {"events": [full], "more": 1}):
        assert not fits(body, events)
        assert shop.post(body, query=STRICT).status in {413, 422}
    event = named(TYPES[kind].__name__)
    values: tuple[object, ...] = (..., None, 17, "x", "", -1, [], {})
    for path, _ in leaves(full):
        for value in values:
            body = changed(full, path, value)
            assert fits(body, event) or shop.post(body, query=STRICT).status == 422, (path, value)


def test_answers_are_as_told(shop: World) -> None:
    shop.failing["fail"] = Contended("busy")
    taken = shop.post([cart_updated(), cart_updated(at="now"), cart_updated(cart=...)])
    assert [list(result) for result in taken.data["results"]] == [
        ["id", "status"],
        ["id", "status", "warnings"],
        ["id", "status", "problem"],
    ]
    assert fits(taken.data, answered(202, "application/json"))
    for body, status in (
        (cart_updated(cart=...), 422),
        ([], 422),
        (b"{", 400),
        ([{}] * 101, 413),
        ([cart_updated(id="fail"), cart_updated(), {}], 503),
    ):
        reply = shop.post(body)
        assert reply.status == status
        assert fits(reply.data, answered(status)), reply.body
    assert fits(shop.post({}, {}).data, answered(401))
    assert not fits({**taken.data, "results": [{"id": "e1"}]}, answered(202, "application/json"))


def test_problems_are_as_told() -> None:
    for error in (Unreadable("x"), Refused("x"), KeyError("x")):
        assert fits(problem(error), named("Problem"))
    assert not fits({**problem(KeyError("x")), "type": "about:blank"}, named("Problem"))


def test_figures_are_as_told(shop: World) -> None:
    made = MakeReport(books=MemoryBooks(), episodes=MemoryEpisodes(), shops=shop.shops)(
        "acme", date(2026, 11, 1), date(2026, 11, 2)
    )
    data = json.loads(json.dumps(report_as_data(made)))
    assert fits(data, named("Report"))
    assert not fits(changed(data, ("total", "episodes"), ...), named("Report"))

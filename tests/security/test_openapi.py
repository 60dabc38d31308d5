"""Every route of docs/openapi.json under requests made from that document, right ones and wrong ones: the answers are those that
the document tells, and none is our mistake.

The requests go through the local cloud, which has the routes of template.yaml. Many more, and others each time:
FUZZ_EXAMPLES=2000 pytest --hypothesis-profile=explore tests/security/test_openapi.py
"""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from urllib3 import HTTPResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemathesis import Case

    from tests.security.two_shops import TwoShops

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
HERE = "https://cloud.example"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
"""Of each operation, right and wrong ones each."""

PHASES = [Phase.explicit, Phase.generate]
"""No shrinking: a request that fails is short enough to read, and shrinking sends hundreds."""

ANSWERS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
ROUTES = [
    ("/v1/events", "POST"),
    ("/v1/report", "GET"),
    ("/r/{token}", "GET"),
    ("/o/{token}", "GET"),
    ("/o/{token}", "POST"),
]


class Through(requests.adapters.BaseAdapter):
    """Takes requests to the local cloud instead of to the network."""

    def __init__(self, shops: TwoShops) -> None:
        super().__init__()
        self._shops = shops

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        body = request.body or b""
        assert isinstance(body, str | bytes)
        headers = {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in request.headers.items()}
        sent = body.encode() if isinstance(body, str) else body
        answer = self._shops.cloud.http(str(request.method), request.path_url, headers, sent)
        told = requests.Response()
        told.status_code, told.url, told.request = answer.status, str(request.url), request
        told.headers.update(answer.headers)
        told.raw = HTTPResponse(io.BytesIO(answer.body), dict(answer.headers), answer.status, preload_content=False)
        told._content = answer.body  # noqa: SLF001  # requests has no other way to make a response
        return told

    def close(self) -> None:
        """Nothing is open."""


def ask(shops: TwoShops, case: Case[Any], headers: Mapping[str, str]) -> requests.Response:
    """Send it, and hold the answer to the document."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Through(shops))
        answer = case.call(base_url=HERE, session=session, headers=dict(headers))
    checks: Any = CHECKS.get_by_names(ANSWERS)  # functions all; the registry may hold classes, too
    case.validate_response(answer, checks=checks, headers=dict(headers))
    return answer  # type: ignore[return-value]  # schemathesis wraps it; the status is the same


def key(shops: TwoShops, path: str) -> dict[str, str]:
    return {"authorization": shops.bearer("oak")["authorization"]} if path.startswith("/v1") else {}


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        *((path, method, GenerationMode.POSITIVE) for path, method in ROUTES),
        *(
            (path, "POST" if path != "/v1/report" else "GET", GenerationMode.NEGATIVE)
            for path in ("/v1/events", "/v1/report", "/o/{token}")
        ),
    ],
)
def test_answers_are_as_the_document_tells(shops: TwoShops, path: str, method: str, mode: GenerationMode) -> None:
    seen: Counter[int] = Counter()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), phases=PHASES, database=None)
    @given(case=SCHEMA[path][method].as_strategy(generation_mode=mode))
    def fuzz(case: Case[Any]) -> None:
        seen[ask(shops, case, key(shops, path)).status_code] += 1

    fuzz()
    assert seen.total() >= EXAMPLES // 2, f"so few could be made: {seen}"


@pytest.mark.parametrize(
    "query", ["form=2026-03-01", "From=2026-03-01", "from[]=2026-03-01", "=x", "format=csv", "to=2026-02-30"]
)
def test_a_parameter_that_is_none_is_refused(shops: TwoShops, query: str) -> None:
    """Else a typing error would give the figures of other days."""
    answer = shops.cloud.http("GET", f"/v1/report?{query}", shops.bearer("oak"))
    assert (answer.status, answer.json()["type"]) == (422, "/problems/invalid")

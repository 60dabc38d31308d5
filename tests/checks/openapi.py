"""docs/openapi.json says what the code does: events from their models, problems from their table, figures from the report's.

python -m tests.checks.openapi [folder]             whether the file is current
python -m tests.checks.openapi --write [folder]     make it so
"""

import json
import sys
from pathlib import Path

from rebasket.http.problem import RETRY_AFTER
from rebasket.http.strict_json import MAX_BYTES, MAX_DEPTH
from rebasket.platforms.native.batch import MAX_EVENTS
from tests.checks.openapi_schemas import Node, ref, schemas
from tests.checks.tree import report

FILE = "docs/openapi.json"
DESCRIPTION = f"""\
Shops post cart events; finance reads figures; shoppers follow links. [The guide](integration.md) has the story.

Bodies are JSON in UTF-8, at most {MAX_BYTES // 1024} KB, events at most {MAX_DEPTH} levels deep. A field that may be left out may
be null, which is the same. What is optional in an event and cannot be read is left out and told in `warnings`: unknown fields,
too. With `?strict=1` an event is taken as these schemas say, or not at all.
"""


def _answer(description: str, schema: Node | None = None, media: str = "application/json", headers: Node | None = None) -> Node:
    found: Node = {"description": description}
    if headers:
        found["headers"] = headers
    if schema:
        found["content"] = {media: {"schema": schema}}
    return found


def _problem(description: str, *, results: bool = False, headers: Node | None = None) -> Node:
    schema = {"anyOf": [{"allOf": [ref("Problem"), ref("Results")]}, ref("Problem")]} if results else ref("Problem")
    return _answer(description, schema, "application/problem+json", headers)


def _header(description: str) -> Node:
    return {"description": description, "schema": {"type": "string"}}


def _events_path() -> Node:
    retry = {"retry-after": {"description": "Seconds.", "schema": {"type": "integer", "examples": [int(RETRY_AFTER)]}}}

    def flag(name: str, description: str) -> Node:
        return {"name": name, "in": "query", "description": description, "schema": {"enum": ["1", "true"]}}

    return {
        "parameters": [
            flag("strict", "Refuse an event of which something would be left out; for trying."),
            flag("explain", "Say with each result what will come of the cart."),
        ],
        "summary": "Report what happened",
        "description": "One event, an array, or an object with `events`. To repeat a request is harmless.",
        "operationId": "postEvents",
        "security": [{"bearer": []}, {"signatureKey": [], "signature": [], "signatureId": [], "signatureTime": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("Events")}}},
        "responses": {
            "202": _answer("At least one event was taken; `results` says which were not.", ref("Results")),
            "400": _problem("The body is not JSON that we take."),
            "401": _problem("No credential, or one that is not right.", headers={"www-authenticate": _header("`Bearer`.")}),
            "403": _problem("The key does not carry the right `events`."),
            "413": _problem(f"More than {MAX_BYTES // 1024} KB, or more than {MAX_EVENTS} events."),
            "415": _problem("Not declared as `application/json`."),
            "422": _problem("None of the events can be taken, or the body holds none.", results=True),
            "429": _answer("Too fast; try again later."),
            "503": _problem("Some events could not be recorded: repeat the whole request.", results=True, headers=retry),
        },
    }


def _report_path() -> Node:
    def day(name: str, what: str) -> Node:
        return {"name": name, "in": "query", "description": what, "schema": {"type": "string", "format": "date"}}

    shape = {"name": "format", "in": "query", "schema": {"enum": ["json", "table"], "default": "json"}}
    answer = _answer("The figures.", ref("Report"))
    answer["content"]["text/plain"] = {"schema": {"type": "string"}}
    return {
        "summary": "What came of it, and what it cost",
        "operationId": "getReport",
        "security": [{"bearer": []}],
        "parameters": [
            day("from", "First day; 27 days before the last, when left out."),
            day("to", "Last day; today, when left out."),
            shape,
        ],
        "responses": {
            "200": answer,
            "401": _problem("No credential, or one that is not right."),
            "403": _problem("The key does not carry the right `report`."),
            "422": _problem("The days make no report, or a parameter is none of these."),
        },
    }


def _link_paths() -> Node:
    token = {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
    page = {"type": "string"}
    unknown = _answer("Nobody knows this link (any more).", page, "text/html")

    def visit(summary: str, operation: str, **responses: Node) -> Node:
        answers = {status.removeprefix("_"): answer for status, answer in responses.items()}
        return {"summary": summary, "operationId": operation, "security": [], "responses": {**answers, "404": unknown}}

    back = _answer("To the cart in the shop.", headers={"location": _header("The shop's restore URL.")})
    gone = _answer("The cart is no more.", page, "text/html")
    form = {"type": "object", "properties": {"List-Unsubscribe": {"const": "One-Click"}}}
    return {
        "/r/{token}": {"parameters": [token], "get": visit("Back to the cart", "followRestoreLink", _302=back, _200=gone)},
        "/o/{token}": {
            "parameters": [token],
            "get": visit("Asks whether to stop; changes nothing", "showOptOut", _200=_answer("The question.", page, "text/html")),
            "post": {
                **visit("Stop the reminders, in one click (RFC 8058)", "optOut", _200=_answer("Stopped.", page, "text/html")),
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
            },
        },
    }


def document() -> Node:
    """The OpenAPI 3.1 document."""

    def key(name: str, description: str) -> Node:
        return {"type": "apiKey", "in": "header", "name": name, "description": description}

    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rebasket",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [
            {"url": "https://{api}", "variables": {"api": {"default": "example.execute-api.eu-central-1.amazonaws.com"}}}
        ],
        "paths": {"/v1/events": {"post": _events_path()}, "/v1/report": {"get": _report_path()}, **_link_paths()},
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A bearer key, `rbk_…`."},
                "signatureKey": key("rebasket-key", "`{shop}_{key id}`: which signing key."),
                "signature": key(
                    "webhook-signature", "Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`."
                ),
                "signatureId": key("webhook-id", "The id that was signed."),
                "signatureTime": key("webhook-timestamp", "The time that was signed, in seconds since 1970."),
            },
        },
    }


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def findings(root: Path) -> list[str]:
    """One line when the file is missing or not current."""
    file = root / FILE
    current = file.is_file() and file.read_text(encoding="utf-8") == text()
    return [] if current else [f"{FILE}: not what the code says; run: python -m tests.checks.openapi --write"]


if __name__ == "__main__":
    if "--write" in sys.argv:
        sys.argv.remove("--write")
        (Path(sys.argv[1] if len(sys.argv) > 1 else ".") / FILE).write_text(text(), encoding="utf-8")
    report(findings)

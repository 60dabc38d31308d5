"""Answers, and how API Gateway takes them (payload format 2.0)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: str

    def for_gateway(self) -> dict[str, object]:
        """As a Lambda function returns it."""
        return {"statusCode": self.status, "headers": dict(self.headers), "body": self.body}


def json_answer(
    status: int, data: object, headers: Mapping[str, str] | None = None, media_type: str = "application/json"
) -> Answer:
    """An answer that holds data; no cache keeps it."""
    body = json.dumps(data, separators=(",", ":"))
    return Answer(status, {"content-type": media_type, "cache-control": "no-store", **(headers or {})}, body)

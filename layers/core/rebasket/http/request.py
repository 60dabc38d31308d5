"""Requests, as API Gateway hands them over (HTTP API, payload format 2.0).

Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import TooLarge, Unreadable
from rebasket.http.problem import MethodNotAllowed, NotJson
from rebasket.http.strict_json import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Request:
    """One request; names of headers in lower case. What it holds does not print: it may be personal, or a secret."""

    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def asks(self, name: str) -> bool:
        """Whether a parameter of the query says yes: `?name=1`."""
        return self.query.get(name) in {"1", "true"}

    def require(self, method: str) -> None:
        """Raise MethodNotAllowed unless the method is this one."""
        if self.method != method:
            raise MethodNotAllowed(method)

    def require_json(self) -> None:
        """Raise NotJson unless the body is declared as JSON in UTF-8."""
        media_type, *parameters = self.headers.get("content-type", "").lower().split(";")
        charset = next((p.split("=", 1)[1].strip(' "') for p in parameters if p.strip().startswith("charset=")), "utf-8")
        if media_type.strip() != "application/json" or charset not in {"utf-8", "utf8"}:
            raise NotJson


def request(event: Mapping[str, Any]) -> Request:
    """The request in an event of API Gateway. Raises TooLarge before a large body is decoded."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    body: str = event.get("body") or ""
    encoded = bool(event.get("isBase64Encoded"))
    if len(body) > (MAX_BYTES * 4 // 3 + 4 if encoded else MAX_BYTES):
        message = f"the body has more than {MAX_BYTES // 1024} KB; send fewer events at once"
        raise TooLarge(message)
    try:
        # "surrogatepass": a body that is no UTF-8 must reach the reader of JSON, which says so.
        content = base64.b64decode(body, validate=True) if encoded else body.encode("utf-8", "surrogatepass")
    except binascii.Error:
        message = "the body's transfer encoding is broken"
        raise Unreadable(message) from None
    return Request(event["requestContext"]["http"]["method"], headers, content, event.get("queryStringParameters") or {})

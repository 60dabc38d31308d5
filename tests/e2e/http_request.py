"""One HTTP request, one answer: no redirect is followed, any status is an answer."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """What came back; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON
        return json.loads(self.body)


def http(method: str, url: str, headers: dict[str, str] | None = None, body: str | None = None) -> Answer:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", None if body is None else body.encode(), headers or {})
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read().decode())
    finally:
        connection.close()

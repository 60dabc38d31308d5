"""An HTTP request as a function sees it (payload format 2.0), and a response as a client sees it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, unquote

from rebasket_local.json_value import Json
from rebasket_local.names import stable_id

_TEXT: Final = re.compile(r"text/.*|application/(json|xml|javascript)")
"""Bodies of these types reach the function as they are; all others, forms included, in base64."""


@dataclass(frozen=True)
class Request:
    """`target` is path and query as in the request line; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str
    request_id: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def head_size(self) -> int:
        """Bytes of the request line and all headers, as far as API Gateway counts them."""
        line = f"{self.method} {self.target} HTTP/1.1\r\n"
        return len(line.encode()) + sum(len(f"{name}: {value}\r\n".encode()) for name, value in self.headers.items())


@dataclass(frozen=True)
class Response:
    """Header names are in lower case; `cookies` are the values of as many set-cookie headers."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    def json(self) -> Json:
        return json.loads(self.body)


@dataclass(frozen=True)
class Gateway:
    """What an event says about the API that it came through."""

    account: str
    api_id: str
    host: str
    stage: str


def event_of(
    request: Request, gateway: Gateway, route_key: str, path_parameters: Mapping[str, str], now: datetime
) -> dict[str, Json]:
    """The event that a function gets for a request."""
    headers = dict(request.headers)
    cookies = headers.pop("cookie", "")
    text, encoded = _body(request.body, headers.get("content-type", ""))
    event: dict[str, Json] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": headers
        | {
            "content-length": str(len(request.body)),
            "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{stable_id(request.request_id, 24)}",
            "x-forwarded-for": request.source_ip,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": gateway.account,
            "apiId": gateway.api_id,
            "domainName": gateway.host,
            "domainPrefix": gateway.api_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request.request_id,
            "routeKey": route_key,
            "stage": gateway.stage,
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": encoded,
    }
    optional = {
        "cookies": [cookie.strip() for cookie in cookies.split(";")] if cookies else None,
        "queryStringParameters": joined(parse_qsl(request.query, keep_blank_values=True)),
        "pathParameters": {name: unquote(value) for name, value in path_parameters.items()},
        "body": text,
    }
    return event | {name: value for name, value in optional.items() if value}


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Names in lower case; values of names that were told apart by case only are joined."""
    return joined([(name.lower(), value) for name, value in headers.items()])


def message(status: int, text: str) -> Response:
    """API Gateway's own answer."""
    return Response(status, {"content-type": "application/json"}, json.dumps({"message": text}).encode())


def response_of(result: Json) -> Response:
    """What a function returned: a response; or, without a status code, a body that is JSON. Raises `ValueError`, `TypeError`."""
    if not isinstance(result, Mapping) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result)
        return Response(200, {"content-type": "application/json"}, body.encode())
    headers = {str(name).lower(): _header(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain; charset=utf-8")
    text = result.get("body") or ""
    if not isinstance(text, str):
        raise TypeError("a body is a string")
    body_bytes = b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
    cookies: Sequence[str] = result.get("cookies") or []
    return Response(int(result["statusCode"]), headers, body_bytes, tuple(cookies))


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Values of the same name, with commas between them."""
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    if not body:
        return "", False
    if _TEXT.fullmatch(content_type.partition(";")[0].strip().lower()):
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            return b64encode(body).decode(), True
    return b64encode(body).decode(), True


def _header(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise TypeError("a header is a string")
    return str(value)

"""API Gateway's HTTP API: requests become events (payload format 2.0), what functions return becomes responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html. A path or method
that no route has is answered 404, never 405, as HTTP APIs do.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from rebasket_local.clock import VirtualClock
from rebasket_local.errors import TemplateInvalid
from rebasket_local.functions import Functions
from rebasket_local.names import stable_id
from rebasket_local.permissions import Permissions
from rebasket_local.stack import Resource, Stack

_BODY_LIMIT: Final = 10 * 1024 * 1024
_HEAD_LIMIT: Final = 10_240
"""Bytes of the request line and all headers."""
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method")
_TEXT: Final = re.compile(r"text/.*|application/(json|xml|javascript)")
"""Bodies of these types reach the function as they are; all others, forms included, in base64."""
_FUNCTION: Final = re.compile(r".*:lambda:path/2015-03-31/functions/(?P<arn>.+)/invocations")


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

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class _Route:
    method: str
    path: str
    pattern: re.Pattern[str]
    function: str

    @property
    def key(self) -> str:
        return "$default" if self.path == "/$default" else f"{self.method} {self.path}"

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """Full matches before greedy ones, longer paths first, ANY last."""
        variables = self.path.count("{")
        return (self.path == "/$default", "+}" in self.path, variables * 100 - len(self.path), self.method == "ANY")


class HttpApi:
    """The routes of one AWS::ApiGatewayV2::Api. Raises `TemplateInvalid`."""

    def __init__(self, stack: Stack, api: Resource, functions: Functions, permissions: Permissions, clock: VirtualClock) -> None:
        self._stack, self._functions, self._permissions, self._clock = stack, functions, permissions, clock
        self.api_id = api.ref
        self.host = f"{api.ref}.execute-api.{stack.region}.{stack.url_suffix}"
        stages = [stage for stage in stack.of_type("AWS::ApiGatewayV2::Stage") if stage.properties["ApiId"] == api.ref]
        self._stage = str(stages[0].properties["StageName"]) if stages else "$default"
        self._routes = sorted(_routes(api), key=lambda route: route.rank)
        for route in self._routes:
            functions[route.function]  # one that is not there shows now

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes, source_ip: str, request_id: str) -> Response:
        """`target` is path and query, as in the request line."""
        path, _, query = target.partition("?")
        lowered = {"host": self.host, **_lowered(headers)}
        if len(method) + len(target) + sum(len(name) + len(value) + 4 for name, value in lowered.items()) > _HEAD_LIMIT:
            return _message(431, "Request Header Fields Too Large")
        if len(body) > _BODY_LIMIT:
            return _message(413, "Request Entity Too Large")
        if self._stage != "$default":
            if not path.startswith(f"/{self._stage}/"):
                return _message(404, "Not Found")
            inner = path.removeprefix(f"/{self._stage}")
        else:
            inner = path
        for route in self._routes:
            match = route.pattern.fullmatch(inner)
            if match is not None and route.method in {method, "ANY"}:
                event = self._event(route, method, path, query, lowered, body, match.groupdict(), source_ip, request_id)
                return self._run(route, inner, event)
        return _message(404, "Not Found")

    def _run(self, route: _Route, path: str, event: dict[str, Any]) -> Response:
        method = event["requestContext"]["http"]["method"]
        source = f"arn:{self._stack.partition}:execute-api:{self._stack.region}:{self._stack.account}:{self.api_id}/{self._stage}/{method}{path}"
        if not self._permissions.may_invoke(route.function, "apigateway.amazonaws.com", source):
            return _message(500, "Internal Server Error")
        if self._functions[route.function].paused:
            return _message(503, "Service Unavailable")  # throttled
        outcome = self._functions.invoke(route.function, event)
        if not outcome.ok:
            timed_out = outcome.failure is not None and outcome.failure.kind == "Sandbox.Timedout"
            return _message(503, "Service Unavailable") if timed_out else _message(500, "Internal Server Error")
        return _response(outcome.result)

    def _event(
        self,
        route: _Route,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        body: bytes,
        parameters: Mapping[str, str],
        source_ip: str,
        request_id: str,
    ) -> dict[str, Any]:
        now = self._clock.now
        event: dict[str, Any] = {"version": "2.0", "routeKey": route.key, "rawPath": path, "rawQueryString": query}
        cookies = headers.pop("cookie", "")
        if cookies:
            event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
        event["headers"] = headers | {
            "content-length": str(len(body)),
            "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{stable_id(request_id, 24)}",
            "x-forwarded-for": source_ip,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }
        if query:
            event["queryStringParameters"] = _query(query)
        event["requestContext"] = {
            "accountId": self._stack.account,
            "apiId": self.api_id,
            "domainName": self.host,
            "domainPrefix": self.api_id,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": route.key,
            "stage": self._stage,
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        }
        if parameters:
            event["pathParameters"] = {name: unquote(value) for name, value in parameters.items()}
        if body:
            event["body"], event["isBase64Encoded"] = _body(body, headers.get("content-type", ""))
        else:
            event["isBase64Encoded"] = False
        return event


def _routes(api: Resource) -> list[_Route]:
    routes = []
    for path, operations in (api.properties.get("Body") or {}).get("paths", {}).items():
        for method, operation in operations.items():
            if method not in _METHODS:
                continue
            integration = operation.get("x-amazon-apigateway-integration") or {}
            match = _FUNCTION.fullmatch(integration.get("uri", ""))
            if match is None:
                raise TemplateInvalid(api.logical_id, f"{method} {path} leads to no function")
            if str(integration.get("payloadFormatVersion")) != "2.0":
                raise TemplateInvalid(api.logical_id, f"{method} {path}: the local cloud plays payload format 2.0 only")
            name = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            routes.append(_Route(name, path, _path_pattern(path), match["arn"]))
    return routes


def _path_pattern(path: str) -> re.Pattern[str]:
    if path == "/$default":
        return re.compile(".*", re.DOTALL)
    parts = re.split(r"\{([A-Za-z0-9_.-]+\+?)\}", path)
    pattern = "".join(
        re.escape(part) if index % 2 == 0 else f"(?P<{part.rstrip('+')}>.+)" if part.endswith("+") else f"(?P<{part}>[^/]+)"
        for index, part in enumerate(parts)
    )
    return re.compile(pattern, re.DOTALL)


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    lowered: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        lowered[key] = f"{lowered[key]},{value}" if key in lowered else value
    return lowered


def _query(query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    if _TEXT.fullmatch(content_type.partition(";")[0].strip().lower()):
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            return b64encode(body).decode(), True
    return b64encode(body).decode(), True


def _message(status: int, message: str) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())


def _response(result: Any) -> Response:
    """What a function returned: a response, or, without a status code, a body that is JSON."""
    if not isinstance(result, Mapping) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result)
        return Response(200, {"content-type": "application/json"}, body.encode())
    try:
        status = int(result["statusCode"])
        headers = {str(name).lower(): _header(value) for name, value in (result.get("headers") or {}).items()}
        text = result.get("body") or ""
        body_bytes = b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
        cookies: Sequence[str] = result.get("cookies") or []
    except (TypeError, ValueError, AttributeError):
        return _message(500, "Internal Server Error")
    headers.setdefault("content-type", "text/plain; charset=utf-8")
    return Response(status, headers, body_bytes, tuple(cookies))


def _header(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise TypeError("a header is a string")
    return str(value)

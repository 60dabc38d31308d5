"""API Gateway's HTTP API: which function answers a request, and what the client gets if none does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html. A path or method that no route
has is answered 404, never 405, as HTTP APIs do. Throttling is not played.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rebasket_local.errors import TemplateInvalid
from rebasket_local.http_messages import Gateway, Request, Response, event_of, message, response_of
from rebasket_local.json_value import Json
from rebasket_local.machinery import Machinery
from rebasket_local.stack import Resource

__all__ = ["HttpApi", "Response"]

_BODY_LIMIT: Final = 10 * 1024 * 1024
_HEAD_LIMIT: Final = 10_240
"""Bytes of the request line and all headers."""
_ANY: Final = "x-amazon-apigateway-any-method"
_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", _ANY)
_FUNCTION: Final = re.compile(r".*:lambda:path/2015-03-31/functions/(?P<arn>.+)/invocations")
_VARIABLE: Final = re.compile(r"\{([A-Za-z0-9_.-]+)(\+?)\}")
_DEFAULT: Final = "/$default"


@dataclass(frozen=True)
class _Route:
    method: str
    path: str
    function: str
    pattern: re.Pattern[str]
    variables: tuple[str, ...]

    @property
    def key(self) -> str:
        return "$default" if self.path == _DEFAULT else f"{self.method} {self.path}"

    @property
    def rank(self) -> tuple[bool, bool, int, bool]:
        """Full matches before variables, those before greedy ones, $default last; a method before ANY."""
        return (self.path == _DEFAULT, "+}" in self.path, len(self.variables), self.method == "ANY")


class HttpApi:
    """One AWS::ApiGatewayV2::Api. Raises `TemplateInvalid`."""

    def __init__(self, machinery: Machinery, api: Resource) -> None:
        stack, self._machinery = machinery.stack, machinery
        stages = [stage for stage in stack.of_type("AWS::ApiGatewayV2::Stage") if stage.properties["ApiId"] == api.ref]
        if len(stages) != 1:
            raise TemplateInvalid(api.logical_id, f"the local cloud plays one stage, not {len(stages)}")
        stage = str(stages[0].properties["StageName"])
        self._gateway = Gateway(stack.account, api.ref, f"{api.ref}.execute-api.{stack.region}.{stack.url_suffix}", stage)
        self._prefix = "" if stage == "$default" else f"/{stage}"
        self._source = f"arn:{stack.partition}:execute-api:{stack.region}:{stack.account}:{api.ref}/{stage}"
        self._routes = sorted(_routes(api), key=lambda route: route.rank)
        for route in self._routes:
            if route.function not in machinery.functions:
                raise TemplateInvalid(
                    api.logical_id, f"{route.key} leads to {route.function}, which is no function of this template"
                )

    @property
    def host(self) -> str:
        return self._gateway.host

    def answer(self, request: Request) -> Response:
        if request.head_size > _HEAD_LIMIT:
            return message(431, "Request Header Fields Too Large")
        if len(request.body) > _BODY_LIMIT:
            return message(413, "Request Entity Too Large")
        if not request.path.startswith(f"{self._prefix}/"):
            return message(404, "Not Found")
        path = request.path.removeprefix(self._prefix)
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match is not None and route.method in {request.method, "ANY"}:
                variables = dict(zip(route.variables, match.groups(), strict=True))
                event = event_of(request, self._gateway, route.key, variables, self._machinery.clock.now)
                return self._run(route, f"{self._source}/{request.method}{route.path}", event)
        return message(404, "Not Found")

    def _run(self, route: _Route, source_arn: str, event: dict[str, Json]) -> Response:
        if not self._machinery.permissions.may_invoke(route.function, "apigateway.amazonaws.com", source_arn):
            return message(500, "Internal Server Error")
        if self._machinery.functions[route.function].paused:
            return message(503, "Service Unavailable")  # throttled
        outcome = self._machinery.functions.invoke(route.function, event)
        if outcome.failure is not None:
            timed_out = outcome.failure.kind == "Sandbox.Timedout"
            return message(503, "Service Unavailable") if timed_out else message(500, "Internal Server Error")
        try:
            return response_of(outcome.result)
        except (TypeError, ValueError, AttributeError):  # the function returned what is no response
            return message(500, "Internal Server Error")


def _routes(api: Resource) -> Iterator[_Route]:
    for path, operations in (api.properties.get("Body") or {}).get("paths", {}).items():
        for method, operation in operations.items():
            if method in _METHODS:
                integration = operation.get("x-amazon-apigateway-integration") or {}
                match = _FUNCTION.fullmatch(str(integration.get("uri", "")))
                if match is None:
                    raise TemplateInvalid(api.logical_id, f"{method} {path} leads to no function")
                if str(integration.get("payloadFormatVersion")) != "2.0":
                    raise TemplateInvalid(api.logical_id, f"{method} {path}: the local cloud plays payload format 2.0 only")
                variables = tuple(name for name, _ in _VARIABLE.findall(path))
                yield _Route("ANY" if method == _ANY else method.upper(), path, match["arn"], _path_pattern(path), variables)


def _path_pattern(path: str) -> re.Pattern[str]:
    if path == _DEFAULT:
        return re.compile(".*", re.DOTALL)
    parts = _VARIABLE.split(path)  # text, name, plus sign or nothing, text, …
    pattern = re.escape(parts[0])
    for plus, text in zip(parts[2::3], parts[3::3], strict=True):
        pattern += ("(.+)" if plus else "([^/]+)") + re.escape(text)
    return re.compile(pattern, re.DOTALL)

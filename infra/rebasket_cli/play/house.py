"""The functions of the product, called as API Gateway, EventBridge and the scheduler call them, over another application."""

from __future__ import annotations

import io
import json
import re
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from functions.close_books import app as close_books
from functions.feedback import app as feedback
from functions.ingest import app as ingest
from functions.report import app as report
from functions.visit import app as visit
from rebasket.domain.errors import error_text
from rebasket.observability import logger, metrics, where
from rebasket_local.http_messages import Gateway, Request, Response, event_of, lowered, message, response_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from rebasket.wiring import App

_MODULES: Final = (close_books, feedback, ingest, report, visit)
_ROUTES: Final[tuple[tuple[re.Pattern[str], str, str, Callable[[dict[str, Any], Any], Any]], ...]] = (
    (re.compile("/v1/events"), "POST", "/v1/events", ingest.handler),
    (re.compile("/v1/report"), "GET", "/v1/report", report.handler),
    (re.compile("/r/(?P<token>[^/]+)"), "GET", "/r/{token}", visit.handler),
    (re.compile("/o/(?P<token>[^/]+)"), "GET", "/o/{token}", visit.handler),
    (re.compile("/o/(?P<token>[^/]+)"), "POST", "/o/{token}", visit.handler),
)
"""Those of template.yaml; API Gateway itself answers 404 to all others."""
_GATEWAY: Final = Gateway(account="123456789012", api_id="play", host="go.shop.example", stage="$default")


@dataclass(frozen=True)
class Context:
    """Of Lambda, with all the time in the world."""

    function_name: str = "play"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:play"
    aws_request_id: str = "play"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds."""
        return 600_000


@dataclass(frozen=True, kw_only=True)
class House:
    """The functions, with what they log; `troubles` collects the errors that ended one. Made by `housed`, of use only inside."""

    log: io.StringIO
    troubles: list[str]
    context: Context = field(default_factory=Context)

    def http(self, method: str, target: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Response:
        """Answer one request."""
        asked = Request(method, target, lowered(headers), body, source_ip="192.0.2.1", request_id="play")
        for path, allowed, route, handler in _ROUTES:
            found = path.fullmatch(asked.path)
            if found and method == allowed:
                event = event_of(asked, _GATEWAY, f"{method} {route}", found.groupdict(), now)
                answer = self._call(handler, event)
                return message(500, "Internal Server Error") if answer is None else response_of(answer)
        return message(404, "Not Found")

    def mail_event(self, detail: Mapping[str, Any]) -> None:
        """EventBridge brings what SES said."""
        self._call(feedback.handler, {"source": "aws.ses", "detail": detail})

    def night(self) -> None:
        """The scheduler closes the books."""
        self._call(close_books.handler, {})

    def errors(self) -> list[str]:
        """What the functions logged as errors since this was asked last: messages, with where."""
        lines = [line for line in self.log.getvalue().splitlines() if '"level":"ERROR"' in line]
        self.log.seek(0)
        self.log.truncate()
        said = [json.loads(line) for line in lines]
        return [", ".join(f"{name}: {one[name]}" for name in ("message", "why", "error", "where") if name in one) for one in said]

    def _call(self, handler: Callable[[dict[str, Any], Any], Any], event: dict[str, Any]) -> Any:  # noqa: ANN401  # each answers in its own form
        try:
            with redirect_stdout(io.StringIO()):  # metrics, which Lambda would read there
                return handler(event, self.context)
        except Exception as error:  # noqa: BLE001  # whatever it is: Lambda would log it, and its caller hear of a failure
            self.troubles.append(f"a function ended by an error: {error_text(error)}, at {' '.join(where(error)[:5])}")
            return None


@contextmanager
def housed(app: App, troubles: list[str]) -> Iterator[House]:
    """While inside, the functions of this process work on `app`."""
    before = [vars(module)["app"] for module in _MODULES]
    handler, namespace = logger.registered_handler, metrics.provider.namespace
    stream, log = getattr(handler, "stream"), io.StringIO()  # noqa: B009  # a StreamHandler's; the library promises less
    try:
        for module in _MODULES:
            vars(module)["app"] = app
        vars(handler)["stream"], metrics.provider.namespace = log, "Rebasket"
        yield House(log=log, troubles=troubles)
    finally:
        for module, was in zip(_MODULES, before, strict=True):
            vars(module)["app"] = was
        vars(handler)["stream"], metrics.provider.namespace = stream, namespace

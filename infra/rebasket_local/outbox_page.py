"""/_outbox: what was sent, as its readers see it, while it is being sent. The page asks for news by itself."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rebasket_local.http_messages import Response
from rebasket_local.results.outbox_files import message_page
from rebasket_local.results.page import ENVIRONMENT
from rebasket_local.results.previews import preview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.cloud import LocalCloud
    from rebasket_local.http_messages import Request

PATH: Final = "/_outbox"
_MOST_TIMERS: Final = 5
_MOST_MESSAGES: Final = 200


@dataclass(frozen=True)
class OutboxPage:
    """Answers below PATH: the page itself, `news` for it, `messages/{number}`."""

    cloud: LocalCloud
    shop: str
    timers_table: str
    pictures: Mapping[str, str]

    def __call__(self, request: Request) -> Response:
        """See serve.Page."""
        below = request.path.removeprefix(PATH).strip("/")
        if request.method not in {"GET", "HEAD"}:
            return _html("Only to be read", 405)
        if not below:
            return self._page()
        if below == "news":
            return self._news()
        kind, _, number = below.partition("/")
        if kind == "messages" and number.isdecimal() and 1 <= int(number) <= len(self.cloud.outbox):
            message = self.cloud.outbox[int(number) - 1]
            return _html(message_page(preview(message, self.pictures), live=True))
        return _html("There is no such message", 404)

    def _page(self) -> Response:
        nonce = secrets.token_urlsafe(16)
        values = self._values()
        body = ENVIRONMENT.render_template("live_outbox.html", shop=self.shop, nonce=nonce, clock=self._clock(), **values)
        own = f"'nonce-{nonce}'"
        policy = f"default-src 'none'; style-src {own}; script-src {own}; connect-src 'self'; frame-src 'self'"
        return _html(body, policy=policy)

    def _news(self) -> Response:
        values = self._values()
        found = {
            "clock": self._clock(),
            "count": len(self.cloud.outbox),
            "newest": f"{PATH}/messages/{len(self.cloud.outbox)}",
            "list": ENVIRONMENT.render_template("live_list.html", **values),
        }
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        return Response(200, headers, json.dumps(found).encode())

    def _values(self) -> dict[str, object]:
        newest = self.cloud.outbox.messages[: -_MOST_MESSAGES - 1 : -1]
        rows = [
            {
                "href": f"{PATH}/messages/{message.number}",
                "title": str(message.mail["Subject"]) if message.channel == "email" else message.text,
                "kind": "e-mail" if message.channel == "email" else "text message",
                "to": message.to,
                "at": f"{message.at:%a %d %b, %H:%M:%S} UTC",
            }
            for message in newest
        ]
        return {"rows": rows, "timers": self._timers()}

    def _timers(self) -> list[dict[str, str]]:
        """The next carts to be looked at."""
        found = self.cloud.client("dynamodb").scan(TableName=self.timers_table)["Items"]
        due = sorted((int(item["due"]["N"]), item["cart"]["S"]) for item in found if "due" in item)
        return [
            {"cart": cart, "due": f"{datetime.fromtimestamp(at, UTC):%a %d %b, %H:%M} UTC"} for at, cart in due[:_MOST_TIMERS]
        ]

    def _clock(self) -> str:
        return f"{self.cloud.now:%a %d %b %Y, %H:%M:%S} UTC"


def _html(body: str, status: int = 200, *, policy: str = "") -> Response:
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff"}
    if policy:
        headers["content-security-policy"] = policy
    return Response(status, headers, body.encode())

"""A world for the traffic that is not the local cloud: it takes every event, answers links as told, and remembers all."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from rebasket_local.http_messages import Response
from rebasket_local.outbox import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime


@dataclass
class Posted:
    """One request, and when it came."""

    at: datetime
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def events(self) -> list[dict[str, Any]]:
        data = json.loads(self.body)
        return list(data["events"]) if "events" in data else [data]


@dataclass
class MadeUpWorld:
    """`answers` are given in turn to POST /v1/events, then 202; `pages` answer links by (method, path)."""

    now: datetime
    answers: list[int] = field(default_factory=list)
    pages: dict[tuple[str, str], Response] = field(default_factory=dict)
    requests: list[Posted] = field(default_factory=list)
    mail_events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=count)

    def at(self, when: datetime, action: Callable[[], object]) -> object:
        heapq.heappush(self._agenda, (max(when, self.now), next(self._numbers), action))
        return None

    def run(self, until: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= until:
            self.now, _, action = heapq.heappop(self._agenda)
            action()
        self.now = until

    def http(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
        posted = Posted(self.now, method, target, headers or {}, body)
        self.requests.append(posted)
        if target != "/v1/events":
            return self.pages.get((method, target), Response(404, {}, b"unknown"))
        status = self.answers.pop(0) if self.answers else 202
        results = [{"id": event["id"], "status": "accepted"} for event in posted.events] if status == 202 else []
        return Response(status, {}, json.dumps({"results": results}).encode())

    def mail_event(self, message: Message, kind: str, /, **about: Any) -> bool:  # noqa: ANN401  # as LocalCloud has it
        self.mail_events.append((kind, about))
        return True

    @property
    def posted(self) -> list[Posted]:
        """Requests with events."""
        return [request for request in self.requests if request.target == "/v1/events"]

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events in the order in which they came."""
        return [event for request in self.posted for event in request.events]


LINKS = "https://ll.example"


def a_message(
    number: int, to: str, *, channel: Literal["email", "sms"] = "email", at: datetime, code: str = "abc", one_click: bool = True
) -> Message:
    """A reminder with its links, in none of Rebasket's words."""
    if channel == "sms":
        text = f"Cart: {LINKS}/r/{code} Stop: {LINKS}/o/{code}"
        return Message(number, at, "sms", (to,), f"id-{number}", "RemindFunction", "r", "", text=text)
    mail = EmailMessage()
    mail["Subject"] = "Your cart"
    mail["To"] = to
    mail["List-Unsubscribe"] = f"<{LINKS}/o/{code}>"
    if one_click:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(f"Back: {LINKS}/r/{code}\nStop: {LINKS}/o/{code}\n")
    links = ("https://shop.example/p/1", f"{LINKS}/r/{code}", f"{LINKS}/o/{code}")
    mail.add_alternative("".join(f'<p><a href="{link}">Look</a></p>' for link in links), subtype="html")
    raw = mail.as_bytes()
    return Message(number, at, "email", (to,), f"id-{number}", "RemindFunction", "r", "shop@example.com", raw=raw)

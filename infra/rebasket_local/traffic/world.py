"""What the traffic needs of the world: a clock to act by, HTTP to the shop's Rebasket, and a mail provider's voice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from rebasket_local.http_messages import Response
    from rebasket_local.outbox import Message


class World(Protocol):
    """`LocalCloud` is one; a test's own is another."""

    @property
    def now(self) -> datetime:
        """The time: aware, UTC."""

    def at(self, when: datetime, action: Callable[[], object]) -> object:
        """Have something done then."""

    def http(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
        """A request, answered at once; `target` is the path with its query."""

    def mail_event(self, message: Message, kind: str, /, **about: Any) -> bool:
        """Have the mail provider report on a message."""

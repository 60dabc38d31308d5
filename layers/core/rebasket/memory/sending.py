"""Messages that go nowhere: ports.Mailer and ports.Texter in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rebasket.domain.sending.message import Email, Text


@dataclass
class MemoryMailer:
    """Keeps what is sent. `failure` is raised instead, once, when a test sets it."""

    sent: list[Email] = field(default_factory=list)
    failure: Exception | None = None

    def send(self, email: Email) -> str:
        """See ports.Mailer."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        self.sent.append(email)
        return f"mail-{len(self.sent)}"


@dataclass
class MemoryTexter:
    """Keeps what is sent. `failure` is raised instead, once, when a test sets it."""

    sent: list[Text] = field(default_factory=list)
    failure: Exception | None = None

    def send(self, text: Text) -> str:
        """See ports.Texter."""
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        self.sent.append(text)
        return f"text-{len(self.sent)}"

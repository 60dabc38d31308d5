"""The mail and text message provider of a life: answers each request as it is told to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import policy
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.sending.tags import touch_in
from rebasket.memory import MemoryTexter
from tests.doubles import WatchedMailer, WatchedTexter
from tests.faults import Crash
from tests.histories.form import spelled_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.sending.message import Email, Text
    from tests.doubles import ManualClock
    from tests.histories.form import Json

LINK = re.compile(r"/r/([0-9a-f]+)")


@dataclass
class Provider:
    """`answers` by number of request: throttled, rejected; or taken or lost, and then no answer, or nobody left to hear it. What
    is not told is accepted. `messages` are those it took.
    """

    answers: Mapping[str, str]
    clock: ManualClock
    requests: int = 0
    messages: list[Json] = field(default_factory=list)
    tags: list[Mapping[str, str]] = field(default_factory=list)

    def asked(self, take: Callable[[], str]) -> str:
        """One request; the message's id."""
        self.requests += 1
        match self.answers.get(str(self.requests), "accepted"):
            case "accepted":
                return take()
            case "throttled":
                raise Throttled("too many requests")
            case "rejected":
                raise Rejected("the address is not acceptable")
            case "taken, no answer":
                take()
                raise TimeoutError
            case "lost, no answer":
                raise TimeoutError
            case "taken, died":
                take()
                raise Crash
            case "lost, died":
                raise Crash
            case other:
                raise ValueError(f"no answer is called {other}")

    def took(self, touch: TouchId, tags: Mapping[str, str], **seen: str) -> None:
        """Note a message as whoever gets it sees it."""
        at = spelled_time(self.clock())
        self.messages.append({"at": at, "cart": touch.cart, "life": touch.generation, "step": touch.step, **seen})
        self.tags.append(tags)


@dataclass
class ToldMailer(WatchedMailer):
    """Mail."""

    provider: Provider = field(kw_only=True)

    def send(self, email: Email) -> str:
        """See ports.Mailer."""
        return self.provider.asked(lambda: self._take(email))

    def _take(self, email: Email) -> str:
        message_id = super().send(email)
        ours = touch_in(email.tags)
        assert ours
        headers = BytesHeaderParser(policy=policy.default).parsebytes(email.raw)
        link = LINK.search(email.raw.decode(errors="replace").replace("=\r\n", "").replace("=\n", ""))
        code = link.group(1) if link else ""
        self.provider.took(ours[2], email.tags, channel="email", to=email.to.value, subject=str(headers["Subject"]), link=code)
        return message_id


@dataclass
class ToldTexter(WatchedTexter):
    """Text messages."""

    provider: Provider = field(kw_only=True)

    def send(self, text: Text) -> str:
        """See ports.Texter."""
        return self.provider.asked(lambda: self._take(text))

    def _take(self, text: Text) -> str:
        message_id = MemoryTexter.send(self, text)
        found = LINK.search(text.body)
        link = self.links.get(found.group(1)) if found else None
        assert found, "a text message without its link"
        assert link, "a text message whose link leads nowhere"
        self.provider.took(link.touch, {}, channel="sms", to=text.to.value, text=text.body, link=found.group(1))
        return message_id

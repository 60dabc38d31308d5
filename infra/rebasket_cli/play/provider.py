"""Who takes the messages: it keeps what was sent, reads the links as a person would, and says what became of a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from rebasket.domain.errors import RebasketError
from rebasket.domain.people.addresses import Channel
from rebasket.domain.sending.tags import touch_in
from rebasket_cli.play.record import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.sending.message import Email, Text
    from rebasket.ports import Clock, Links

_RESTORE = re.compile(r"https://\S+/r/[A-Za-z0-9]+")
_OPT_OUT = re.compile(r"https://\S+/o/[A-Za-z0-9]+")


@dataclass(frozen=True)
class Provider:
    """Takes every message. `mailer` and `texter` are ports.Mailer and ports.Texter."""

    clock: Clock
    links: Links
    messages: list[Message] = field(default_factory=list)

    @property
    def mailer(self) -> Mailer:
        """Takes e-mails."""
        return Mailer(self)

    @property
    def texter(self) -> Texter:
        """Takes text messages."""
        return Texter(self)

    def keep(
        self, channel: Channel, to: str, touch: TouchId, read: tuple[str, str], opt_out: str, tags: Mapping[str, str]
    ) -> str:
        """Keep one; its id. `read` is subject and text, `opt_out` where to look for that link."""
        subject, text = read
        restore_url, opt_out_url = _RESTORE.search(text), _OPT_OUT.search(opt_out)
        message = Message(
            number=len(self.messages) + 1,
            at=self.clock(),
            channel=channel.value,
            to=to,
            cart=touch.cart,
            step=touch.step,
            subject=subject,
            text=text,
            restore_url=restore_url.group() if restore_url else None,
            opt_out_url=opt_out_url.group() if opt_out_url else None,
            tags=tags,
        )
        self.messages.append(message)
        return message_id(message)


@dataclass(frozen=True)
class Mailer:
    """Of e-mails."""

    provider: Provider

    def send(self, email: Email) -> str:
        """See ports.Mailer."""
        parsed = message_from_bytes(email.raw, policy=policy.default)
        body = parsed.get_body(("plain",))
        ours = touch_in(email.tags)
        if ours is None or body is None:
            raise RebasketError("a mail without its tags, or without a plain text")
        _, _, touch, _ = ours
        read, header = (str(parsed["Subject"]), str(body.get_content())), str(parsed["List-Unsubscribe"])
        return self.provider.keep(Channel.EMAIL, email.to.value, touch, read, header, email.tags)


@dataclass(frozen=True)
class Texter:
    """Of text messages, whose touch is found by their link."""

    provider: Provider

    def send(self, text: Text) -> str:
        """See ports.Texter."""
        found = _RESTORE.search(text.body)
        link = self.provider.links.get(found.group().rpartition("/")[2]) if found else None
        if link is None:
            raise RebasketError("a text message without a link that leads back")
        return self.provider.keep(Channel.SMS, text.to.value, link.touch, ("", text.body), text.body, {})


def message_id(message: Message) -> str:
    """As the provider names it."""
    return f"{message.channel}-{message.number}"


def said_of_mail(message: Message, kind: str, at: str) -> dict[str, Any]:
    """What SES tells EventBridge (`detail`): `Send`, `Bounce` (for good) or `Complaint`; `at` is the mail's time.

    Source: "Examples of event data that Amazon SES publishes", SES Developer Guide.
    """
    to = [{"emailAddress": message.to}]
    about: dict[str, dict[str, Any]] = {
        "Send": {},
        "Bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": to},
        "Complaint": {"complainedRecipients": to, "complaintFeedbackType": "abuse"},
    }
    return {
        "eventType": kind,
        "mail": {
            "timestamp": at,
            "messageId": message_id(message),
            "destination": [message.to],
            "tags": {name: [value] for name, value in message.tags.items()},
        },
        kind.lower(): about[kind],
    }

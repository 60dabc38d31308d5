"""A message as its reader sees it, in a page that needs nothing but itself."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from rebasket_local.traffic.mailbox import bodies_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.outbox import Message

_AS_SEEN = "<style>* { -webkit-print-color-adjust: exact; print-color-adjust: exact; }</style>"
"""On paper, too: else a white word on a coloured button is a white word on white."""

_SOURCE = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]+)(")')


@dataclass(frozen=True, slots=True)
class Preview:
    """`page` is an e-mail's HTML with its pictures inside; empty for an SMS, whose words are in `text`."""

    message: Message
    subject: str
    text: str
    page: str


def preview(message: Message, pictures: Mapping[str, str]) -> Preview:
    """`pictures` are SVG documents by URL; one that is not there is left as it is, and shows its description."""
    if message.channel == "sms":
        return Preview(message, "", message.text, "")
    mail = message_from_bytes(message.raw)
    bodies = {kind: text.replace("\r\n", "\n") for kind, text in bodies_of(mail).items()}
    page = _SOURCE.sub(lambda found: f"{found[1]}{_inside(found[2], pictures)}{found[3]}", bodies.get("text/html", ""))
    subject = str(make_header(decode_header(mail.get("Subject", ""))))
    return Preview(message, subject, bodies.get("text/plain", ""), page + _AS_SEEN)


def _inside(url: str, pictures: Mapping[str, str]) -> str:
    picture = pictures.get(url)
    return url if picture is None else f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"

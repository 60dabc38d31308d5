"""A message as its reader sees it, in a page that needs nothing but itself."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

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
    mail = message.mail
    page = _SOURCE.sub(lambda found: f"{found[1]}{_inside(found[2], pictures)}{found[3]}", _body(mail, "html"))
    return Preview(message, str(mail["Subject"] or ""), _body(mail, "plain"), page + _AS_SEEN)


def _body(mail: EmailMessage, kind: Literal["html", "plain"]) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def _inside(url: str, pictures: Mapping[str, str]) -> str:
    picture = pictures.get(url)
    return url if picture is None else f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"

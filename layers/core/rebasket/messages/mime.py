"""The e-mail on the wire: MIME by RFC 2045–2047 and 5322, the same bytes for the same letter.

Headers, and why:
- List-Unsubscribe, List-Unsubscribe-Post: one-click opt-out (RFC 8058), asked for by Gmail and Yahoo.
- List-Id (RFC 2919): stable for a shop, so that people and their programs can file its reminders; mailbox programs also send no
  "out of office" to a list.
- Auto-Submitted (RFC 3834): it says what is true, nobody typed this, and keeps the other automatic answers away.
- No Feedback-ID: SES writes its own; a shop and step are added to that by the message tags ses:feedback-id-a and -b.
- Message-ID from the tags: the same touch is the same message, wherever it turns up. (SES replaces it and Date on the way out.)
"""

from __future__ import annotations

import binascii
import hashlib
import re
from email.header import Header
from email.message import Message
from email.policy import Compat32
from email.utils import format_datetime, quote
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_WIRE = Compat32(linesep="\r\n", mangle_from_=False, max_line_length=None)
"""Folds nothing. The library folds before a long word, right after the name of the header: legal, but whoever reads line by line
sees an empty List-Unsubscribe, and the shopper's other button is "spam". A line may have 998 octets (RFC 5322, section 2.1.1).
"""

_ENCODED_LINE = 76
"""Octets of a line with an encoded word, of which the word takes 75 at most (RFC 2047, section 2): such headers are folded."""

_ADDR_SPEC = re.compile(r"[!-~]+@[!-~]+")
_PLAIN_LENGTH = 60


def fingerprint(tags: Mapping[str, str]) -> str:
    """32 hexadecimal digits that stand for one touch."""
    text = "\n".join(f"{name}={value}" for name, value in sorted(tags.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def mail(
    *,
    sender: tuple[str, str],
    to: str,
    subject: str,
    list_id: str,
    opt_out_url: str,
    tags: Mapping[str, str],
    now: datetime,
    bodies: tuple[str, str],
) -> bytes:
    """The whole message. `sender` is (name, address), `bodies` (plain text, HTML); names and subject hold no controls."""
    name, address = sender
    mark = fingerprint(tags)
    message: Message[str, str] = Message(policy=_WIRE)
    message["From"] = _mailbox(name, address)
    message["To"] = _recipient(to)
    message["Subject"] = _subject(subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mark}@{address.rpartition('@')[2]}>"
    message["List-Id"] = f"<{list_id}>"
    message["List-Unsubscribe"] = f"<{opt_out_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message.add_header("Content-Type", "multipart/alternative", boundary=f"={mark[:24]}=")  # not all of it: 78 octets are enough
    text, html = bodies
    message.attach(_part("plain", text))
    message.attach(_part("html", html))
    return message.as_bytes()


def _part(subtype: str, body: str) -> Message:
    """One body in quoted-printable or base64, whichever is shorter: the first for Latin text, the other for Cyrillic."""
    part = Message(policy=_WIRE)
    part.add_header("Content-Type", f"text/{subtype}", charset="utf-8")
    octets = body.encode()
    encoded = binascii.b2a_qp(octets)
    encoding = "quoted-printable"
    if len(encoded) > len(octets) * 1.4:
        encoding = "base64"
        lines = (octets[at : at + 57] for at in range(0, len(octets), 57))
        encoded = b"".join(map(binascii.b2a_base64, lines))
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(encoded.decode("ascii"))
    return part


def _mailbox(name: str, address: str) -> str:
    if not _needs_encoding(name):
        return f'"{quote(name)}" <{address}>'
    header = Header(name, "utf-8", header_name="From")
    header.append(f"<{address}>", "us-ascii")
    return header.encode(linesep=_WIRE.linesep, maxlinelen=_ENCODED_LINE)


def _subject(text: str) -> str:
    if not _needs_encoding(text):
        return text
    return Header(text, "utf-8", header_name="Subject").encode(linesep=_WIRE.linesep, maxlinelen=_ENCODED_LINE)


def _needs_encoding(text: str) -> bool:
    # What looks like an encoded word would be decoded by whoever reads it; long text is folded safely only in encoded words.
    return not text.isascii() or "=?" in text or len(text) > _PLAIN_LENGTH


def _recipient(address: str) -> str:
    """The address, if a header can hold it; else a group of nobody (RFC 5322): the envelope says where it goes."""
    return address if _ADDR_SPEC.fullmatch(address) else "undisclosed-recipients:;"

"""Looks into a composed e-mail: for reports and the outbox of the local cloud."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from email.message import EmailMessage


def html_of(raw: bytes) -> str:
    """The HTML part, a page that stands alone; empty when the mail has none."""
    return _body(raw, "html")


def text_of(raw: bytes) -> str:
    """The plain text part; empty when the mail has none."""
    return _body(raw, "plain")


def subject_of(raw: bytes) -> str:
    """The subject, decoded; empty when there is none."""
    return str(_parsed(raw)["Subject"] or "")


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def _body(raw: bytes, kind: Literal["html", "plain"]) -> str:
    part = _parsed(raw).get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")

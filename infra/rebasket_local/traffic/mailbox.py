"""A message as its reader's mail program or phone has it: the links in it, and the button on the page that one leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from rebasket_local.outbox import Message

_URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Links:
    """Paths on Rebasket's own host: back to the cart, out of the list by the page, and out of it by the mail program's button
    (None where the message has no such header). `all` holds every link in the order found, those elsewhere included.
    """

    restore: str
    opt_out: str
    one_click: str | None
    all: tuple[str, ...]


class NoLinks(ValueError):
    """A reminder that its reader can neither follow nor stop."""


def links_in(message: Message) -> Links:
    """The links of a message, read from the message itself. Raises NoLinks."""
    urls = list(dict.fromkeys(_urls(message)))
    restore = [url for url in urls if urlsplit(url).path.startswith("/r/")]
    opt_out = [url for url in urls if urlsplit(url).path.startswith("/o/")]
    if not restore or not opt_out:
        raise NoLinks(f"message {message.number} has {len(urls)} links, but not both ways")
    return Links(path_of(restore[0]), path_of(opt_out[0]), _one_click(message), tuple(urls))


def html_of(message: Message) -> str:
    """The HTML part of an e-mail; empty when there is none."""
    part = message.mail.get_body(("html",)) if message.channel == "email" else None
    return str(part.get_content()) if part is not None else ""


def text_of(message: Message) -> str:
    """The text of an SMS, or an e-mail's text part."""
    if message.channel == "sms":
        return message.text
    part = message.mail.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def path_of(url: str) -> str:
    """Path and query: what a request line has."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def form_on(page: str) -> tuple[str, bytes] | None:
    """Where the page's button leads by POST, and the form's body; None when the page has none."""
    reader = _Reader()
    reader.feed(page)
    return None if reader.action is None else (reader.action, urlencode(reader.fields).encode())


def _urls(message: Message) -> list[str]:
    if message.channel == "sms":
        return _URL.findall(message.text)
    reader = _Reader()
    reader.feed(html_of(message))
    return reader.links or _URL.findall(text_of(message))


def _one_click(message: Message) -> str | None:
    """RFC 8058: one HTTPS address in List-Unsubscribe, and List-Unsubscribe-Post beside it."""
    if message.channel == "sms" or message.mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        return None
    found = _URL.findall(str(message.mail["List-Unsubscribe"] or ""))
    return path_of(found[0]) if found else None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.action: str | None = None
        self.fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and (found.get("href") or "").startswith("http"):
            self.links.append(found["href"] or "")
        elif tag == "form" and (found.get("method") or "").lower() == "post":
            self.action = found.get("action") or ""
        elif tag in {"input", "button"} and found.get("name"):
            self.fields.append((found["name"] or "", found.get("value") or ""))

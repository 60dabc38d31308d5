"""A message as its reader's mail program or phone has it: the links in it, and the button on the page that one leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from email.message import Message

    from rebasket_local import outbox

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


def links_in(message: outbox.Message) -> Links:
    """The links of a message, read from the message itself. Raises NoLinks."""
    urls, one_click = _read_mail(message.raw) if message.channel == "email" else (_urls_in(message.text), None)
    restore = [url for url in urls if urlsplit(url).path.startswith("/r/")]
    opt_out = [url for url in urls if urlsplit(url).path.startswith("/o/")]
    if not restore or not opt_out:
        raise NoLinks(f"message {message.number} has {len(urls)} links, but not both ways")
    return Links(path_of(restore[0]), path_of(opt_out[0]), one_click, urls)


def path_of(url: str) -> str:
    """Path and query: what a request line has."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def form_on(page: str) -> tuple[str, bytes] | None:
    """Where the page's button leads by POST, and the form's body; None when the page has none."""
    reader = _Reader()
    reader.feed(page)
    return None if reader.action is None else (reader.action, urlencode(reader.fields).encode())


@lru_cache(maxsize=8192)
def _read_mail(raw: bytes) -> tuple[tuple[str, ...], str | None]:
    """Its links, and the address of the mail program's button. Once for each mail: several ask."""
    mail = message_from_bytes(raw)
    parts = bodies_of(mail)
    reader = _Reader()
    reader.feed(parts.get("text/html", ""))
    return tuple(dict.fromkeys(reader.links)) or _urls_in(parts.get("text/plain", "")), _one_click(mail)


def bodies_of(mail: Message) -> dict[str, str]:
    """Texts of a parsed mail by their type. Without the modern policy, which reads every header anew each time it is asked."""
    parts = (part for part in mail.walk() if part.get_content_maintype() == "text")
    return {part.get_content_type(): _text(part) for part in parts}


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    return octets.decode(part.get_content_charset("utf-8"), "replace") if isinstance(octets, bytes) else ""


def _one_click(mail: Message) -> str | None:
    """RFC 8058: one HTTPS address in List-Unsubscribe, and List-Unsubscribe-Post beside it."""
    if mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        return None
    found = _urls_in(str(mail["List-Unsubscribe"] or ""))
    return path_of(found[0]) if found else None


def _urls_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_URL.findall(text)))


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

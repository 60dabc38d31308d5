"""Addresses that a shop gave us, before a shopper can click them or a mail program loads them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import minijinja

if TYPE_CHECKING:
    from rebasket.domain.policy import Shop

_LONGEST = 1_000
"""Characters of one address in a message, as written in HTML; a mail of over 102 KB is clipped by Gmail."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_KEPT = "%/:=&?~#+!$,;@()*[]-._"
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\"'<>\\^`{|}]")


def web_url(url: str | None, *, also_http: bool = False) -> str | None:
    """`url` if it can be shown: https (http on this machine only, unless `also_http`), a host, no user name; else None.

    A user name (`https://bank.example@evil.example/`) is there to deceive; other schemes run code or leak what was opened.
    """
    if not url or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or parts.username is not None:
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and (also_http or host in _LOOPBACK)):
        return None
    path, query, fragment = (quote(part, safe=_KEPT) for part in parts[2:])
    quoted = parts._replace(path=path, query=query, fragment=fragment).geturl()
    return quoted if len(html.escape(quoted)) <= _LONGEST else None


def href(url: str) -> str:
    """`url` escaped for an attribute and marked so. Templates would escape the slashes, too, which some programs cannot read."""
    return minijinja.safe(html.escape(url))


def host_of(shop: Shop) -> str:
    """The shop's host, as a name of last resort where only ASCII will do; its id when the address has none such."""
    try:
        host = urlsplit(shop.url).hostname
    except ValueError:
        host = None
    return host if host and host.isascii() else shop.id

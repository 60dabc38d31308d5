"""Addresses that a shop gave us, before a shopper can click them or a mail program loads them."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import minijinja

from rebasket.domain.carts.web_address import is_web_address

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Shop

_LONGEST = 900
"""Characters of one address in a message, as written in HTML; a mail of over 102 KB is clipped by Gmail."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1"})
_KEPT = "%/:=&?~#+!$,;@()*[]-._"


def web_url(url: str | None, *, also_http: bool = False) -> str | None:
    """`url` in ASCII, if it can be shown: https, or http where that is asked for or stays on this machine; else None."""
    if url is None or not is_web_address(url):
        return None
    parts = urlsplit(url)
    if parts.scheme == "http" and not also_http and parts.hostname not in _LOOPBACK:
        return None
    quoted = in_ascii(url)
    return quoted if len(html.escape(quoted)) <= _LONGEST else None


def in_ascii(url: str) -> str:
    """`url` as a header can hold it: what is not ASCII or could end the header is percent-encoded, as browsers would."""
    return quote(url, safe=_KEPT)


def href(url: str) -> str:
    """`url` escaped for an attribute and marked so. Templates would escape the slashes, too, which some programs cannot read."""
    return minijinja.safe(html.escape(url))


def host_of(shop: Shop) -> str:
    """The shop's host, as a name of last resort where only ASCII will do; its id when it has no address to read it from."""
    return (urlsplit(shop.url).hostname if is_web_address(shop.url) else None) or shop.id

"""Addresses of web pages that shops name and shoppers are led to.

A narrow grammar instead of a parser: where Python's parser and a browser disagree (a backslash, a tab, a fullwidth dot), the one
checks the shop's host and the other goes elsewhere.
"""

from __future__ import annotations

import re

LONGEST = 2048
"""Bytes in UTF-8: what mail programs and browsers surely take."""

_WEB = re.compile(r"(?ai:(https?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::([0-9]{1,5}))?)(?:[/?#][^\s\\\x00-\x1f\x7f-\x9f]*)?")


def is_web_address(url: str) -> bool:
    r"""Whether it is an absolute http or https address without credentials, spaces and backslashes, and not too long.

    The host is a name in ASCII (an internationalised one as punycode); the rest may be any characters.
    """
    return _WEB.fullmatch(url) is not None and len(url.encode("utf-8", "replace")) <= LONGEST


def leads_to(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether it is https, on the usual port, and on one of the hosts or below it."""
    found = _WEB.fullmatch(url)
    if found is None:
        return False
    scheme, host, port = found.groups()
    wanted = [known.casefold().rstrip(".") for known in hosts]
    return (
        scheme.lower() == "https"
        and port in {None, "443"}
        and any(host.lower() == known or host.lower().endswith(f".{known}") for known in wanted)
    )

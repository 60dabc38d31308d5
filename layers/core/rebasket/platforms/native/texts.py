"""Texts that shoppers read, as shops' systems send them: markup dropped, entities of HTML decoded once, control characters
blanks. A title is text: whoever shows it escapes it anew.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

_TAGS = (
    "a abbr b bdi bdo big br center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s"
    " small span strike strong sub sup table tbody td th thead tr tt u ul"
).replace(" ", "|")
_MARKUP = re.compile(
    rf"(?is:<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->|</?(?:script|style|{_TAGS})(?:\s[^<>]*)?/?>)",
)
"""Of known elements only: "<3" and "<5 cm" are text."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
"""With its semicolon: "fish&notes" is none."""
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def cleaned(text: str) -> str:
    """The text without markup and entities; as it was where nothing would be left of it."""
    if "<" not in text and "&" not in text:
        return text
    plain = _ENTITY.sub(_character, _MARKUP.sub(" ", text))
    plain = " ".join(without_control(plain).split())
    return plain or text


def _character(entity: re.Match[str]) -> str:
    told = entity.group()
    return html.unescape(told) if told.startswith("&#") else html5.get(told[1:], told)


def without_control(text: str) -> str:
    """Control characters and line breaks as blanks, none at the ends; halves of surrogate pairs as U+FFFD."""
    found = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(" ", found).strip() if _CONTROL.search(found) else found

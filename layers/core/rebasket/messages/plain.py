"""Other people's text, made fit to stand in ours: one line, no control characters, no tricks with the direction of writing.

What a shop or a shopper typed stays as it is otherwise. Escaping is the templates' business, by the place it goes to.
"""

from __future__ import annotations

import re
import unicodedata

# Controls, deprecated format characters, marks that do not belong inside text (byte order mark, interlinear annotation),
# noncharacters; and every explicit embedding, override or isolate of direction: U+202E turns "gpj.exe" into "exe.jpg".
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_JOINER, _NON_JOINER = "\u200d", "\u200c"
# Where programs see the address of a page in bare text, and make a link of it: before `://`, and before a dot inside a host.
_LINKED = re.compile(r"(?=://)|(?<=[^\W_])(?=[.\u3002\uff0e\uff61][^\W\d_]{2})")


def plain(text: str, limit: int = 250) -> str:
    """`text` in one line of at most `limit` characters; empty when nothing in it can be seen."""
    line = " ".join(_UNWANTED.sub("", _SURROGATE.sub("\ufffd", text)).split())
    return _cut(line, limit) if any(_is_seen(char) for char in line) else ""


def isolated(text: str) -> str:
    """For a place inside a sentence: right-to-left text is fenced off, so that it does not reorder what stands around it."""
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def is_linked(text: str) -> bool:
    """Whether programs that show it would make a link of a part of it: somebody may have typed it for that."""
    return _LINKED.search(text) is not None


def unlinked(text: str) -> str:
    """`text`, looking the same, of which no program makes a link."""
    return _LINKED.sub(_NON_JOINER, text)


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZM"


def _cut(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    end = limit - 1
    # An accent, or a part of a joined emoji, is not torn off what it belongs to.
    while end > limit // 2 and _belongs_to_the_one_before(line, end):
        end -= 1
    return line[:end].rstrip() + "…"


def _belongs_to_the_one_before(line: str, at: int) -> bool:
    char = line[at]
    return unicodedata.category(char) in {"Mn", "Me", "Mc", "Sk"} or _JOINER in {char, line[at - 1]}

"""Spells names in the alphabet of cheap text messages, GSM 03.38.

Accents outside it are dropped, Cyrillic is written in Latin letters, what is left over is left out.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from rebasket.messages.gsm import fits

# Letters that Unicode does not take apart, and what typography put in place of plain signs.
_SIGNS: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼʹ′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−•·", "-"),
        **dict.fromkeys("™®©", ""),
        "⁄": "/", "…": "...", "×": "x", "№": "No.", "œ": "oe", "Œ": "OE", "ẞ": "SS", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
        "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D",
    }
)  # fmt: skip

# Ukrainian by resolution 55 of its government (2010), as in passports; є ї й ю я at the start of a word are the next table.
# The letters that only Russian has are spelt the usual way.
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ʼ": "",
    "ё": "yo", "ъ": "", "ы": "y", "э": "e",
}  # fmt: skip
_INITIAL: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def spelt(text: str) -> str:
    """`text` in characters of GSM 03.38; empty when nothing of it can be written so."""
    if fits(text):
        return text
    letters = (_letter(char, previous) for previous, char in zip(f" {text}", text, strict=False))
    return " ".join("".join(letters).split())


def _letter(char: str, previous: str) -> str:
    if fits(char):
        return char
    romanised = _romanised(char.lower(), previous.lower())
    if romanised is not None:
        return romanised.capitalize() if char.isupper() else romanised
    pieces = unicodedata.normalize("NFKD", char.translate(_SIGNS)).translate(_SIGNS)
    return "".join(piece for piece in pieces if fits(piece))


def _romanised(char: str, previous: str) -> str | None:
    if (previous, char) == ("з", "г"):
        return "gh"  # zh would be read as ж
    if char in _INITIAL and not previous.isalpha():
        return _INITIAL[char]
    return _CYRILLIC.get(char)

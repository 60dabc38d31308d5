"""The shop's colour, and the writing that can be read on it."""

from __future__ import annotations

import re
from functools import lru_cache

_DEFAULT = "#1f6feb"
_LIGHT, _DARK = "#ffffff", "#111827"
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")


def colour(text: str) -> str:
    """`#rrggbb` from `#rgb` or `#rrggbb`; anything else gives the default."""
    if not _HEX.fullmatch(text):
        return _DEFAULT
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004  # rrggbb


@lru_cache(maxsize=256)
def ink_on(background: str) -> str:
    """Light or dark, whichever has more contrast on `#rrggbb` (WCAG 2.2, at least 4.5 : 1 for any colour)."""
    return max((_LIGHT, _DARK), key=lambda ink: _contrast(ink, background))


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    # sRGB to linear light: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # WCAG's figure

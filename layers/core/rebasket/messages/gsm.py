"""What a text message is billed as.

GSM 03.38 (3GPP TS 23.038) holds 160 characters in a message, 153 in each part of a longer one; any character outside it turns the
whole message into UCS-2: 70, then 67. A part ends early rather than between the halves of a character that takes two units.
"""

from __future__ import annotations

from typing import Final

from gsm0338 import Codec

_GSM: Final = Codec()
_ESCAPE = "\x1b"
_GSM_ALONE, _GSM_PART = 160, 153
_UCS2_ALONE, _UCS2_PART = 70, 67
_LAST_OF_ONE_UNIT = "\uffff"


def parts(body: str) -> int:
    """How many parts `body` is sent and billed as; at least 1."""
    septets = _septets(body)
    if septets is not None:
        return _packed(septets, _GSM_ALONE, _GSM_PART)
    return _packed([2 if char > _LAST_OF_ONE_UNIT else 1 for char in body], _UCS2_ALONE, _UCS2_PART)


def fits(text: str) -> bool:
    """Whether GSM 03.38 can hold it."""
    return _septets(text) is not None


def _septets(text: str) -> list[int] | None:
    """Septets of each character, two for those of the extension table; None when one is in neither."""
    if _ESCAPE in text:  # the codec has it as a character, but it announces the extension table
        return None
    try:
        return [len(_GSM.encode(char)[0]) for char in text]
    except UnicodeEncodeError:
        return None


def _packed(units: list[int], alone: int, part: int) -> int:
    if sum(units) <= alone:
        return 1
    count, used = 1, 0
    for width in units:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return count

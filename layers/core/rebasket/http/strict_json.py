"""Bytes → Python data, by RFC 8259 and the narrower I-JSON (RFC 7493).

What makes the whole unreadable raises. What is wrong in one place only (a key twice, NaN, a number out of range, half of a
surrogate pair, a control character, too deep) is left there for `flaws` to find, so that one bad event in a batch does not take
the good ones with it.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, TooLarge, Unreadable
from rebasket.http.json_pointer import nameable, step

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
"""Objects and arrays inside each other, counted from where `flaws` starts."""
MAX_DIGITS = 18
"""Digits of a whole number: what fits into 64 bits. Longer ones are no quantity; converting them could take seconds."""

_Place = tuple["_Place | None", str | int]
"""Where a value stands: in what, and under which name or index."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FIRST_SURROGATE = "\ud800"


@dataclass(frozen=True, slots=True)
class JsonError:
    """Stands in the data where something is wrong."""

    detail: str


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                found[key] = JsonError("stands twice in the same object")
            seen.add(key)
    return found


def _integer(text: str) -> int | JsonError:
    return int(text) if len(text) <= MAX_DIGITS else JsonError("a number out of range")


def _decimal(text: str) -> float | JsonError:
    number = float(text)
    return JsonError("a number out of range") if number in (float("inf"), float("-inf")) else number


def _constant(text: str) -> JsonError:
    return JsonError(f"{text} is no JSON value")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
    strict=False,  # `flaws` finds control characters, and where
)


def read(body: bytes) -> object:
    """The body's data, with a Flaw wherever something is wrong. Raises TooLarge or Unreadable."""
    if len(body) > MAX_BYTES:
        message = f"the body has more than {MAX_BYTES // 1024} KB; send fewer events at once"
        raise TooLarge(message)
    if body.startswith(BOM_UTF8):
        message = "the body starts with a byte order mark, which JSON must not have (RFC 8259, 8.1)"
        raise Unreadable(message)
    try:
        return _DECODER.decode(body.decode())
    except UnicodeDecodeError as wrong:
        message = f"the body is not UTF-8 at byte {wrong.start}"
        raise Unreadable(message) from None
    except json.JSONDecodeError as wrong:
        what = f"{wrong.msg} at line {wrong.lineno}, column {wrong.colno}" if body.strip() else "it is empty"
        message = f"the body is not JSON: {what}"
        raise Unreadable(message) from None
    except RecursionError:
        message = f"the body is nested deeper than {MAX_DEPTH} levels, far deeper"
        raise Unreadable(message) from None


def json_errors(data: object) -> Iterator[FieldError]:
    """What is wrong in data that `read` returned, place by place.

    Every string of every event passes here: one loop, and pointers are made only where something is wrong.
    """
    todo: list[tuple[object, _Place | None, int]] = [(data, None, 1)]
    while todo:
        value, place, depth = todo.pop()
        match value:
            case str():
                if found := _FORBIDDEN.search(value):
                    yield FieldError(_pointer(place), _forbidden(found.group()))
            case JsonError():
                yield FieldError(_pointer(place), value.detail)
            case dict() | list() if depth > MAX_DEPTH:
                yield FieldError(_pointer(place), f"nested deeper than {MAX_DEPTH} levels")
            case dict():
                for key, member in reversed(value.items()):
                    if found := _FORBIDDEN.search(key):
                        yield FieldError(_pointer(place), f"a field name holds {_forbidden(found.group())}")
                    else:
                        todo.append((member, (place, key), depth + 1))
            case list():
                todo += [(member, (place, index), depth + 1) for index, member in reversed([*enumerate(value)])]
            case _:  # numbers, true, false, null
                pass


def _pointer(place: _Place | None) -> str:
    """The pointer to a place; to what holds it, where a name on the way is not fit to be repeated."""
    path: list[str | int] = []
    while place is not None:
        place, key = place
        path.append(key)
    pointer = ""
    for key in reversed(path):
        if isinstance(key, str) and not nameable(key):
            break
        pointer = step(pointer, key)
    return pointer


def _forbidden(character: str) -> str:
    what = "half of a surrogate pair" if character >= _FIRST_SURROGATE else "a control character"
    return f"{what} (U+{ord(character):04X})"

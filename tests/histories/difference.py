"""What differs between two outcomes, one line each, for a reader who knows the product and not the code."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = object()


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401  # whatever JSON holds
    """As `episodes, 2026-03-02 c1 1, steps, 2, at: 2026-03-03T10:01:00Z → 2026-03-03T10:02:00Z`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            inner = f"{where}, {name}" if where else name
            yield from differences(before.get(name, MISSING), after.get(name, MISSING), inner)
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) == len(after):
            for number, (old, new) in enumerate(zip(before, after, strict=True), 1):
                yield from differences(old, new, f"{where} {number}")
        else:
            yield from _lists([_said(each) for each in before], [_said(each) for each in after], where)
    elif before is MISSING:
        yield f"{where}: nothing → {_said(after)}"
    elif after is MISSING:
        yield f"{where}: {_said(before)} → nothing"
    elif before != after:
        yield f"{where}: {_said(before)} → {_said(after)}"


def _lists(before: list[str], after: list[str], where: str) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"{where}, no more: {each}" for each in before[a:b])
            yield from (f"{where}, new: {each}" for each in after[c:d])


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_said(each)}" for name, each in value.items())
    return ", ".join(map(_said, value)) if isinstance(value, list) else str(value)

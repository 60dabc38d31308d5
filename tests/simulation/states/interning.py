"""Equal things get one number, so that a state of a world is a few numbers: cheap to compare, to keep and to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_PARTS: dict[type, Callable[[Any], Hashable]] = {}


def frozen(value: Any) -> Hashable:
    """Something hashable that is equal for equal values, whatever they are made of."""
    kind = type(value)
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = _way_to_freeze(kind)
    return found(value)


def _way_to_freeze(kind: type) -> Callable[[Any], Hashable]:
    if kind is bool:
        return lambda value: (bool, value)  # or else True would be 1
    if issubclass(kind, Enum):
        return lambda value: value
    if issubclass(kind, Mapping):
        return lambda value: (Mapping, frozenset((frozen(key), frozen(what)) for key, what in value.items()))
    if issubclass(kind, list | tuple):
        return lambda value: tuple(map(frozen, value))
    if issubclass(kind, set | frozenset):
        return lambda value: frozenset(map(frozen, value))
    if issubclass(kind, BaseException):
        return lambda value: (kind, str(value))
    if is_dataclass(kind):
        names = [part.name for part in fields(kind)]
        return lambda value: (kind, *(frozen(getattr(value, name)) for name in names))
    return lambda value: value


class Interned:
    """Numbers for values, and back."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._values: list[Any] = []

    def number(self, value: Any) -> int:
        """The number of a value, the same for equal ones. The value must never change."""
        key = frozen(value)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._values)
            self._values.append(value)
        return found

    def __getitem__(self, number: int) -> Any:
        return self._values[number]

    def __len__(self) -> int:
        return len(self._values)

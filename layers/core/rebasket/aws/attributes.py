"""Plain data to DynamoDB's typed attributes and back. We store: text and sets of it, numbers, booleans, bytes, lists, maps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Plain = str | int | bool | bytes | list["Plain"] | dict[str, "Plain"] | set[str] | None
"""None marks an absent member of a map; it is left out."""

Attribute = Any
"""`{"S": "…"}` and the like; the SDK's own type is a union too wide to be of use."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def to_attribute(value: Plain) -> Attribute:
    """One value. Raises TypeError for what we never store."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}
        case list():
            return {"L": [to_attribute(member) for member in value]}
        case dict():
            return {"M": to_attributes(value)}
        case set():
            return {"SS": sorted(value)}
        case _:
            message = f"cannot store a {type(value).__name__}"
            raise TypeError(message)


def to_attributes(item: Mapping[str, Plain]) -> dict[str, Attribute]:
    """A map's members; those that are None are left out."""
    return {name: to_attribute(value) for name, value in item.items() if value is not None}


def from_attribute(attribute: Attribute) -> Any:  # noqa: ANN401  # whatever was stored
    """Undo `to_attribute`. Raises TypeError for a type that we never store."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "B":
            return bytes(value)
        case "L":
            return [from_attribute(member) for member in value]
        case "M":
            return from_attributes(value)
        case "SS":
            return set(value)
        case _:
            message = f"never stored a {kind}"
            raise TypeError(message)


def from_attributes(item: Mapping[str, Attribute]) -> dict[str, Any]:
    """Undo `to_attributes`."""
    return {name: from_attribute(value) for name, value in item.items()}


def to_millis(at: datetime) -> int:
    """Whole milliseconds since 1970 (UTC)."""
    return (at - EPOCH) // MILLISECOND


def from_millis(millis: int) -> datetime:
    """Undo `to_millis`."""
    return EPOCH + timedelta(milliseconds=millis)


def maybe_millis(at: datetime | None) -> int | None:
    """`to_millis`, for a time that may be unknown."""
    return None if at is None else to_millis(at)


def maybe_time(millis: int | None) -> datetime | None:
    """`from_millis`, for a time that may be unknown."""
    return None if millis is None else from_millis(millis)

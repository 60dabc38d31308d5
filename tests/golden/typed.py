"""Items as DynamoDB holds them, as golden files show them: typed attributes in the order of their names.

Bytes are compressed JSON and are shown as what is in them: `{"B": {…}}`. Which bytes a compressor makes of a text is its own
matter; that text is held letter by letter, and what is stored has to come back from it.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

Item = dict[str, Any]


def shown(item: Item) -> Item:
    """An item of the SDK's for a golden file."""
    return {name: _shown(item[name]) for name in sorted(item)}


def _shown(attribute: Any) -> Any:  # noqa: ANN401  # an attribute has any shape
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            text = zlib.decompress(bytes(value)).decode()
            data = json.loads(text)
            assert compact(data) == text, "bytes that are not compact JSON"
            return {"B": data}
        case "M":
            return {"M": shown(value)}
        case "L":
            return {"L": [_shown(member) for member in value]}
        case "SS":
            return {"SS": sorted(value)}
        case _:
            return attribute


def stored(item: Item) -> Item:
    """Undo `shown`."""
    return {name: _stored(attribute) for name, attribute in item.items()}


def _stored(attribute: Any) -> Any:  # noqa: ANN401  # as above
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {"B": zlib.compress(compact(value).encode(), 9)}
        case "M":
            return {"M": stored(value)}
        case "L":
            return {"L": [_stored(member) for member in value]}
        case _:
            return attribute


def compact(data: object) -> str:
    """JSON without a space."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def size(item: Item) -> int:
    """Bytes of an item of flat attributes, as DynamoDB counts them (Developer Guide, "DynamoDB item sizes and formats")."""
    return sum(len(name.encode()) + _size(attribute) for name, attribute in item.items())


def _size(attribute: Any) -> int:  # noqa: ANN401  # as above
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value) // 2 + 2  # one byte for two digits and one more; rounded up
        case "B":
            return len(value)
        case "L":
            return 3 + sum(1 + _size(member) for member in value)
        case _:
            message = f"a {kind} is not flat"
            raise TypeError(message)

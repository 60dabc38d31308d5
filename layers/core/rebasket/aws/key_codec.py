"""How a shop's keys are kept: one JSON list in one secret parameter per shop."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from rebasket.domain.errors import Misconfigured
from rebasket.domain.shops.keys import Key, KeyKind, Right

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def keys_to_json(keys: Iterable[Key]) -> str:
    """For storing."""
    return json.dumps(
        [
            {
                "id": key.id,
                "kind": key.kind.value,
                "secret": key.secret,
                "created_at": key.created_at.isoformat(),
                "expires_at": key.expires_at.isoformat() if key.expires_at else None,
                "rights": sorted(right.value for right in key.rights),
            }
            for key in keys
        ],
        separators=(",", ":"),
    )


def keys_from_json(text: str) -> Sequence[Key]:
    """Undo `keys_to_json`. Raises Misconfigured, without a word of the secrets."""
    try:
        return [
            Key(
                id=kept["id"],
                kind=KeyKind(kept["kind"]),
                secret=kept["secret"],
                created_at=datetime.fromisoformat(kept["created_at"]),
                expires_at=datetime.fromisoformat(kept["expires_at"]) if kept["expires_at"] else None,
                rights=frozenset(map(Right, kept["rights"])),
            )
            for kept in json.loads(text)
        ]
    except (ValueError, KeyError, TypeError) as wrong:
        message = f"a shop's stored keys cannot be read ({type(wrong).__name__}); `rebasket keys create` writes them anew"
        raise Misconfigured(message) from None

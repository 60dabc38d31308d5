"""A shop's keys: how they are made, and how they are kept, as one JSON list in one secret parameter per shop."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rebasket.domain.errors import Misconfigured
from rebasket.domain.shops.keys import Key, KeyKind, Right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 characters that nobody reads as one another: one for each five bits drawn."""
_ID_LENGTH = 8
_SECRET_BYTES = 32


class NewKey(NamedTuple):
    """The key to store, and the secret to show its owner: for a bearer key, this once and never again."""

    key: Key
    shown: str


def new_key(
    kind: KeyKind,
    draw: Callable[[int], bytes],
    *,
    shop: str,
    created_at: datetime,
    rights: Iterable[Right],
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key. `draw(n)` gives n unguessable bytes, such as `secrets.token_bytes`.

    Shown is the whole token of a bearer key (`rbk_…`), or a signing key's secret (`whsec_…`), to be used with the header
    `rebasket-key: {shop}_{key id}`.
    """
    key_id = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in draw(_ID_LENGTH))
    drawn = draw(_SECRET_BYTES)
    if kind is KeyKind.BEARER:
        shown = drawn.hex()
        kept = hashlib.sha256(shown.encode()).hexdigest()
        shown = f"rbk_{shop}_{key_id}_{shown}"
    else:
        kept = shown = f"whsec_{base64.b64encode(drawn).decode()}"
    key = Key(id=key_id, kind=kind, secret=kept, created_at=created_at, expires_at=expires_at, rights=frozenset(rights))
    return NewKey(key, shown)


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

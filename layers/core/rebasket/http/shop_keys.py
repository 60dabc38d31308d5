"""How a shop's keys are made."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, NamedTuple

from rebasket.domain.shops.keys import Key, KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from rebasket.domain.shops.keys import Right

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

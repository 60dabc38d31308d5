"""Who is calling: a shop, proven by one of its keys. The shop is taken from the credential only, never from the body.

Two ways, the key named in either:

- `Authorization: Bearer rbk_{shop}_{key id}_{secret}`;
- `rebasket-key: {shop}_{key id}` with `webhook-id`, `webhook-timestamp` and `webhook-signature` as the Standard Webhooks
  specification has them (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, at most five minutes old or ahead.

A signed body that somebody repeats within those minutes is harmless: events are idempotent by their ids and times.

An unknown shop, an unknown key, an expired one and a wrong secret are told apart by nothing: not by the answer, nor by the work.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from rebasket.domain.errors import Forbidden, Unauthenticated, Unreadable
from rebasket.domain.shops.keys import Key, KeyKind, Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.ports import ShopKeys

TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 8
"""Looked at in one header: enough for any rotation, too few to make work."""

_SHOP = "[a-z0-9-]{2,40}"
_KEY_ID = "[a-z0-9]{4,12}"
_NAME = re.compile(rf"({_SHOP})_({_KEY_ID})")
_TOKEN = re.compile(rf"(?i:bearer) +rbk_({_SHOP})_({_KEY_ID})_([A-Za-z0-9]{{20,128}})")
_TIMESTAMP = re.compile("[1-9][0-9]{0,10}")

# Compared with where there is no such key, so that its absence costs the same time.
_NOBODY = {
    KeyKind.BEARER: hashlib.sha256(b"nobody").hexdigest(),
    KeyKind.SIGNING: f"whsec_{base64.b64encode(bytes(32)).decode()}",
}


def authenticate(headers: Mapping[str, str], body: bytes, now: datetime, keys: ShopKeys, right: Right) -> str:
    """The id of the shop that calls; header names in lower case, the body as it was sent.

    Raises Unauthenticated; Forbidden when the key lacks the right; Unreadable for a signed body that is not UTF-8.
    """
    if "webhook-signature" in headers:
        shop, key = _signed(headers, body, now, keys)
    else:
        shop, key = _borne(headers.get("authorization", ""), now, keys)
    if right not in key.rights:
        message = f"this key does not carry the right `{right.value}`"
        raise Forbidden(message)
    return shop


def _borne(authorization: str, now: datetime, keys: ShopKeys) -> tuple[str, Key]:
    token = _TOKEN.fullmatch(authorization)
    if token is None:
        raise _unauthenticated()
    shop, key_id, secret = token.groups()
    key = _find(keys, shop, key_id, KeyKind.BEARER, now)
    expected = key.secret if key else _NOBODY[KeyKind.BEARER]
    if not hmac.compare_digest(expected, hashlib.sha256(secret.encode()).hexdigest()) or key is None:
        raise _unauthenticated()
    return shop, key


def _signed(headers: Mapping[str, str], body: bytes, now: datetime, keys: ShopKeys) -> tuple[str, Key]:
    name = _NAME.fullmatch(headers.get("rebasket-key", ""))
    stamp = _TIMESTAMP.fullmatch(headers.get("webhook-timestamp", ""))
    message_id = headers.get("webhook-id", "")
    if name is None or stamp is None or not message_id or not message_id.isprintable():
        raise _unauthenticated()
    try:
        text = body.decode()
    except UnicodeDecodeError as wrong:
        message = f"the body is not UTF-8 at byte {wrong.start}"
        raise Unreadable(message) from None
    shop, key_id = name.groups()
    key = _find(keys, shop, key_id, KeyKind.SIGNING, now)
    seconds = int(stamp.group())
    fresh = abs(now.timestamp() - seconds) <= TOLERANCE.total_seconds()
    # The library's own `verify` asks the system for the time, and fails in other ways than its own on malformed headers.
    signer = Webhook(key.secret if key else _NOBODY[KeyKind.SIGNING])
    at = datetime.fromtimestamp(seconds if fresh else 0, UTC)
    _, _, signature = signer.sign(message_id, at, text).partition(",")
    expected = base64.b64decode(signature)
    matches = [hmac.compare_digest(expected, given) for given in _signatures(headers["webhook-signature"])]
    if not any(matches) or not fresh or key is None:
        raise _unauthenticated()
    return shop, key


def _signatures(header: str) -> list[bytes]:
    """Those of version 1; what is malformed matches nothing."""
    found = []
    for part in header.split(" ", MAX_SIGNATURES)[:MAX_SIGNATURES]:
        version, _, signature = part.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(signature, validate=True))
            except ValueError:  # of base64 (binascii.Error), or not ASCII
                found.append(b"")
    return found


def _find(keys: ShopKeys, shop: str, key_id: str, kind: KeyKind, now: datetime) -> Key | None:
    return next((key for key in keys.keys(shop) if (key.id, key.kind) == (key_id, kind) and key.valid(now)), None)


def _unauthenticated() -> Unauthenticated:
    return Unauthenticated("send a valid key as `authorization: Bearer …`, or a valid signature with `rebasket-key`")

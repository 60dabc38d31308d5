"""Keys by which a shop's systems prove who they are, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class KeyKind(StrEnum):
    """How a key proves itself: it is shown (`Authorization: Bearer`), or it signs (Standard Webhooks)."""

    BEARER = "bearer"
    SIGNING = "signing"


class Right(StrEnum):
    """What a key may do."""

    EVENTS = "events"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a shop, as stored.

    `secret` is the SHA-256 of a bearer key's secret (hexadecimal; the secret itself is shown once and kept nowhere), or a signing
    key's own secret (`whsec_…`), which both sides need. It never prints.
    """

    id: str
    kind: KeyKind
    secret: str = field(repr=False)
    created_at: datetime
    expires_at: datetime | None = None
    rights: frozenset[Right]

    def valid(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at

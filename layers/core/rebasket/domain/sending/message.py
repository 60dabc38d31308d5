"""What goes out, and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.carts.events import Line
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import TouchId
    from rebasket.domain.shops.policy import Shop


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a message is composed from. Prices of `lines` are minor units of `currency`; None = the shop never said which.

    `locale` is the shopper's as the shop reported it (BCP 47 or POSIX form), None when unknown; `step` counts from 1.
    `restore_url` and `opt_out_url` are Rebasket's own links; `tags` name the touch, for the provider's events. `total`: what the
    shop's checkout asks, None when it did not say; `incomplete`: there is more in the cart than these lines.
    """

    shop: Shop
    to: Address
    name: str | None
    locale: str | None
    lines: tuple[Line, ...]
    currency: str | None
    step: int
    restore_url: str
    opt_out_url: str
    tags: Mapping[str, str]
    now: datetime
    total: int | None = None
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """One e-mail, ready for the wire: `raw` is the whole MIME message (RFC 5322) with all its headers."""

    to: Address
    raw: bytes
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text message and the exact number of `parts` that it is billed as; `country` is ISO 3166, None when unknown."""

    to: Address
    body: str
    parts: int
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a short link in a message leads: which touch it was in, and whom it was for. No personal data but the hash.

    A short stored code instead of a long signed token: in a text message every 67–153 characters are billed as a part.
    """

    code: str
    shop: str
    touch: TouchId
    day: str
    contact: str

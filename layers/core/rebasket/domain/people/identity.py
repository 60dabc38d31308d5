"""An identity: one e-mail address, phone number, customer id or anonymous id of a person, known by its keyed hash alone.

All of it are dated facts of which the later counts, so two copies of an identity merge to the same in any order (a join
semilattice: Shapiro et al., INRIA RR-7506).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.consent import later_consent
from rebasket.domain.people.contact import RENEWABLE, Suppression, SuppressionReason, later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.people.consent import Consent

LIGHTEST_FIRST = (SuppressionReason.BOUNCED, SuppressionReason.OPTED_OUT, SuppressionReason.COMPLAINED, SuppressionReason.ERASED)
"""Which reason is told where several stand. A bounce is the mailbox's word; the others are the person's."""


class Kind(StrEnum):
    """What the hash is of."""

    EMAIL = "email"
    PHONE = "phone"
    CUSTOMER = "customer"
    ANONYMOUS = "anonymous"

    @classmethod
    def of(cls, channel: Channel) -> Kind:
        """The kind of the addresses of a channel."""
        return cls.EMAIL if channel is Channel.EMAIL else cls.PHONE

    @property
    def channel(self) -> Channel | None:
        """The channel on which it can be written to; None for an id."""
        return {Kind.EMAIL: Channel.EMAIL, Kind.PHONE: Channel.SMS}.get(self)


@dataclass(frozen=True, slots=True, order=True)
class ShopperId:
    """An id by which the shop's accounts (customer) or one device (anonymous) know somebody; `value` as the shop writes it."""

    kind: Kind
    value: str

    @property
    def identity(self) -> str:
        """The text that is hashed, under a prefix that no address has."""
        return f"{self.kind.value}:{self.value}"


@dataclass(frozen=True, slots=True, order=True)
class Recipient:
    """Whom a touch goes to: the hash of an address, and its channel."""

    key: str
    channel: Channel


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What is known of one identity.

    `noes`: when each reason to stop was told last; `lifted_at`: when the shop last lifted them all; `renewed_at`: when those that
    are RENEWABLE were. A no that was lifted stays, as a dated fact: were it removed, it would come back from a copy.
    """

    kind: Kind
    consent: Consent | None = None
    noes: Mapping[SuppressionReason, datetime] = field(default_factory=dict)
    lifted_at: datetime | None = None
    renewed_at: datetime | None = None

    def _stands(self, why: SuppressionReason) -> bool:
        lifted_at = later(self.lifted_at, self.renewed_at if why in RENEWABLE else None)
        return why in self.noes and (lifted_at is None or self.noes[why] >= lifted_at)

    @property
    def suppression(self) -> Suppression | None:
        """The weightiest no that stands: one told after the last lifting, or at the same moment."""
        standing = [why for why in LIGHTEST_FIRST if self._stands(why)]
        return Suppression(why=standing[-1], at=self.noes[standing[-1]]) if standing else None

    @property
    def suppressed_by_person(self) -> bool:
        """Whether the person told the shop to stop; it counts for all their identities."""
        return any(self._stands(why) for why in LIGHTEST_FIRST if why is not SuppressionReason.BOUNCED)


def consented(identity: Identity, consent: Consent) -> Identity:
    """With a later statement of consent. A later "yes" undoes no "no", but one by double opt-in those that are RENEWABLE."""
    told = replace(identity, consent=later_consent(identity.consent, consent))
    return renewed(told, consent.at) if consent.granted and consent.double_opt_in else told


def suppressed(identity: Identity, why: SuppressionReason, at: datetime) -> Identity:
    """Told no. Told again later, the later time counts: a lifting dated between the two must not win."""
    return replace(identity, noes={**identity.noes, why: max(identity.noes.get(why, at), at)})


def lifted(identity: Identity, at: datetime) -> Identity:
    """Every no from before that moment lifted, by the shop, on purpose."""
    return replace(identity, lifted_at=later(identity.lifted_at, at))


def renewed(identity: Identity, at: datetime) -> Identity:
    """Every no from before that moment lifted that is RENEWABLE."""
    return replace(identity, renewed_at=later(identity.renewed_at, at))


def merged(one: Identity, other: Identity) -> Identity:
    """What both copies know."""
    return Identity(
        kind=min(one.kind, other.kind),  # equal: the kind is part of what was hashed
        consent=later_consent(one.consent, other.consent),
        noes={
            why: max(identity.noes[why] for identity in (one, other) if why in identity.noes)
            for why in LIGHTEST_FIRST
            if why in one.noes or why in other.noes
        },
        lifted_at=later(one.lifted_at, other.lifted_at),
        renewed_at=later(one.renewed_at, other.renewed_at),
    )

"""The shop's own word on an address: look at its "no", lift it, or say one. Each leaves an entry in the journal.

A lifting is noted before it takes effect, so that nobody is written to again without a reason on record; a "no" takes effect
first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.contact import RENEWABLE, SuppressionReason
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.journal import Act, JournalEntry
from rebasket.domain.people.person import lifted, renewed
from rebasket.domain.people.root import root_of
from rebasket.usecases.responses.record_delivery import change, suppress

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import Suppression
    from rebasket.domain.people.identity import Identity
    from rebasket.domain.people.person import Person
    from rebasket.ports import AddressHash, Clock, ContactJournal, Contacts


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address: its identity, None where nobody ever named it; when its person bought last, at our time; and
    its journal, oldest first.
    """

    identity: Identity | None
    bought_at: datetime | None
    journal: Sequence[JournalEntry]


@dataclass(frozen=True, kw_only=True)
class LiftSuppression:
    """Shows, lifts and says."""

    contacts: Contacts
    journal: ContactJournal
    address_hash: AddressHash
    clock: Clock

    def show(self, shop: str, address: Address) -> Known:
        """What is known of an address; changes nothing."""
        key = self.address_hash(shop, address)
        root = self._root(shop, key, address)
        identity = root.identities.get(key) if root.version else None
        return Known(identity, root.bought_at, self.journal.entries(shop, key))

    def _root(self, shop: str, key: str, address: Address) -> Person:
        return root_of(shop, key, Kind.of(address.channel), partial(self.contacts.get_item, shop))

    def allow(
        self, shop: str, address: Address, *, by: str, why: str, even: Collection[SuppressionReason] = ()
    ) -> Suppression | None:
        """Lift what stands against an address; what that was, None if nothing. It grants no consent.

        Raises Invalid for a complaint or an erasure that is not among `even`: lifted only by who says that they mean it.
        """
        key = self.address_hash(shop, address)
        root = self._root(shop, key, address)
        no = root.identities[key].suppression if key in root.identities else None
        if no is None:
            return None
        if no.why not in RENEWABLE and no.why not in even:
            message = f"this address is held back since {no.at:%Y-%m-%d}: {no.why.value}"
            detail = f"lift it only if they asked for it themselves; then say --even {no.why.name.lower()}"
            raise Invalid(message, (FieldError("/even", detail),))
        now = self.clock()
        self.journal.note(shop, key, JournalEntry(at=now, act=Act.ALLOWED, by=by, why=why))
        lift = renewed if no.why in RENEWABLE else lifted
        change(self.contacts, shop, key, address.channel, partial(lift, key=key, at=now))
        return no

    def deny(self, shop: str, address: Address, *, by: str, why: str) -> None:
        """Nothing is written to the address any more, as if they had opted out: by whatever way they told the shop."""
        key, now = self.address_hash(shop, address), self.clock()
        suppress(self.contacts, shop, key, address.channel, SuppressionReason.OPTED_OUT, now)
        self.journal.note(shop, key, JournalEntry(at=now, act=Act.DENIED, by=by, why=why))

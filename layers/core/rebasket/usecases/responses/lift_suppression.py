"""The shop's own word on an address: look at its "no", lift it, or say one. Each leaves an entry in the journal.

A lifting is noted before it takes effect, so that nobody is written to again without a reason on record; a "no" takes effect
first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.contact import RENEWABLE, Contact, SuppressionReason, lifted, renewed
from rebasket.domain.people.journal import Act, JournalEntry
from rebasket.usecases.responses.record_delivery import change, suppress

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import Suppression
    from rebasket.ports import AddressHash, Clock, ContactJournal, Contacts


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address: its contact, None where nobody ever named it, and its journal, oldest first."""

    contact: Contact | None
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
        return Known(self.contacts.get(shop, key), self.journal.entries(shop, key))

    def allow(
        self, shop: str, address: Address, *, by: str, why: str, even: Collection[SuppressionReason] = ()
    ) -> Suppression | None:
        """Lift what stands against an address; what that was, None if nothing. It grants no consent.

        Raises Invalid for a complaint or an erasure that is not among `even`: lifted only by who says that they mean it.
        """
        key = self.address_hash(shop, address)
        known = self.contacts.get(shop, key)
        no = known.suppression if known else None
        if no is None:
            return None
        if no.why not in RENEWABLE and no.why not in even:
            message = f"this address is held back since {no.at:%Y-%m-%d}: {no.why.value}"
            detail = f"lift it only if they asked for it themselves; then say --even {no.why.name.lower()}"
            raise Invalid(message, (FieldError("/even", detail),))
        now = self.clock()
        self.journal.note(shop, key, JournalEntry(at=now, act=Act.ALLOWED, by=by, why=why))
        lift = renewed if no.why in RENEWABLE else lifted
        change(self.contacts, shop, key, address.channel, partial(lift, at=now))
        return no

    def deny(self, shop: str, address: Address, *, by: str, why: str) -> None:
        """Nothing is written to the address any more, as if they had opted out: by whatever way they told the shop."""
        key, now = self.address_hash(shop, address), self.clock()
        suppress(self.contacts, shop, key, address.channel, SuppressionReason.OPTED_OUT, now)
        self.journal.note(shop, key, JournalEntry(at=now, act=Act.DENIED, by=by, why=why))

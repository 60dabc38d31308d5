"""Carts, contacts and links in the Carts table.

On the way to the claim: remind/app.py → wiring.py → process_timer.py → follow_up.py → send_step.py → **this file** → table.py
On the way to the cart's write: ingest/app.py → wiring.py → record_event.py → **this file** → table.py
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws import keys
from rebasket.aws.cart_codec import pack_cart, unpack_cart
from rebasket.aws.person_codec import pack_person, pack_pointer, unpack_item
from rebasket.domain.carts.cart import Phase
from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.message import Link
from rebasket.ports import MOST_RECENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rebasket.aws.table import Table
    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.person import Person, Pointer
    from rebasket.ports import Clock

SUPPRESSION_RETENTION = timedelta(days=3650)
"""Contacts hold a keyed hash and no address; what somebody refused must outlive the carts."""

MOST_BYTES, MOST_BYTES_BOUGHT = 300_000, 380_000
"""Compressed facts of one cart: DynamoDB takes items up to 400 KB. 80,000 bytes are kept free for its orders, so that a cart
which was stored takes an order, too; one that needs more than that is refused."""

LINK_RETENTION = timedelta(days=120)
"""Links work longer than the 30 days that CAN-SPAM asks of an opt-out."""

LINKED_ANEW = timedelta(days=8)
"""A cart's links are renewed with its first change of each week: so much longer do they last than the cart itself."""

ANY_CODE = re.compile(".{1,500}", re.DOTALL)
"""Characters, each up to four bytes: DynamoDB refuses to look for a partition key over 2,048 (Developer Guide, "Constraints")."""


def expiry(at: datetime, kept: timedelta) -> int:
    """The TTL attribute: epoch seconds."""
    return int((at + kept).timestamp())


@dataclass(frozen=True)
class DynamoCarts:
    """See ports.Carts."""

    table: Table
    retention: timedelta

    def get(self, shop: str, cart: str) -> Cart | None:
        """See ports.Carts."""
        item = self.table.get(keys.cart(shop, cart))
        return unpack_cart(shop, cart, item) if item else None

    def put(self, cart: Cart) -> bool:
        """See ports.Carts."""
        item = pack_cart(cart)
        if len(item["facts"]) > (MOST_BYTES_BOUGHT if cart.phase is Phase.BOUGHT else MOST_BYTES):
            detail = "the cart holds too much: shorten titles and addresses, or send fewer lines"
            raise Invalid(detail, (FieldError("/cart", detail),))
        expires = expiry(cart.seen_at, self.retention) if cart.seen_at else None
        return self.table.put_version(keys.cart(cart.shop, cart.id), {**item, "expires": expires})

    def glance(self, shop: str, cart: str) -> Cart | None:
        """See ports.Carts."""
        item = self.table.get(keys.cart(shop, cart), as_of_now=False)
        return unpack_cart(shop, cart, item) if item else None

    def all(self) -> Iterable[Cart]:
        """See ports.Carts."""
        for item in self.table.scan("cart#"):
            _, shop, cart = item["pk"].split("#", 2)
            yield unpack_cart(shop, cart, item)


@dataclass(frozen=True)
class DynamoContacts:
    """See ports.Contacts."""

    table: Table
    retention: timedelta
    clock: Clock

    def get_item(self, shop: str, key: str) -> Person | Pointer | None:
        """See ports.Contacts."""
        item = self.table.get(keys.contact(shop, key))
        return unpack_item(shop, key, item) if item else None

    def put(self, person: Person) -> bool:
        """See ports.Contacts."""
        expires = expiry(self.clock(), SUPPRESSION_RETENTION)
        return self.table.put_version(keys.contact(person.shop, person.key), {**pack_person(person), "expires": expires})

    def put_pointer(self, pointer: Pointer) -> bool:
        """See ports.Contacts."""
        return self.table.put_version(keys.contact(pointer.shop, pointer.key), pack_pointer(pointer))

    def link(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.table.put(keys.contact_cart(shop, key, cart), {"expires": expiry(self.clock(), self.retention + LINKED_ANEW)})

    def carts_of(self, shop: str, key: str) -> Sequence[str]:
        """See ports.Contacts."""
        return [item["sk"].removeprefix("cart#") for item in self._links(shop, key, as_of_now=True)]

    def recent_carts(self, shop: str, key: str, since: datetime) -> Sequence[str]:
        """See ports.Contacts. A link expires so long after it was put."""
        first = expiry(since, self.retention + LINKED_ANEW)
        found = [(item["expires"], item["sk"]) for item in self._links(shop, key, as_of_now=False) if item["expires"] >= first]
        return [sk.removeprefix("cart#") for _, sk in sorted(found, reverse=True)[:MOST_RECENT]]

    def _links(self, shop: str, key: str, *, as_of_now: bool) -> Iterator[dict[str, Any]]:
        after = "cart$"  # `$` comes next after `#`: beyond every id, whatever it begins with
        return self.table.query(keys.contact(shop, key)["pk"], "cart#", after, as_of_now=as_of_now)

    def unlink(self, shop: str, key: str, cart: str) -> None:
        """See ports.Contacts."""
        self.table.delete([keys.contact_cart(shop, key, cart)])


@dataclass(frozen=True)
class DynamoLinks:
    """See ports.Links. Anybody may ask, for anything: what has not the `form` of a code is not looked for."""

    table: Table
    clock: Clock
    form: re.Pattern[str] = ANY_CODE

    def put(self, link: Link) -> None:
        """See ports.Links."""
        item = {"shop": link.shop, "touch": str(link.touch), "day": link.day, "contact": link.contact}
        self.table.put(keys.link(link.code), {**item, "expires": expiry(self.clock(), LINK_RETENTION)})

    def get(self, code: str) -> Link | None:
        """See ports.Links."""
        item = self.table.get(keys.link(code)) if self.form.fullmatch(code) else None
        if item is None:
            return None
        touch = TouchId.parse(item["touch"])
        return Link(code=code, shop=item["shop"], touch=touch, day=item["day"], contact=item["contact"])

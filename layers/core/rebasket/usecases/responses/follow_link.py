"""The shopper's click: back to the cart, out of the list, or back into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.web_address import leads_to
from rebasket.domain.errors import NotFound
from rebasket.domain.people.contact import SuppressionReason
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.journal import Act, JournalEntry, link_name
from rebasket.domain.people.person import renewed
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.usecases.responses.record_delivery import change, suppress

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Channel
    from rebasket.domain.people.contact import Suppression
    from rebasket.domain.people.person import Person
    from rebasket.domain.sending.message import Link
    from rebasket.domain.shops.policy import Shop
    from rebasket.ports import Carts, Clock, ContactJournal, Contacts, Episodes, Links, Shops

UNKNOWN = "this link is not known (any more)"


@dataclass(frozen=True, slots=True)
class Restore:
    """Where a restore link leads: back to the cart, or to the shop when the cart is `gone` (bought, deleted, forgotten)."""

    shop: Shop
    url: str
    gone: bool
    locale: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an opt-out link is about: which shop, in which language to answer."""

    shop: Shop
    link: Link
    locale: str | None


@dataclass(frozen=True, slots=True)
class Undone:
    """Whom an undoing was about, and whether nothing stands against the address any more: it was lifted, now or before."""

    asked: Asked
    allowed: bool


@dataclass(frozen=True, kw_only=True)
class FollowLink:
    """Follows the links of one message."""

    links: Links
    shops: Shops
    carts: Carts
    contacts: Contacts
    journal: ContactJournal
    episodes: Episodes
    clock: Clock

    def restore(self, code: str, *, count: bool) -> Restore:
        """Back to the cart; notes the click when `count`. Raises NotFound for a code that nobody knows.

        The target is the shop's own restore URL, and only if its host is one of the shop's: never an open redirect.
        """
        asked = self.ask(code)
        shop, link = asked.shop, asked.link
        cart = self.carts.get(shop.id, link.touch.cart)
        if count:
            ref = EpisodeRef(shop=shop.id, day=link.day, cart=link.touch.cart, generation=link.touch.generation)
            self.episodes.click(ref, self.clock())
        url = cart.facts.text("restore_url") if cart else None
        live = cart is not None and cart.phase in (Phase.ACTIVE, Phase.ABANDONED)
        if url is None or not live or not leads_to(url, shop.hosts):
            return Restore(shop, shop.url, gone=not live, locale=asked.locale)
        return Restore(shop, url, gone=False, locale=asked.locale)

    def ask(self, code: str) -> Asked:
        """Whom the link is about; changes nothing. Raises NotFound for a code that nobody knows."""
        return self._about(self._link(code))

    def _about(self, link: Link) -> Asked:
        shop = self.shops.get(link.shop)
        if shop is None:
            raise NotFound(UNKNOWN)
        cart = self.carts.get(shop.id, link.touch.cart)
        return Asked(shop, link, cart.facts.text("locale") if cart else None)

    def opt_out(self, code: str) -> Asked:
        """Stop writing to that address. Effective before this returns: the gate reads the same item.

        First of all, whatever state the shop and the cart are in: they only say how to answer. Then it is noted which link did
        it: that one may undo it.
        """
        link = self._link(code)
        channel = self._channel(link.shop, link.contact)
        now = self.clock()
        suppress(self.contacts, link.shop, link.contact, channel, SuppressionReason.OPTED_OUT, now)
        self.journal.note(link.shop, link.contact, JournalEntry(at=now, act=Act.OPTED_OUT, by=link_name(link.touch, link.day)))
        return self._about(link)

    def undo(self, code: str) -> Undone:
        """Lift an opt-out, if it was made by this very link and nothing weightier was said since. Raises NotFound.

        Noted first, so that nobody is written to again without it being on record.
        """
        link, now = self._link(code), self.clock()
        asked = self._about(link)
        key, channel = link.contact, self._channel(link.shop, link.contact)
        root = root_of(link.shop, key, Kind.of(channel), partial(self.contacts.get_item, link.shop))
        no = _no_of(root, key)
        if no is None:
            return Undone(asked, allowed=not root.suppressed_by_person)
        if not self._made_by(link, no) or no.at >= now:
            return Undone(asked, allowed=False)
        self.journal.note(link.shop, key, JournalEntry(at=now, act=Act.CAME_BACK, by=link_name(link.touch, link.day)))

        def unless_said_again(person: Person) -> Person:
            return renewed(person, key, now) if _no_of(person, key) == no else person

        changed = change(self.contacts, link.shop, key, channel, unless_said_again)
        return Undone(asked, allowed=_no_of(changed, key) is None and not changed.suppressed_by_person)

    def _made_by(self, link: Link, no: Suppression) -> bool:
        if no.why is not SuppressionReason.OPTED_OUT:
            return False
        entry = self.journal.find(link.shop, link.contact, no.at, Act.OPTED_OUT)
        return entry is not None and entry.by == link_name(link.touch, link.day)

    def _link(self, code: str) -> Link:
        link = self.links.get(code)
        if link is None:
            raise NotFound(UNKNOWN)
        return link

    def _channel(self, shop: str, key: str) -> Channel:
        """Of the address that a message went to: the gate has stored its person before."""
        root = root_of(shop, key, Kind.EMAIL, partial(self.contacts.get_item, shop))
        channel = root.identities[key].kind.channel if root.version else None
        if channel is None:
            raise NotFound(UNKNOWN)
        return channel


def _no_of(person: Person, key: str) -> Suppression | None:
    """What stands against one identity."""
    return person.identities[key].suppression if key in person.identities else None

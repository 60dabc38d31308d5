"""All that is known of one cart and its reminders, read for somebody who asks. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.identities import ids_of
from rebasket.domain.errors import NotFound
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import root_of
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.usecases.reminding.newest_cart import NewestCart
from rebasket_cli.why.ahead import Outlook, Person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from rebasket.domain.carts.cart import Cart, Declared
    from rebasket.domain.carts.facts import Order
    from rebasket.domain.people.addresses import Address, Channel
    from rebasket.domain.people.person import Person as Root
    from rebasket.domain.reminders.episode import Episode
    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.domain.shops.sms_limits import Destination
    from rebasket.ports import AddressHash, Carts, Clock, Contacts, Episodes, Shops
    from rebasket_cli.why.ahead import Ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandonment:
    """One declaration of the cart. Without `episode` or `policy`, they are not stored (yet, or any more)."""

    declared: Declared
    episode: Episode | None
    policy: Policy | None
    ahead: tuple[Ahead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order of this cart, and the episode that is credited with it, if one is."""

    number: str
    order: Order
    credited: EpisodeRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The cart as it was at `at`."""

    shop: Shop
    cart: Cart
    at: datetime
    people: Sequence[Person]
    abandonments: tuple[Abandonment, ...]
    orders: tuple[Ordered, ...]

    def person(self, key: str | None) -> Person | None:
        """Whose hash that is, None where it is nobody's whom the cart or its episodes name."""
        return next((person for person in self.people if person.key == key), None)


@dataclass(frozen=True, kw_only=True)
class LookUp:
    """Reads a case. `destination` says where a phone number is; `retention` is how long a cart is kept after its last change."""

    carts: Carts
    contacts: Contacts
    episodes: Episodes
    shops: Shops
    address_hash: AddressHash
    destination: Callable[[Address], Destination]
    retention: timedelta
    clock: Clock

    def __call__(self, shop: Shop, cart_id: str) -> Case:
        """What is known of a cart. Raises NotFound where nothing is."""
        cart = self.carts.get(shop.id, cart_id)
        if cart is None:
            message = (
                f"nothing is known of a cart {cart_id} of shop {shop.id}. Either no event with this cart id was accepted: the"
                " answer to each event says whether it was, and capitals count. Or it is forgotten: a cart is kept for"
                f" {self.retention.days} days after its last change"
            )
            raise NotFound(message)
        episodes = [(declared, self.episodes.get(_ref(cart, declared))) for declared in cart.episodes]
        people = self._people(cart, [episode for _, episode in episodes if episode])
        return Case(
            shop=shop,
            cart=cart,
            at=self.clock(),
            people=tuple(people.values()),
            abandonments=tuple(self._abandonment(shop, cart, *found, people) for found in episodes),
            orders=tuple(
                Ordered(number=number, order=order, credited=self.episodes.bound(shop.id, number))
                for number, order in sorted(cart.facts.orders.items())
            ),
        )

    def _people(self, cart: Cart, episodes: Sequence[Episode]) -> dict[str, Person]:
        """Everybody whom the cart names, and whom its episodes were declared for."""
        named = {self.address_hash(cart.shop, address): address for address in sorted(cart.facts.named)}
        found = {key: self._person(cart.shop, key, a.channel, a) for key, a in named.items()}
        for episode in episodes:
            for channel, key in episode.header.contacts.items() if episode.header else ():
                if key not in found:
                    found[key] = self._person(cart.shop, key, channel, None)
        return found

    def _person(self, shop: str, key: str, channel: Channel, address: Address | None) -> Person:
        return Person(address=address, key=key, channel=channel, root=self._root(shop, key, Kind.of(channel)))

    def _root(self, shop: str, key: str, kind: Kind) -> Root:
        return root_of(shop, key, kind, partial(self.contacts.get_item, shop))

    def _abandonment(
        self, shop: Shop, cart: Cart, declared: Declared, episode: Episode | None, people: Mapping[str, Person]
    ) -> Abandonment:
        header = episode.header if episode else None
        policy = self.shops.policy(shop.id, header.policy) if header else None
        if episode is None or header is None or policy is None:
            return Abandonment(declared=declared, episode=episode, policy=policy, ahead=())
        outlook = Outlook(
            shop=shop,
            cart=cart,
            episode=episode,
            header=header,
            policy=policy,
            people=people,
            by_id=[self._root(shop.id, self.address_hash(shop.id, each), each.kind) for each in ids_of(cart.facts)],
            destination=self.destination,
            newer=NewestCart(self.carts, self.contacts, self.address_hash),
        )
        return Abandonment(declared=declared, episode=episode, policy=policy, ahead=tuple(outlook.ahead(self.clock())))


def _ref(cart: Cart, declared: Declared) -> EpisodeRef:
    return EpisodeRef(shop=cart.shop, day=declared.day, cart=cart.id, generation=declared.generation)

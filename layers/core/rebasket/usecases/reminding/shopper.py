"""Whom a due step is about: the person of every address that the cart names or its episode was declared for, as read now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rebasket.domain.carts.identities import ids_of
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SendState
from rebasket.domain.people.identity import Kind, Recipient
from rebasket.domain.people.root import root_of, roots_of
from rebasket.domain.reminders.decision import Candidate, Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.person import Person
    from rebasket.ports import AddressHash, Contacts
    from rebasket.usecases.reminding.due_step import DueStep
    from rebasket.usecases.reminding.sms_slots import SmsLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """`people`: the distinct roots, mostly one. `addresses`: those that the cart still holds, by hash."""

    candidates: Mapping[Channel, Candidate]
    people: Sequence[Person]
    addresses: Mapping[str, Address]

    def apart(self, root: Person) -> Sequence[Person]:
        """Everybody else whom the cart names: their items are not seen by a write on this one."""
        return [person for person in self.people if person.key != root.key]

    @property
    def scattered(self) -> bool:
        """Whether the candidates are different people, so that no one item tells which of them a step is bound to."""
        return len({candidate.root.key for candidate in self.candidates.values()}) > 1


@dataclass(frozen=True, slots=True)
class ReadShopper:
    """Reads them, following pointers; an item once a round."""

    contacts: Contacts
    address_hash: AddressHash

    def __call__(self, due: DueStep, chosen: Channel | None) -> Shopper:
        """Strongly consistent. Candidates are in the step's order, the addresses those of the declaration."""
        facts, shop = due.cart.facts, due.shop
        channels = due.policy.steps[due.step - 1].channels if chosen is None else (chosen,)
        keys = {channel: due.header.contacts[channel] for channel in channels if channel in due.header.contacts}
        named = {self.address_hash(shop.id, address): address for address in facts.named}
        kinds = {key: Kind.of(channel) for channel, key in keys.items()}
        kinds |= {key: Kind.of(address.channel) for key, address in named.items()}
        kinds |= {self.address_hash(shop.id, each): each.kind for each in ids_of(facts)}
        roots = roots_of(shop.id, kinds, partial(self.contacts.get_item, shop.id))
        candidates = {channel: Candidate(key, roots[key], _excepted(due, named.get(key))) for channel, key in keys.items()}
        return Shopper(
            candidates=_bound(due, candidates),
            people=tuple({root.key: root for root in roots.values()}.values()),
            addresses=named,
        )

    def again(self, shop: str, person: Person) -> Person:
        """The same person as of now, wherever they moved."""
        kind = person.identities[person.key].kind
        return root_of(shop, person.key, kind, partial(self.contacts.get_item, shop))

    def root(self, shop: str, to: Recipient) -> Person:
        """Whose an address is, as of now."""
        return root_of(shop, to.key, Kind.of(to.channel), partial(self.contacts.get_item, shop))


def _bound(due: DueStep, candidates: Mapping[Channel, Candidate]) -> Mapping[Channel, Candidate]:
    """A touch that was tried before goes to the same address again."""
    for channel, candidate in candidates.items():
        entry = candidate.root.send_of(due.touch, due.ref.day)
        if entry is not None and entry.state is SendState.RELEASED and entry.to == candidate.key:
            return {channel: candidate}
    return candidates


def _excepted(due: DueStep, address: Address | None) -> bool:
    return address is not None and due.shop.excepts(address)


def question_of(due: DueStep, shopper: Shopper, texts: SmsLimits | None) -> Question:
    """What is to be decided."""
    texted = shopper.candidates.get(Channel.SMS)
    number = shopper.addresses.get(texted.key) if texted else None
    return Question(
        touch=due.touch,
        day=due.ref.day,
        due=due.due,
        cart=due.cart,
        header=due.header,
        over=due.over,
        candidates=shopper.candidates,
        people=shopper.people,
        policy=due.policy,
        activated_at=due.shop.activated_at,
        number=texts.destination(number) if texts and number else None,
    )

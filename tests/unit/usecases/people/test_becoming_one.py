"""Addresses that accepted events name on one cart are one person: who joins, who stays apart, and what a crash leaves."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.identity import Kind, ShopperId
from rebasket.domain.people.person import MAX_IDENTITIES, Person, Pointer
from rebasket.usecases.recording.erase_person import ErasePerson
from tests.doubles import address_hash
from tests.faults import Crash, Fault, Faults, Journal, watched
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.stories import AT_REST
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts import events as ev

MAIL, PHONE, OTHER = (address_hash(SHOP, address) for address in (ANNA, ANNA_PHONE, BOHDAN))


def known_as(*addresses: Address, granted: bool | None = True, **ids: Any) -> ev.Person:  # noqa: ANN401  # an event's ids
    return replace(person(*addresses, granted=granted), **ids)


def test_two_addresses_of_one_cart_are_one_item_and_a_pointer(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE, granted=None)))
    kept, other = sorted((MAIL, PHONE))
    found, pointer = world.contacts.get_item(SHOP, kept), world.contacts.get_item(SHOP, other)
    assert isinstance(found, Person)
    assert found.identities.keys() == {MAIL, PHONE}
    assert pointer == Pointer(shop=SHOP, key=other, version=1, leads_to=kept)


def test_an_address_alone_without_consent_reads_and_writes_no_person(shop: Reports) -> None:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    world.record(shop.updated(who=person(ANNA, granted=None)))
    assert [call for call in journal.calls if "Contacts" in call] == ["WatchedContacts.link"]


def test_what_is_told_again_is_written_once(shop: Reports) -> None:
    journal = Journal()
    world = World(wrap=partial(watched, journal=journal))
    world.record(shop.updated("c1", who=person(ANNA, ANNA_PHONE)))
    before = len(journal.writes)
    world.record(shop.updated("c2", who=person(ANNA, ANNA_PHONE)))
    assert [call for call in journal.writes[before:] if "Contacts" in call] == ["WatchedContacts.link"] * 2


def test_a_no_by_phone_stops_the_e_mail_of_another_cart(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated("both", START, who=person(ANNA, ANNA_PHONE)))
    world.record(shop.deleted("both", after(minutes=1)))
    world.record(shop.updated("mail", after(minutes=2), who=person(ANNA)))
    world.record(shop.identified("", after(minutes=3), person(ANNA_PHONE, granted=False, said_at=after(minutes=3))))
    world.advance(after(hours=1, minutes=30))
    assert [message.cart for message in world.messages] == ["mail"], "a withdrawn consent counts for its address only"
    world.report_at(shop.updated("mail2", after(hours=14), who=person(ANNA)))
    world.follow_link.opt_out(world.links_of(world.messages[0].touch)[0])  # type: ignore[arg-type]  # it has one
    world.advance(after(days=2))
    assert len(world.messages) == 1
    assert world.person(ANNA_PHONE).suppressed_by_person


def test_a_purchase_told_with_the_account_stops_the_cart_of_the_typed_address(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated("guest", START, who=known_as(ANNA, customer_id="77")))
    world.record(shop.ordered("order:o1", after(minutes=6), who=known_as(BOHDAN, granted=None, customer_id="77")))
    world.advance(after(days=2))
    assert world.messages == []
    assert world.touches("guest")[1] == ("skipped", "not bought since")
    ids = world.person(ANNA).identities
    assert ids.keys() == {MAIL, OTHER, address_hash(SHOP, ShopperId(Kind.CUSTOMER, "77"))}


def test_a_device_joins_and_an_id_is_no_address(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated("c1", START, who=known_as(ANNA, anonymous_id="ANNA@example.org")))
    world.record(shop.updated("c2", START, who=known_as(BOHDAN, anonymous_id="ANNA@example.org")))
    assert world.person(ANNA).key == world.person(BOHDAN).key
    kinds = sorted(identity.kind for identity in world.person(ANNA).identities.values())
    assert kinds == [Kind.ANONYMOUS, Kind.EMAIL, Kind.EMAIL]


def test_letters_of_an_address_typed_one_by_one_make_nobody_one_person(world: World, shop: Reports) -> None:
    typed = [Address(Channel.EMAIL, f"{'anna'[:n]}@example.net") for n in range(1, 5)]
    for minute, address in enumerate(typed):
        world.record(shop.identified("c1", after(minutes=minute), person(address)))
    assert len({world.person(address).key for address in typed}) == len(typed)
    assert all(len(world.person(address).identities) == 1 for address in typed)


def test_an_order_joins_all_that_it_names(world: World, shop: Reports) -> None:
    world.record(shop.ordered("c1", after(minutes=1), who=person(ANNA, BOHDAN, ANNA_PHONE)))
    assert len({world.person(address).key for address in (ANNA, BOHDAN, ANNA_PHONE)}) == 1


def test_what_a_browser_told_joins_nobody(world: World, shop: Reports) -> None:
    world.record_event(shop.updated(who=person(ANNA, ANNA_PHONE)), by_server=False)
    assert world.person(ANNA).key != world.person(ANNA_PHONE).key
    assert world.person(ANNA).identities[MAIL].consent == world.person(ANNA_PHONE).identities[PHONE].consent


def test_an_event_without_a_cart_joins_what_it_names(world: World, shop: Reports) -> None:
    world.record(shop.identified("", START, person(ANNA, ANNA_PHONE, granted=None)))
    assert world.person(ANNA).key == world.person(ANNA_PHONE).key


def test_a_tills_own_account_becomes_nobodys_double(world: World, shop: Reports) -> None:
    """More than twenty identities are no person; whoever comes later stays apart, and is told of the purchase all the same."""
    buyers = [Address(Channel.EMAIL, f"buyer{n}@example.org") for n in range(MAX_IDENTITIES + 3)]
    for minute, buyer in enumerate(buyers):
        event = shop.ordered(f"c{minute}", after(minutes=minute), f"o{minute}", who=known_as(buyer, customer_id="till"))
        world.record(event)
    people = {world.person(buyer).key: world.person(buyer) for buyer in buyers}
    assert max(len(each.identities) for each in people.values()) <= MAX_IDENTITIES
    assert all(world.person(buyer).bought_at for buyer in buyers)


def test_a_purchase_of_an_erased_cart_is_told_to_both_addresses_of_it(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, who=person(ANNA)))
    ErasePerson(carts=world.carts, contacts=world.contacts, address_hash=address_hash, clock=world.clock)(SHOP, ANNA)
    world.record(shop.ordered("c1", after(minutes=5), who=person(ANNA, ANNA_PHONE)))
    assert world.person(ANNA_PHONE).bought_at == world.clock()
    assert world.person(ANNA_PHONE).suppressed_by_person, "she was erased, by whichever address"


# -- Crash, lost answers and repeats at every call ---------------------------------------------------------------------


def first_cart(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, who=known_as(ANNA, ANNA_PHONE, customer_id="77")))


def joined_later(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c2", START, who=person(ANNA_PHONE)))
    world.record(shop.updated("c3", after(minutes=1), who=known_as(ANNA, ANNA_PHONE, customer_id="77")))


def bought_by_both(world: World, shop: Reports) -> None:
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.ordered("c2", after(minutes=1), who=known_as(ANNA_PHONE, BOHDAN, ANNA)))


def without_a_cart(world: World, shop: Reports) -> None:
    world.record(shop.identified("", START, known_as(ANNA, ANNA_PHONE, customer_id="77")))


TELLINGS = {told.__name__: told for told in (first_cart, joined_later, bought_by_both, without_a_cart)}


def without_versions(world: World) -> dict[tuple[str, str], Any]:
    """A repeat may write what an answer that was lost had written already; it comes to the same."""
    return {key: replace(item, version=0) for key, item in world.contacts.items.items()}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("tell", TELLINGS.values(), ids=TELLINGS)
def test_told_again_after_any_fault_at_any_call_it_comes_to_the_same(
    tell: Callable[[World, Reports], None], fault: Fault
) -> None:
    calls = Journal()
    meant = World(wrap=partial(watched, journal=calls))
    tell(meant, Reports())
    for number in range(len(calls.calls)):
        world = World(wrap=partial(watched, journal=Faults(plan={number: fault})))
        with suppress(Crash, Exception):
            tell(world, Reports())
        tell(world, Reports())  # the same events, under the same ids
        assert without_versions(world) == without_versions(meant), f"{fault} at {calls.calls[number]}"
        world.leap(AT_REST)
        assert broken_by_history(world) + broken_at_rest(world) == []


@pytest.mark.parametrize("tell", TELLINGS.values(), ids=TELLINGS)
def test_two_who_tell_the_same_at_once_come_to_the_same(tell: Callable[[World, Reports], None]) -> None:
    """Another process tells all of it between any two calls of the first."""
    calls = Journal()
    meant = World(wrap=partial(watched, journal=calls))
    tell(meant, Reports())
    for number in range(len(calls.calls)):
        faults = Faults()
        world = World(wrap=partial(watched, journal=faults))
        faults.interrupt[number] = partial(tell, world, Reports())
        tell(world, Reports())
        assert without_versions(world) == without_versions(meant), f"before {calls.calls[number]}"


def _record(world: World, event: ev.Event) -> None:
    world.record(event)


def test_a_no_between_any_two_calls_of_a_join_is_never_buried(shop: Reports) -> None:
    number, told = 0, True
    while told:
        faults = Faults()
        world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
        world.record(shop.updated("mail", START, who=person(ANNA)))
        no = shop.identified("", after(minutes=1), person(ANNA_PHONE, granted=False, said_at=after(minutes=1)))
        faults.interrupt[len(faults.calls) + number] = partial(_record, world, no)
        world.record(shop.updated("both", after(minutes=1), who=person(ANNA, ANNA_PHONE)))
        told = not faults.interrupt
        said = world.person(ANNA_PHONE).identities[PHONE].consent
        assert said is not None
        assert said.granted is not told, f"before call {number}"
        number += 1
    assert number > 5

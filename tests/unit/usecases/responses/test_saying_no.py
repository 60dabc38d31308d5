"""Whoever said no, or whose mailbox did, gets nothing more: from the acknowledgement on, however it falls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.errors import NotFound
from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.usecases.recording.erase_person import ErasePerson
from rebasket.usecases.recording.record_event import Recorded
from tests.doubles import address_hash
from tests.faults import Journal, watched
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, EMAIL_ONLY, ONE_EMAIL, SHOP, START, Reports, a_shop, after, consent, person
from tests.world import World

TOUCH = TouchId("c1", 1, 1)


@pytest.fixture
def world() -> World:
    return World(a_shop(steps=EMAIL_ONLY))


def reminded_once(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA, ANNA_PHONE)))
    world.advance(timedelta(hours=2))
    assert len(world.messages) == 1


def test_an_opt_out_by_the_link_stops_the_next_step_and_every_other_cart(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.opt_out(TOUCH)
    world.record(shop.updated("c2", after(hours=2), who=person(ANNA)))
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1
    assert world.touches() == {1: ("sent", "accepted"), 2: ("skipped", "nobody said no")}
    assert world.touches("c2") == {1: ("skipped", "nobody said no"), 2: ("skipped", "nobody said no")}


def test_an_opt_out_stops_the_other_channel_of_the_same_cart_too(shop: Reports) -> None:
    world = World(a_shop())
    reminded_once(world, shop)
    world.opt_out(TOUCH)
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1


def test_a_later_yes_from_the_shop_does_not_undo_an_opt_out(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.opt_out(TOUCH)
    world.record(shop.identified("c1", after(hours=3), person(ANNA, said_at=after(hours=3))))
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1


@pytest.mark.parametrize("word", [DeliveryEvent.BOUNCED, DeliveryEvent.COMPLAINED])
def test_a_bounce_and_a_complaint_stop_the_next_step(world: World, shop: Reports, word: DeliveryEvent) -> None:
    reminded_once(world, shop)
    world.feedback(TOUCH, ANNA, word)
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1
    why = {DeliveryEvent.BOUNCED: "email not suppressed", DeliveryEvent.COMPLAINED: "nobody said no"}[word]
    assert world.touches()[2] == ("skipped", why)


def test_word_that_a_message_was_accepted_stops_nothing(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.feedback(TOUCH, ANNA, DeliveryEvent.ACCEPTED)
    world.advance(timedelta(days=3))
    assert len(world.messages) == 2


def test_a_no_told_again_in_the_same_moment_changes_nothing(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.opt_out(TOUCH)
    known = world.person(ANNA)
    world.opt_out(TOUCH)
    assert world.person(ANNA) is known


def test_of_a_no_told_again_the_later_counts_and_a_bounce_does_not_cover_it(world: World, shop: Reports) -> None:
    """A lifting dated between the two must not win."""
    reminded_once(world, shop)
    world.opt_out(TOUCH)
    world.clock.forward(timedelta(hours=1))
    world.opt_out(TOUCH)
    world.feedback(TOUCH, ANNA, DeliveryEvent.BOUNCED)
    said = world.contact(ANNA).suppression
    assert said is not None
    assert (said.why, said.at) == (SuppressionReason.OPTED_OUT, world.clock())


def test_the_contact_is_told_before_the_episode(shop: Reports) -> None:
    journal = Journal()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=journal))
    world.record(shop.updated(who=person(ANNA)))
    world.mailer.failure = TimeoutError()
    world.advance(timedelta(hours=1))
    before = len(journal.calls)
    world.feedback(TOUCH, ANNA, DeliveryEvent.COMPLAINED)
    writes = [call for call in journal.calls[before:] if call in ("WatchedContacts.put", "MemoryEpisodes.record")]
    assert writes == ["WatchedContacts.put", "MemoryEpisodes.record"]


def test_a_complaint_about_a_touch_that_nobody_recorded_yet_records_it_as_sent(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA)))
    world.feedback(TOUCH, ANNA, DeliveryEvent.COMPLAINED, day="2026-03-02")
    world.advance(timedelta(days=3))
    assert world.messages == []
    assert world.touches()[1] == ("sent", "the provider reported it complained")


@pytest.mark.parametrize("at_once", [True, False])
def test_consent_withdrawn_stops_what_was_allowed_and_an_older_yes_does_not_bring_it_back(
    world: World, shop: Reports, *, at_once: bool
) -> None:
    reminded_once(world, shop)
    withdrawn = person(ANNA, granted=False, said_at=after(hours=2))
    world.record(shop.identified("" if at_once else "c2", after(hours=2), withdrawn))
    world.record(shop.identified("", after(hours=1), person(ANNA, said_at=after(hours=1))))
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1
    assert world.contact(ANNA).consent == consent(granted=False, at=after(hours=2))


def test_consent_given_again_later_counts(world: World, shop: Reports) -> None:
    world.record(shop.updated(who=person(ANNA, granted=False)))
    world.record(shop.identified("", after(minutes=5), person(ANNA, said_at=after(minutes=5))))
    world.advance(timedelta(hours=2))
    assert len(world.messages) == 1


# -- Links -------------------------------------------------------------------------------------------------------------


def test_a_click_leads_back_to_the_cart_and_the_first_one_is_noted(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    (code,) = world.links_of(TOUCH)
    assert world.follow_link.restore(code, count=False).url == "https://tea.example/cart/c1"
    assert world.episode().clicked_at is None
    assert not world.follow_link.restore(code, count=True).gone
    world.clock.forward(timedelta(hours=1))
    world.follow_link.restore(code, count=True)
    assert world.episode().clicked_at == after(hours=2)


@pytest.mark.parametrize("ended", ["bought", "deleted", "forgotten"])
def test_a_click_on_a_cart_that_is_gone_leads_to_the_shop(world: World, shop: Reports, ended: str) -> None:
    reminded_once(world, shop)
    if ended == "forgotten":
        world.carts.items.clear()
    else:
        world.record(shop.ordered("c1", after(hours=2)) if ended == "bought" else shop.deleted("c1", after(hours=2)))
    found = world.follow_link.restore(world.links_of(TOUCH)[0], count=True)
    assert (found.gone, found.url) == (True, "https://tea.example")


def test_a_link_never_leads_to_a_host_that_is_not_the_shops(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.shops.save(a_shop(steps=EMAIL_ONLY))
    object.__setattr__(world.shops.items[SHOP], "hosts", ("another.example",))
    found = world.follow_link.restore(world.links_of(TOUCH)[0], count=False)
    assert (found.gone, found.url) == (False, "https://tea.example")


@pytest.mark.parametrize("code", ["", "unknown", "0" * 12])
def test_a_code_that_nobody_knows_leads_nowhere(world: World, shop: Reports, code: str) -> None:
    reminded_once(world, shop)
    for follow in (world.follow_link.ask, world.follow_link.opt_out, partial(world.follow_link.restore, count=True)):
        with pytest.raises(NotFound):
            follow(code)


def test_asking_whom_a_link_is_about_changes_nothing(world: World, shop: Reports) -> None:
    """Scanners of mail programs open every link."""
    reminded_once(world, shop)
    before = world.contact(ANNA), world.episode()
    world.follow_link.ask(world.links_of(TOUCH)[0])
    assert (world.contact(ANNA), world.episode()) == before


@pytest.mark.parametrize("broken", ["carts", "shops"])
def test_an_opt_out_holds_though_the_cart_or_the_shop_cannot_be_read(world: World, shop: Reports, broken: str) -> None:
    class Unreadable:
        def get(self, *_key: str) -> None:
            message = "cannot be read"
            raise ValueError(message)

    reminded_once(world, shop)
    follow_link = replace(world.follow_link, **{broken: Unreadable()})  # type: ignore[arg-type]  # it fails before its type matters
    with pytest.raises(ValueError, match="cannot be read"):
        follow_link.opt_out(world.links_of(TOUCH)[0])
    assert world.contact(ANNA).suppressed_by_person


# -- Erasure -----------------------------------------------------------------------------------------------------------


def erase(world: World) -> int:
    carts, contacts = world.record_event.carts, world.record_event.contacts
    return ErasePerson(carts=carts, contacts=contacts, address_hash=address_hash, clock=world.clock)(SHOP, ANNA)


def test_erasure_leaves_nothing_personal_and_nobody_to_write_to(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    world.record(shop.updated("c2", after(hours=2), who=person(ANNA)))
    assert erase(world) == 2
    for name in ("c1", "c2"):
        assert (world.cart(name).phase, world.cart(name).why) == (Phase.CLOSED, Closed.ERASED)
        assert not world.cart(name).facts.named
        assert not world.cart(name).facts.registers
    world.advance(timedelta(days=3))
    assert len(world.messages) == 1
    assert world.touches() == {1: ("sent", "accepted"), 2: ("skipped", "episode still open")}
    contact = world.contact(ANNA)
    assert contact.suppression is not None
    assert contact.suppression.why is SuppressionReason.ERASED
    assert TOUCH in contact.sends, "so that the cap and a late order still know of it"


def test_erasure_asked_again_finds_nothing_left(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    erase(world)
    before = dict(world.carts.items), dict(world.contacts.items)
    assert erase(world) == 0
    assert (world.carts.items, world.contacts.items) == before


def test_what_is_reported_of_an_erased_cart_later_is_not_kept(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    erase(world)
    world.record(shop.updated("c1", after(hours=3), who=person(ANNA)))
    assert not world.cart("c1").facts.named
    assert after(hours=3) > START


def test_a_no_told_of_an_erased_cart_holds_whoever_says_it(world: World, shop: Reports) -> None:
    """The browser goes on with the cart's id, whoever sits before it now."""
    reminded_once(world, shop)
    erase(world)
    world.record(shop.updated("c2", after(hours=3), who=person(BOHDAN)))
    said = shop.identified("c1", after(hours=3, minutes=1), who=person(BOHDAN, granted=False))
    assert world.record(said) is Recorded.ACCEPTED
    assert world.record(said) is Recorded.UNCHANGED
    world.advance(timedelta(hours=3))
    assert len(world.messages) == 1
    assert not world.cart("c1").facts.named


def test_a_purchase_told_of_an_erased_cart_stops_the_buyers_other_carts_and_no_later_ones(world: World, shop: Reports) -> None:
    reminded_once(world, shop)
    erase(world)
    world.record(shop.updated("c2", after(hours=3), who=person(BOHDAN)))
    bought = shop.ordered("c1", after(hours=3, minutes=1), "o9", who=person(BOHDAN))
    assert world.record(bought) is Recorded.ACCEPTED
    world.advance(timedelta(hours=2))
    assert len(world.messages) == 1
    assert (world.cart("c1").why, world.cart("c1").facts.orders) == (Closed.ERASED, {})
    world.report_at(shop.updated("c3", after(hours=20), who=person(BOHDAN)))
    world.record(bought)  # told again: of a purchase before
    world.advance(timedelta(hours=2))
    assert len(world.messages) == 2

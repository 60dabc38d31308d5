"""Ways back for whoever said no, and the end of writing to mailboxes that take nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.aws.ses_events import feedback_in
from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.people.contact import Suppression, SuppressionReason, TouchId
from rebasket.domain.people.journal import Act
from rebasket.domain.people.person import lifted
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.sending_pause import ReputationCounters, verdict
from rebasket.domain.sending.tags import tags_of
from rebasket.usecases.responses.lift_suppression import LiftSuppression
from rebasket.usecases.responses.record_delivery import suppress
from tests.doubles import address_hash
from tests.samples import ANNA, BOHDAN, EMAIL_ONLY, ONE_EMAIL, SHOP, START, Reports, a_shop, after, consent, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts import events as ev

TOUCH = TouchId("c1", 1, 1)


@pytest.fixture
def world(shop: Reports) -> World:
    """Anna was reminded once of two; at noon."""
    made = World(a_shop(steps=EMAIL_ONLY))
    made.record(shop.updated(who=person(ANNA)))
    made.advance(timedelta(hours=2))
    assert len(made.messages) == 1
    return made


def lift(world: World) -> LiftSuppression:
    return LiftSuppression(contacts=world.contacts, journal=world.journal, address_hash=address_hash, clock=world.clock)


def confirmed(**at: float) -> ev.Person:
    said = replace(consent(at=after(**at)), double_opt_in=True)
    who = person(ANNA)
    return replace(who, statements=(replace(who.statements[0], consent=said),))


# -- The shopper's -----------------------------------------------------------------------------------------------------


def test_who_opted_out_by_a_link_takes_it_back_by_the_same_link_and_is_reminded(world: World) -> None:
    (code,) = world.links_of(TOUCH)
    world.follow_link.opt_out(code)
    world.clock.forward(timedelta(seconds=20))
    assert world.follow_link.undo(code).allowed
    world.advance(timedelta(days=2))
    assert len(world.messages) == 2
    told = world.journal.entries(SHOP, address_hash(SHOP, ANNA))
    assert [entry.act for entry in told] == [Act.OPTED_OUT, Act.CAME_BACK]
    assert {entry.by for entry in told} == {"link of c1#1#1 of 2026-03-02"}


def test_taking_it_back_again_changes_nothing_and_says_so(world: World) -> None:
    (code,) = world.links_of(TOUCH)
    world.follow_link.opt_out(code)
    world.clock.forward(timedelta(seconds=20))
    world.follow_link.undo(code)
    known = world.person(ANNA)
    assert world.follow_link.undo(code).allowed
    assert world.person(ANNA) is known


@pytest.mark.parametrize("heavier", ["complained", "erased", "denied", "another link"])
def test_a_link_takes_back_nobody_elses_no(world: World, shop: Reports, heavier: str) -> None:
    (code,) = world.links_of(TOUCH)
    world.follow_link.opt_out(code)
    world.clock.forward(timedelta(seconds=20))
    match heavier:
        case "complained":
            world.feedback(TOUCH, ANNA, DeliveryEvent.COMPLAINED)
        case "erased":
            suppress(world.contacts, SHOP, address_hash(SHOP, ANNA), ANNA.channel, SuppressionReason.ERASED, world.clock())
        case "denied":
            lift(world).deny(SHOP, ANNA, by="somebody", why="by telephone")
        case _:
            world.links.put(replace(world.links.items[code], code="other", touch=TouchId("c2", 1, 1)))
            world.follow_link.opt_out("other")
    world.clock.forward(timedelta(seconds=20))
    assert not world.follow_link.undo(code).allowed
    world.record(shop.updated("c3", world.clock(), who=person(ANNA)))
    world.advance(timedelta(days=2))
    assert len(world.messages) == 1


def test_an_unknown_link_takes_nothing_back(world: World) -> None:
    with pytest.raises(NotFound):
        world.follow_link.undo("unknown")


# -- The shop's --------------------------------------------------------------------------------------------------------


def test_a_confirmed_opt_in_brings_reminders_back(world: World, shop: Reports) -> None:
    world.opt_out(TOUCH)
    world.record(shop.identified("", after(hours=3), confirmed(hours=3)))
    world.clock.forward(timedelta(hours=2))
    world.advance(timedelta(days=2))
    assert len(world.messages) == 2


@pytest.mark.parametrize("hours", [1, 2])
def test_one_from_before_the_no_does_not(world: World, shop: Reports, hours: int) -> None:
    world.opt_out(TOUCH)
    world.record(shop.identified("", after(hours=hours), confirmed(hours=hours)))
    world.advance(timedelta(days=2))
    assert len(world.messages) == 1


def test_the_shop_lifts_a_no_with_a_reason_on_record(world: World) -> None:
    world.opt_out(TOUCH)
    world.clock.forward(timedelta(minutes=5))
    lifted = lift(world).allow(SHOP, ANNA, by="arn:aws:iam::1:user/olena", why="asked by telephone")
    assert lifted is not None
    assert lifted.why is SuppressionReason.OPTED_OUT
    world.advance(timedelta(days=2))
    assert len(world.messages) == 2
    known = lift(world).show(SHOP, ANNA)
    assert known.identity is not None
    assert known.identity.suppression is None
    assert [(entry.act, entry.by, entry.why) for entry in known.journal][-1] == (
        Act.ALLOWED,
        "arn:aws:iam::1:user/olena",
        "asked by telephone",
    )


def test_a_complaint_is_lifted_only_by_who_says_so(world: World) -> None:
    world.feedback(TOUCH, ANNA, DeliveryEvent.COMPLAINED)
    world.clock.forward(timedelta(minutes=5))
    with pytest.raises(Invalid) as refused:
        lift(world).allow(SHOP, ANNA, by="olena", why="")
    assert "--even complained" in refused.value.errors[0].detail
    assert world.contact(ANNA).suppressed_by_person
    assert lift(world).show(SHOP, ANNA).journal == []
    assert lift(world).allow(SHOP, ANNA, by="olena", why="", even={SuppressionReason.COMPLAINED}) is not None
    assert world.contact(ANNA).suppression is None


def test_where_nothing_stands_there_is_nothing_to_lift(world: World) -> None:
    assert lift(world).allow(SHOP, ANNA, by="olena", why="") is None
    assert lift(world).allow(SHOP, BOHDAN, by="olena", why="") is None
    assert lift(world).show(SHOP, BOHDAN) == lift(world).show(SHOP, BOHDAN)
    assert lift(world).show(SHOP, BOHDAN).identity is None


def test_the_shop_says_no_for_somebody_whom_nobody_named_yet(world: World, shop: Reports) -> None:
    lift(world).deny(SHOP, BOHDAN, by="olena", why="by letter")
    world.record(shop.updated("c2", world.clock(), who=person(BOHDAN)))
    world.advance(timedelta(days=2))
    assert {message.contact for message in world.messages} == {address_hash(SHOP, ANNA)}
    assert [entry.act for entry in lift(world).show(SHOP, BOHDAN).journal] == [Act.DENIED]


# -- The provider's ----------------------------------------------------------------------------------------------------


def provider_says(world: World, cart: str, kind: str, **detail: object) -> None:
    """The provider tells what became of a cart's first message to Anna."""
    (ref,) = world.episode_refs(cart)
    tags = tags_of(SHOP, ref.day, TouchId(cart, 1, 1), address_hash(SHOP, ANNA))
    mail = {"timestamp": world.clock().isoformat(), "messageId": "m", "tags": {name: [value] for name, value in tags.items()}}
    for feedback in feedback_in({"eventType": kind, "mail": mail, **detail}):
        world.record_delivery(feedback)


def test_an_address_whose_every_mail_bounced_is_given_up() -> None:
    """A shop expects to stop writing to an address after some mails in a row came back, permanent or not: here at most five."""
    world, shop = World(a_shop(steps=ONE_EMAIL, cap=100)), Reports()
    recipient = {"status": "5.3.0", "diagnosticCode": "smtp; 550 5.3.0 denied"}
    bounce = {"bounceType": "Transient", "bounceSubType": "General", "bouncedRecipients": [recipient]}
    for number in range(10):
        world.record(shop.updated(f"c{number}", world.clock(), who=person(ANNA)))
        world.leap(timedelta(hours=3))
        if len(world.messages) > number:
            provider_says(world, f"c{number}", "Bounce", bounce=bounce)
        world.leap(timedelta(days=1))
    assert len(world.messages) <= 5


def test_a_reminder_taken_out_of_the_spam_folder_is_no_complaint() -> None:
    """A shopper who marked a message as "not spam" expects to get the next one."""
    world = World(a_shop(steps=EMAIL_ONLY))
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    provider_says(world, "c1", "Complaint", complaint={"complaintFeedbackType": "not-spam"})
    world.leap(after(hours=30))
    assert len(world.messages) == 2


def test_five_mistyped_addresses_do_not_stop_a_small_shop() -> None:
    """A shop with some hundred messages a week expects a handful of typing errors, or of malice, to stop nothing."""
    assert verdict(ReputationCounters(accepted=119, bounced=5)) is None


def test_a_mailbox_that_is_full_for_weeks_is_given_up_and_one_that_takes_mail_again_is_not() -> None:
    """Every third day a mail: the fifth in a row that came back is more than a fortnight after the first when the row is long."""
    for empties in (False, True):
        world, shop = World(a_shop(steps=ONE_EMAIL, cap=100)), Reports()
        bounce = {"bounceType": "Transient", "bounceSubType": "MailboxFull", "bouncedRecipients": [{"status": "5.2.2"}]}
        for number in range(10):
            world.record(shop.updated(f"c{number}", world.clock(), who=person(ANNA)))
            world.leap(timedelta(hours=3))
            if len(world.messages) > number and not (empties and number == 3):
                provider_says(world, f"c{number}", "Bounce", bounce=bounce)
            world.leap(timedelta(days=4))
        assert len(world.messages) == (9 if empties else 5)


def test_a_complaint_that_was_made_before_a_lifting_and_came_after_it_is_lifted_and_a_later_one_is_not(world: World) -> None:
    world.clock.forward(timedelta(hours=1))
    lift(world).deny(SHOP, ANNA, by="olena", why="")
    world.clock.forward(timedelta(hours=1))
    assert world.contacts.put(lifted(world.person(ANNA), address_hash(SHOP, ANNA), world.clock()))
    provider_says(world, "c1", "Complaint", complaint={"timestamp": after(hours=2, minutes=30).isoformat()})
    assert world.contact(ANNA).suppression is None
    provider_says(world, "c1", "Complaint", complaint={"timestamp": after(hours=5).isoformat()})
    assert world.contact(ANNA).suppression == Suppression(why=SuppressionReason.COMPLAINED, at=after(hours=5))


def test_an_address_on_the_providers_own_list_is_given_up_here_too(world: World) -> None:
    provider_says(world, "c1", "Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"})
    world.advance(timedelta(days=2))
    assert len(world.messages) == 1

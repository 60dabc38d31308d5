"""`rebasket why`: every end of a cart has an answer that a person can read, and nobody's address is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rebasket.domain.carts import events as ev
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Step
from rebasket.usecases.recording.erase_person import ErasePerson
from rebasket_cli.why import words
from tests.cli.why_world import CANARY, MAIL, PHONE, SECRETS, answer, left, lines, whole
from tests.doubles import address_hash
from tests.samples import (
    ANNA,
    ANNA_PHONE,
    EMAIL_ONLY,
    ONE_EMAIL,
    SHOP,
    START,
    Reports,
    a_line,
    a_shop,
    after,
    consent,
    person,
)  # fmt: skip
from tests.world import World

# -- Reminded ------------------------------------------------------------------------------------------------------------


def test_a_reminded_cart_from_its_declaration_to_its_next_step() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    assert lines(world) == [
        "Cart c1 of shop tea, on 2026-03-02T12:00Z. All times are in UTC.",
        "",
        "Reminded by e-mail on 2026-03-02T11:00Z.",
        "",
        "state       abandoned; generation 1",
        "active      last on 2026-03-02T10:00Z, as the shop tells; last change stored 2026-03-02T10:00Z",
        "next        step 2 of generation 1, on 2026-03-03T10:00Z",
        "sending     not paused",
        "address     e-mail a…@e….org; consented on 2026-03-01T10:00Z; no purchase stored",
        "",
        "Abandoned on 2026-03-02T11:00Z, generation 1, worth €19.90; policy 1, arm touched, clock of UTC",
        "  step 1    sent on 2026-03-02T11:00Z to a…@e….org by e-mail",
        "            due 2026-03-02T11:00Z; try 1; cost $0.00016",
        "            passed: episode still open, somebody to reach, not bought since, nobody said no, cart not empty,",
        "            after activation, not too late (0 s after due), email not suppressed, email consent, email cap (0",
        "            of 3 in 7 d), email hour (no quiet hours), not held for comparison",
        "  step 2    to come, due 2026-03-03T10:00Z",
        "            it goes out by e-mail on 2026-03-03T10:00Z, as things stand",
    ]


def test_what_the_provider_said_later_a_click_and_the_order() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    world.episodes.note(world.episode().ref, 1, DeliveryEvent.ACCEPTED)
    world.episodes.click(world.episode().ref, after(hours=3))
    world.report_at(Reports().ordered("c1", after(hours=4)))
    world.report_at(Reports().refunded("c1", after(hours=5), minor=500))
    text = whole(world)
    assert "cost $0.00016; the provider said: accepted" in text
    assert "click a link in a message was followed first on 2026-03-02T13:00Z" in text
    assert "order o1, €19.90, placed 2026-03-02T14:00Z; €5.00 refunded; credited to this cart's abandonment of 2026-03-02" in text
    assert "€5.00 refunded; credited by this cart's own order: the books count it as recovered" in text
    assert "last purchase stored 2026-03-02T14:00Z" in text
    assert "step 2 to come, due 2026-03-03T10:00Z the cart was bought; so it will be skipped, as things stand" in text


def test_an_order_on_another_cart_of_the_same_shopper_says_which() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    world.report_at(Reports().ordered("c2", after(hours=4), who=person(ANNA)))
    assert "credited by an order of the same shopper, cart c2: the books count it as recovered" in whole(world)
    assert "credited to cart c1's abandonment of 2026-03-02, generation 1" in whole(world, "c2")
    assert answer(world, "c2") == "No reminder: it was bought before it was declared abandoned."
    world.leap(after(days=2))
    text = whole(world)
    assert (
        "skipped on 2026-03-03T10:00Z: the shopper bought in the meantime, by this or another cart (email contact bought)" in text
    )


def test_what_nobody_can_price_is_unpriced_and_never_nothing() -> None:
    spain = Address(Channel.SMS, "+34612345678")
    world = left(who=person(spain), sms_countries=frozenset({"ES"}))
    world.leap(after(hours=2))
    assert "cost unpriced" in whole(world)
    assert "$0" not in whole(world)


def test_a_cart_that_came_back_says_what_was_before() -> None:
    world = left(steps=ONE_EMAIL)
    world.leap(after(hours=2))
    world.report_at(Reports().added("c1", after(hours=3), a_line("b")))
    assert answer(world) == (
        "No reminder of what it holds now: the cart has not been quiet for long enough."
        " When it was left before: Reminded by e-mail on 2026-03-02T11:00Z."
    )
    world.leap(after(hours=20))
    text = whole(world)
    assert answer(world) == "Reminded by e-mail on 2026-03-02T23:00Z.", "half a day after the first"
    assert text.index("Abandoned on 2026-03-02T11:00Z, generation 1") < text.index("Abandoned on 2026-03-02T14:00Z, generation 2")
    assert "state abandoned; generation 2" in text
    assert "next nothing: no step is open" in text


# -- Not reminded --------------------------------------------------------------------------------------------------------


def test_without_consent_every_channel_says_so() -> None:
    world = left(who=person(ANNA, granted=None), steps=ONE_EMAIL)
    world.leap(after(hours=2))
    assert answer(world) == "No reminder: there is no consent to e-mails."
    assert "failed: email consent (none recorded)" in whole(world)
    assert "a…@e….org; no consent recorded; no purchase stored" in whole(world)


def test_a_consent_that_was_refused_is_told_apart_from_one_never_asked() -> None:
    world = left(who=person(ANNA, granted=False), steps=ONE_EMAIL)
    world.leap(after(hours=2))
    assert answer(world) == "No reminder: there is no consent to e-mails (the latest word is no)."
    assert "refused consent on 2026-03-01T10:00Z" in whole(world)


def test_opted_out_meanwhile() -> None:
    world = left(steps=ONE_EMAIL)
    world.leap(after(hours=2))
    world.record(Reports().updated("c2", after(hours=2), who=person(ANNA)))
    world.opt_out(TouchId("c1", 1, 1))
    world.leap(after(hours=4))
    assert answer(world, "c2") == "No reminder: the shopper said no (opted out)."
    assert "gets nothing since 2026-03-02T12:00Z: opted out by the link in a message" in whole(world, "c2")


def test_a_mailbox_that_does_not_exist() -> None:
    world = left(steps=ONE_EMAIL)
    world.leap(after(hours=2))
    world.record(Reports().updated("c2", after(hours=2), who=person(ANNA)))
    world.feedback(TouchId("c1", 1, 1), ANNA, DeliveryEvent.BOUNCED)
    world.episodes.note(world.episode().ref, 1, DeliveryEvent.BOUNCED)
    world.leap(after(hours=4))
    assert answer(world, "c2") == "No reminder: this address gets no e-mails any more (bounced)."
    assert "a message to it bounced for good" in whole(world, "c2")
    assert "the provider said: bounced" in whole(world)


def test_enough_for_a_week() -> None:
    world = left(steps=ONE_EMAIL, cap=1)
    world.report_at(Reports().updated("c2", after(hours=2), who=person(ANNA)))
    world.leap(after(hours=4))
    assert answer(world, "c2") == "No reminder: the shopper got enough messages lately (1 of 1 in 7 d)."


def test_a_message_of_another_cart_is_too_young() -> None:
    world = left(steps=ONE_EMAIL)
    world.report_at(Reports().updated("c2", after(hours=2), who=person(ANNA, ANNA_PHONE)))
    world.leap(after(hours=4))
    assert answer(world, "c2") == (
        "No reminder yet: the shopper's last message is too young, so it waits until 2026-03-02T23:00Z."
    )
    assert "one of 2 addresses and ids of the same shopper" in whole(world, "c2")


def test_a_newer_cart_speaks() -> None:
    world = left(steps=ONE_EMAIL)
    world.record(Reports().updated("c2", after(minutes=30), who=person(ANNA)))
    world.leap(after(hours=3))
    assert answer(world) == "No reminder: a newer cart of the same shopper speaks for them (c2)."


def test_a_cart_that_another_took_over() -> None:
    world = left(steps=ONE_EMAIL)
    world.record(replace(Reports().updated("c2", after(minutes=30), who=person(ANNA)), replaces=("c1",)))
    world.leap(after(hours=3))
    assert "closed: another cart took it over, as the shop reported" in whole(world)


def test_nobody_to_reach() -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(Reports().updated())
    world.leap(after(hours=2))
    assert answer(world) == "No reminder: there was no address that this reminder may go to."
    assert "address none is known" in whole(world)
    assert "nobody to reach" in whole(world)


def test_a_country_that_is_not_texted() -> None:
    world = left(who=person(Address(Channel.SMS, "+18765550123")))
    world.leap(after(hours=2))
    assert "text messages do not go to numbers of that country (JM)" in answer(world)


def test_held_back_for_comparison() -> None:
    world = left(steps=EMAIL_ONLY, holdout=1000)
    world.leap(after(hours=2))
    held = "held back on purpose: the shopper is in the group that gets none, for comparison"
    assert answer(world) == f"No reminder: {held}."
    assert "arm held" in whole(world)
    assert f"step 2 to come, due 2026-03-03T10:00Z {held}" in whole(world)


def test_bought_before_anybody_thought_of_a_reminder() -> None:
    world = left()
    world.report_at(Reports().ordered("c1", after(minutes=30)))
    world.leap(after(hours=2))
    assert answer(world) == "No reminder: it was bought before it was declared abandoned."
    assert "state bought: no more reminders for it; generation 1" in whole(world)
    assert "credited to no abandonment" in whole(world)


@pytest.mark.parametrize(("what", "why"), [("deleted", "the shop reported it thrown away"), ("empty", "nothing was in it")])
def test_a_cart_that_was_closed_says_by_what(what: str, why: str) -> None:
    world = left()
    reports = Reports()
    event = reports.deleted("c1", after(minutes=5)) if what == "deleted" else reports.updated("c1", after(minutes=5), empty=True)
    world.report_at(event)
    world.leap(after(hours=2))
    assert answer(world).startswith(f"No reminder: the cart is closed: {why}")


def test_a_cart_of_which_only_the_shopper_is_known() -> None:
    world = World(a_shop())
    world.record(Reports().identified("c1", START, person(ANNA)))
    assert answer(world) == "No reminder yet: there is nothing in the cart."
    assert "next closed, for it is empty, on 2026-03-02T11:00Z, if nothing happens in it before" in whole(world)


def test_a_cart_of_which_only_a_refund_was_told() -> None:
    world = World(a_shop())
    world.record(Reports().refunded("c1", START))
    assert answer(world).startswith("No reminder: the cart is new: neither contents nor activity were ever reported")
    assert "order o1: a refund or a cancellation was reported, the order itself was not" in whole(world)


def test_an_erased_shopper_leaves_a_cart_that_says_so_and_a_hash() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    ErasePerson(carts=world.carts, contacts=world.contacts, address_hash=address_hash, clock=world.clock)(SHOP, ANNA)
    text = whole(world)
    assert "closed: a shopper whom it named was erased on request" in text
    assert "e-mail an address for e-mails that the cart holds no longer; gets nothing since 2026-03-02T12:00Z: erased" in text
    assert "step 2 to come, due 2026-03-03T10:00Z the shopper was erased on request; so it will be skipped" in text


@pytest.mark.parametrize("quiet", [{}, USUAL_QUIET_HOURS])
@pytest.mark.parametrize("granted", [True, False, None])
@pytest.mark.parametrize("holdout", [0, 1000])
def test_nobody_s_address_name_or_cart_is_printed(quiet: dict[Any, Any], holdout: int, *, granted: bool | None) -> None:
    said = None if granted is None else consent(granted=granted, source=f"{CANARY} said so")
    who = ev.Person(statements=tuple(ev.AddressStatement(address=a, consent=said) for a in (MAIL, PHONE)), name="Canary Jones")
    world = left(who=who, quiet_hours=quiet, holdout=holdout)
    for at in (after(minutes=5), after(hours=2), after(hours=30)):
        world.leap(at)
        text = whole(world)
        assert not [secret for secret in SECRETS if secret.casefold() in text.casefold()]
        assert "c…@n….org" in text
        assert "+38…76" in text


def test_every_check_that_a_decision_makes_has_words_of_its_own() -> None:
    """A sent touch went through all of them."""
    texts = (Step(delay=timedelta(0), channels=(Channel.SMS,)),)
    worlds = left(steps=ONE_EMAIL), left(who=person(ANNA_PHONE), steps=texts)
    for world in worlds:
        world.leap(after(hours=2))
        for check in world.episode().touches[1].checks:
            _, _, asked = check.name.partition(" ")
            assert check.name in (*words.ABOUT_THE_CART, "episode still open") or asked in words.ABOUT_THE_ADDRESS
            assert words.refusal(replace(check, passed=False, seen="")) != check.name

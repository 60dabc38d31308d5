"""`rebasket why`: every end of a cart has an answer that a person can read, and nobody's address is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from rebasket.aws.phone_countries import country_of
from rebasket.domain.carts import events as ev
from rebasket.domain.errors import NotFound, Rejected, Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.people.person import claimed
from rebasket.domain.people.sends import Send as Entry
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.decision import Check, Send
from rebasket.domain.reminders.episode import EpisodeRef, Touch, TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Step
from rebasket.domain.shops.sms_limits import Destination
from rebasket.usecases.recording.erase_person import ErasePerson
from rebasket_cli import main, shop
from rebasket_cli.why import command, words
from rebasket_cli.why.case import Case, LookUp
from rebasket_cli.why.told import told
from tests.doubles import address_hash
from tests.samples import (
    ANNA,
    ANNA_PHONE,
    EMAIL_ONLY,
    MINUTE,
    ONE_EMAIL,
    PRICES,
    SHOP,
    START,
    Reports,
    a_header,
    a_line,
    a_shop,
    after,
    consent,
    person,
)  # fmt: skip
from tests.stories import a_whole_life
from tests.template.moto_stack import CREATE_SHOP, opened
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rebasket.wiring import App
    from rebasket_cli.why.ahead import Ahead
    from rebasket_cli.why.case import Abandonment

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary.jones"
"""Neither this nor any other text that somebody is known by may be printed."""
MAIL, PHONE = Address(Channel.EMAIL, f"{CANARY}@nest.example.org"), Address(Channel.SMS, "+380441239876")
SECRETS = (CANARY, "nest", MAIL.value, PHONE.value, PHONE.value[3:-2], "Canary Jones", "Tea sencha")


def destination(number: Address) -> Destination:
    country = country_of(number)
    return Destination(country, priced=PRICES.text(country) is not None)


def case(world: World, cart: str = "c1") -> Case:
    found = world.shops.get(SHOP)
    assert found
    look_up = LookUp(
        carts=world.carts,
        contacts=world.contacts,
        episodes=world.episodes,
        shops=world.shops,
        address_hash=address_hash,
        destination=destination,
        retention=timedelta(days=90),
        clock=world.clock,
    )
    return look_up(found, cart)


def lines(world: World, cart: str = "c1") -> list[str]:
    found = told(case(world, cart))
    assert all(len(line) <= 110 for line in found)
    assert "None" not in "\n".join(found)
    return found


def whole(world: World, cart: str = "c1") -> str:
    """As one line, so that it does not matter where lines are broken."""
    return re.sub(r"\s+", " ", "\n".join(lines(world, cart)))


def answer(world: World, cart: str = "c1") -> str:
    """What stands between the first line and the facts."""
    text = "\n".join(lines(world, cart))
    return " ".join(text.split("\n\n")[1].split())


def left(*, who: ev.Person | None = None, **rules: Any) -> World:  # noqa: ANN401  # whatever a policy takes
    """A world in which Anna's cart was reported at START."""
    world = World(a_shop(**rules))
    world.record(Reports().updated(who=who or person(ANNA)))
    return world


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
    world.leap(after(minutes=59))
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


# -- Not yet -------------------------------------------------------------------------------------------------------------


def test_still_active() -> None:
    world = left()
    world.leap(after(minutes=20))
    assert answer(world) == "No reminder yet: the cart has not been quiet for long enough."
    assert "next declared abandoned on 2026-03-02T11:00Z, if nothing happens in it before" in whole(world)


def test_a_cart_that_lost_its_timer_says_what_to_do() -> None:
    world = left()
    world.lose_timers()
    world.clock.at = after(hours=1, minutes=5)
    assert "next due since 2026-03-02T11:00Z to be declared abandoned: within minutes." in whole(world)
    assert "rearm" not in whole(world)
    world.clock.at = after(hours=3)
    assert "its timer may be lost. `rebasket doctor` says" in whole(world)


def test_waiting_for_the_morning() -> None:
    world = World(a_shop(steps=EMAIL_ONLY, quiet_hours=dict(USUAL_QUIET_HOURS)))
    world.leap(after(hours=11))
    world.record(Reports().updated("c1", after(hours=11), who=person(ANNA)))
    world.leap(after(hours=12, minutes=30))
    assert answer(world) == (
        "No reminder yet: quiet hours moved it from 2026-03-02T22:00Z on;"
        " it goes out by e-mail on 2026-03-03T08:00Z, as things stand."
    )
    assert "step 1 to come, due 2026-03-03T08:00Z quiet hours moved it there from 2026-03-02T22:00Z" in whole(world)
    assert "step 2 to come, due at the earliest" in whole(world)


def test_waiting_for_the_quiet_hours_of_the_one_channel_that_is_left() -> None:
    """The step is due when mails may go; there is no consent to those, and text messages are quiet for another hour."""
    world = World(a_shop(quiet_hours=dict(USUAL_QUIET_HOURS)))
    world.leap(after(hours=11))
    both = ev.Person(statements=(*person(ANNA, granted=None).statements, *person(ANNA_PHONE).statements))
    world.record(Reports().updated("c1", after(hours=11), who=both))
    world.leap(after(hours=20, minutes=20))
    assert "it is a quiet hour for text messages (08:20 in Europe/Kyiv), so it waits until 2026-03-03T07:00Z" in answer(world)
    assert "next        step 1 of generation 1, due since 2026-03-03T06:00Z" in lines(world)


def test_a_paused_shop() -> None:
    world = left(steps=EMAIL_ONLY)
    world.shops.paused[SHOP] = "5 bounces of 60 messages"
    world.leap(after(hours=1, minutes=10))
    paused = "sending is paused (5 bounces of 60 messages); what waits too long is skipped as too late"
    assert answer(world) == f"No reminder yet: {paused}."
    assert "sending paused: 5 bounces of 60 messages" in whole(world)
    assert "step 1 due since 2026-03-02T11:00Z" in whole(world)
    world.leap(after(days=3))
    assert "it was too late to be of use (24 h 15 min after due)" in answer(world)


def test_a_provider_that_does_not_take_it_for_now(monkeypatch: pytest.MonkeyPatch) -> None:
    world = left(steps=ONE_EMAIL)
    monkeypatch.setattr(world.mailer, "send", refuse(Throttled("TooManyRequestsException")))
    world.leap(after(hours=1, minutes=1))
    assert answer(world).startswith("No reminder yet: the provider did not take it so far (tries: 1)")
    world.leap(after(days=2))
    assert answer(world) == "No reminder: it was rejected: not accepted in 8 tries (by e-mail)."


def test_a_message_that_was_refused_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    world = left(steps=ONE_EMAIL)
    monkeypatch.setattr(world.mailer, "send", refuse(Rejected("BadRequestException")))
    world.leap(after(hours=2))
    assert answer(world) == "No reminder: it was rejected: BadRequestException (by e-mail)."


def test_a_message_of_which_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    world = left(steps=ONE_EMAIL)
    monkeypatch.setattr(world.mailer, "send", refuse(TimeoutError(MAIL.value)))
    world.leap(after(hours=2))
    assert answer(world) == (
        "Perhaps reminded, on 2026-03-02T11:00Z: no clear answer: TimeoutError; nobody knows whether it went out, so it is not"
        " sent again."
    )
    assert "may have cost $0.00016" in whole(world)


def test_a_message_on_its_way() -> None:
    world = left(steps=ONE_EMAIL)
    world.leap(after(minutes=59))
    known, day = world.person(ANNA), f"{START:%Y-%m-%d}"
    sending = Entry(
        state=SendState.CLAIMED, owner="another wake", at=after(hours=1), attempt=1, day=day, to=address_hash(SHOP, ANNA)
    )
    world.contacts.put(claimed(known, TouchId("c1", 1, 1), sending))
    world.leap(after(hours=1, minutes=1))
    assert answer(world) == (
        "No reminder yet: try 1 began on 2026-03-02T11:00Z; without an answer it counts as unknown after 2026-03-02T11:05Z."
    )


def test_a_step_that_is_long_due_may_have_lost_its_timer() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    world.lose_timers()
    world.clock.at = after(hours=26)
    text = whole(world)
    assert "step 2 due since 2026-03-03T10:00Z it is due, and goes out by e-mail within minutes That is long ago" in text


def test_a_cart_that_was_left_more_often_than_it_remembers() -> None:
    world, reports = left(steps=ONE_EMAIL, cap=20), Reports()
    for hours in range(3, 17, 3):
        world.report_at(reports.added("c1", after(hours=hours), a_line(f"sku {hours}")))
    world.leap(after(hours=20))
    text = whole(world)
    assert "generation 6" in text
    assert "generation 1," not in text
    assert "A cart remembers its last 5 abandonments; those before are in the report only." in text


def test_what_is_not_stored_any_more_is_not_made_up() -> None:
    world = left(steps=EMAIL_ONLY)
    world.leap(after(hours=2))
    del world.shops.policies[SHOP, 1]
    text = whole(world)
    assert "policy 1 is not stored any more: what is still to come cannot be told" in text
    world.episodes.items.clear()
    assert "not filed yet" in whole(world)
    world.clock.at = after(hours=4)
    assert "nothing is filed. That is long ago: its timer may be lost" in whole(world)
    world.clock.at = after(days=500)
    assert answer(world) == "No reminder is known of: what came of it is forgotten: that is kept for 400 days."


def refuse(error: Exception) -> Any:  # noqa: ANN401  # stands in for `send` of any mailer
    def send(_message: object) -> str:
        raise error

    return send


# -- All of it -----------------------------------------------------------------------------------------------------------


def test_what_is_said_to_come_is_what_comes() -> None:
    """Asked a minute before each step of a story with returns, a bounce, a no and a purchase elsewhere."""
    world, checked = World(a_shop()), set()
    for moment in [*a_whole_life(), None]:
        while (due := min(world.timers.items, default=None)) and (moment is None or due <= moment.at):
            world.leap(due - MINUTE)
            soon = {(cart, a.declared.generation, s.step): s.decision for cart in CARTS for a, s in ahead(world, cart, due)}
            world.leap(due)
            for (cart, generation, step), decision in soon.items():
                touch = world.episode(cart, generation).touches[step]
                assert touch.state is (TouchState.SENT if isinstance(decision, Send) else TouchState.SKIPPED)
                checked.add((touch.state, touch.why))
        if moment:
            world.leap(moment.at)
            moment.do(world)
    assert checked >= {
        (TouchState.SENT, "accepted"), (TouchState.SKIPPED, "episode still open"), (TouchState.SKIPPED, "nobody said no"),
    }  # fmt: skip


CARTS = ("annas", "bohdans", "empty", "phone", "late")


def ahead(world: World, cart: str, due: datetime) -> list[tuple[Abandonment, Ahead]]:
    """The steps of a cart whose time comes then."""
    if world.carts.get(SHOP, cart) is None:
        return []
    return [(one, step) for one in case(world, cart).abandonments for step in one.ahead[:1] if step.due == due]


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


# -- The command -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with opened(monkeypatch, shop, command) as found:
        run(*CREATE_SHOP, "--time-zone", "Europe/Kyiv")
        yield found


def run(*given: str) -> str:
    told = CliRunner().invoke(main.app, list(given))
    if told.exception is not None:
        raise told.exception
    return told.output


def test_the_command_reads_a_deployed_stack_and_writes_nothing(app: App) -> None:
    known = app.shops.get("tea")
    assert known
    at = app.clock() - timedelta(minutes=30)
    app.record_event(Reports().updated("c1", at, who=person(MAIL, PHONE, said_at=at)))
    active = app.carts.get("tea", "c1")
    assert active
    before = stored(app)
    text = run("why", "tea", "c1")
    assert text.startswith("Cart c1 of shop tea, on 20")
    assert "No reminder yet: the cart has not been quiet for long enough." in text
    assert "c…@n….org; consented on" in text
    assert stored(app) == before

    look = schedule.evaluate(active, schedule.timer_for(active, 1, at), known.policy, START, at + timedelta(hours=1))
    assert isinstance(look, schedule.Write)
    assert app.carts.put(look.cart)
    assert "not filed yet" in run("why", "tea", "c1")
    (declared,) = look.cart.episodes
    ref = EpisodeRef(shop="tea", day=declared.day, cart="c1", generation=1)
    key = app.address_hash("tea", MAIL)
    app.episodes.head(ref, a_header(declared.at, contacts={Channel.EMAIL: key}))
    checks = (Check("nobody said no", passed=True), Check("email consent", passed=False, seen=CANARY))
    skipped = Touch(state=TouchState.SKIPPED, why="email consent", at=declared.at, due=declared.at, checks=checks)
    app.episodes.record(ref, 1, skipped)
    app.sending_pauses.pause("tea", "[red]somebody[/] asked")
    app.shops._seen.clear()  # noqa: SLF001  # an operator's process is never old enough to have looked before
    before = stored(app)
    text = run("why", "tea", "c1")
    assert "skipped on" in text
    assert "failed: email consent\n" in text
    assert "sending     paused: [red]somebody[/] asked" in text
    assert not [secret for secret in SECRETS if secret.casefold() in text.casefold()]
    assert stored(app) == before


def stored(app: App) -> list[str]:
    tables = (app.settings.carts_table, app.settings.timers_table)
    return sorted(repr(item) for table in tables for item in app.dynamodb.scan(TableName=table)["Items"])


def test_a_cart_that_nobody_knows(app: App) -> None:
    with pytest.raises(NotFound, match=r"nothing is known of a cart C1 of shop tea.*capitals count.*90 days"):
        run("why", "tea", "C1")


def test_a_shop_that_nobody_knows(app: App) -> None:
    with pytest.raises(NotFound, match="there is no shop coffee; `rebasket shop create` makes one"):
        run("why", "coffee", "c1")


def test_the_runbook_s_example_is_what_is_printed() -> None:
    world = World(replace(a_shop(quiet_hours=dict(USUAL_QUIET_HOURS)), time_zone="Europe/Kyiv"))
    reports = Reports()
    world.record(reports.updated("cart-1", who=person(ANNA)))
    world.leap(after(hours=2))
    world.opt_out(TouchId("cart-1", 1, 1))
    world.report_at(reports.updated("cart-7", after(hours=3), who=person(ANNA)))
    world.leap(after(hours=5))
    shown = "\n".join(lines(world, "cart-7"))
    assert f"```\n{shown}\n```\n" in (ROOT / "docs/operations.md").read_text(encoding="utf-8"), shown

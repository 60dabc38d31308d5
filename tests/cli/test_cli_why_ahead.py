"""`rebasket why` before everything is over: what is still to come, and what is not known any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket.domain.carts import events as ev
from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.people.person import claimed
from rebasket.domain.people.sends import Send as Entry
from rebasket.domain.reminders.decision import Send
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS
from tests.cli.why_world import MAIL, answer, case, left, lines, whole
from tests.doubles import address_hash
from tests.samples import (
    ANNA,
    ANNA_PHONE,
    EMAIL_ONLY,
    MINUTE,
    ONE_EMAIL,
    SHOP,
    START,
    Reports,
    a_line,
    a_shop,
    after,
    person,
)  # fmt: skip
from tests.stories import a_whole_life
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from rebasket_cli.why.ahead import Ahead
    from rebasket_cli.why.case import Abandonment


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
        (TouchState.SKIPPED, "episode still open"), (TouchState.SKIPPED, "nobody said no"),
    }  # fmt: skip


CARTS = ("annas", "bohdans", "empty", "phone", "late")


def ahead(world: World, cart: str, due: datetime) -> list[tuple[Abandonment, Ahead]]:
    """The steps of a cart whose time comes then."""
    if world.carts.get(SHOP, cart) is None:
        return []
    return [(one, step) for one in case(world, cart).abandonments for step in one.ahead[:1] if step.due == due]

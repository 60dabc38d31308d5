"""Text messages go where the shop sells, and not to a whole range of numbers at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import Step
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.sending.message import Text

TEXT, MAIL, HOUR = Channel.SMS, Channel.EMAIL, timedelta(hours=1)
DUE = after(hours=1)


def one_step(*channels: Channel) -> tuple[Step, ...]:
    return (Step(delay=timedelta(0), channels=channels),)


def a_world(*channels: Channel, **rules: Any) -> World:  # noqa: ANN401  # whatever a policy takes
    return World(a_shop(steps=one_step(*channels), **rules))


def neighbour(number: int) -> Address:
    """One of a range that somebody may own."""
    return Address(TEXT, f"+3805012{number:05}")


def left(world: World, carts: int, at: datetime = START) -> None:
    reports = Reports()
    for number in range(carts):
        world.record(reports.updated(f"c{number}", at, who=person(neighbour(number))))


# -- Countries -----------------------------------------------------------------------------------------------------------


def test_a_country_that_has_no_price_is_not_texted() -> None:
    world = a_world(TEXT)
    world.record(Reports().updated(who=person(Address(TEXT, "+18765550123"))))
    world.leap(DUE)
    assert world.messages == []
    assert world.touches() == {1: ("skipped", "sms country")}
    (check,) = [check for check in world.episode().touches[1].checks if not check.passed]
    assert check.seen == "JM"


def test_unless_the_shop_names_it() -> None:
    world = a_world(TEXT, sms_countries=frozenset({"JM"}))
    world.record(Reports().updated(who=person(Address(TEXT, "+18765550123"))))
    world.leap(DUE)
    assert world.touches() == {1: ("sent", "accepted")}
    assert world.episode().touches[1].cost is None


def test_a_country_that_is_not_among_those_named_is_not_texted_though_it_has_a_price() -> None:
    world = a_world(TEXT, sms_countries=frozenset({"PL"}))
    world.record(Reports().updated(who=person(ANNA_PHONE)))
    world.leap(DUE)
    assert world.touches() == {1: ("skipped", "sms country")}


def test_the_mail_goes_instead() -> None:
    world = a_world(TEXT, MAIL, sms_countries=frozenset())
    world.record(Reports().updated(who=person(ANNA_PHONE, ANNA)))
    world.leap(DUE)
    assert [mail.to for mail in world.mailer.sent] == [ANNA]
    assert world.texter.sent == []


# -- Numbers that begin alike --------------------------------------------------------------------------------------------


def test_of_a_range_of_numbers_so_many_are_texted_an_hour_and_the_rest_in_the_next_hours() -> None:
    world = a_world(TEXT, sms_per_prefix=4)
    left(world, 10)
    sent = []
    for hour in (1, 2, 3, 4):
        world.leap(after(hours=hour, minutes=59))
        sent.append(len(world.messages))
    assert sent == [4, 8, 10, 10]
    assert world.touches("c9") == {1: ("sent", "accepted")}
    assert world.held_back == [DUE] * 6 + [after(hours=2)] * 2
    assert {message.at for message in world.messages} == {DUE, after(hours=2), after(hours=3)}


def test_a_flood_is_given_up_when_it_is_too_late() -> None:
    world = a_world(TEXT, sms_per_prefix=1, give_up=timedelta(hours=3))
    left(world, 10)
    world.leap(after(days=1))
    assert len(world.messages) == 4
    ends = [world.touches(f"c{number}")[1] for number in range(10)]
    assert ends.count(("sent", "accepted")) == 4
    assert ends.count(("skipped", "not too late")) == 6


def test_other_numbers_mails_and_other_shops_go_on() -> None:
    world = a_world(TEXT, MAIL, sms_per_prefix=1)
    left(world, 3)
    reports = Reports()
    world.record(reports.updated("other", START, who=person(Address(TEXT, "+380671234567"))))
    world.record(reports.updated("mail", START, who=person(ANNA)))
    world.leap(after(hours=1, minutes=30))
    assert {message.cart for message in world.messages} == {"c0", "other", "mail"}


def test_who_waits_for_the_next_hour_may_buy_or_say_no_meanwhile() -> None:
    world = a_world(TEXT, sms_per_prefix=1)
    left(world, 2)
    world.leap(after(hours=1, minutes=30))
    world.report_at(Reports().ordered("c1", after(hours=1, minutes=30)))
    world.leap(after(hours=3))
    assert len(world.messages) == 1
    assert world.touches("c1")[1][0] == "skipped"


def test_whoever_waits_holds_nothing_but_a_timer() -> None:
    world = a_world(TEXT, sms_per_prefix=1)
    left(world, 2)
    world.leap(after(hours=1, minutes=30))
    assert world.contact(neighbour(1)).sends == {}
    assert [timer.due for timer in world.outstanding()] == [after(hours=2)]
    assert world.outcomes[-1][1].outcome == "enough text messages to numbers like this one, until 12:00"


def test_a_try_that_the_provider_did_not_take_has_wasted_its_slot() -> None:
    """The price of counting before the gate: one number less in that hour, never one more."""
    world = a_world(TEXT, sms_per_prefix=2)
    left(world, 2)
    refusals = [Throttled("busy")]
    send = world.texter.send

    def busy_once(text: Text) -> str:
        if refusals:
            raise refusals.pop()
        return send(text)

    world.texter.send = busy_once  # type: ignore[method-assign]  # the provider for one request
    world.leap(after(hours=1, minutes=30))
    assert len(world.messages) == 1
    world.leap(after(hours=2, minutes=30))
    assert len(world.messages) == 2


@pytest.mark.parametrize("rules", [{"holdout": 1000}, {"steps": one_step(MAIL)}, {"sms_countries": frozenset()}])
def test_what_is_not_texted_takes_no_slot(rules: dict[str, Any]) -> None:
    world = World(a_shop(**{"steps": one_step(TEXT), **rules}))
    world.record(Reports().updated(who=person(ANNA_PHONE, ANNA)))
    world.leap(after(hours=3))
    assert world.sms_slots.taken.total() == 0


def test_a_paused_shop_takes_no_slot() -> None:
    world = a_world(TEXT)
    world.shops.paused[SHOP] = "bounces"
    left(world, 1)
    world.leap(after(hours=3))
    assert world.sms_slots.taken.total() == 0
    assert world.held_back == []

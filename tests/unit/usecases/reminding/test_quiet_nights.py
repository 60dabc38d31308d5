"""Nobody is bothered at night: what is due then waits for the morning, whatever channel, wake or crash it meets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Step
from rebasket.domain.shops.quiet_hours import QuietHours
from tests.doubles import address_hash
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, ONE_EMAIL, SHOP, Reports, after, person
from tests.unit.usecases.reminding.nights import BOTH, HOUR, KYIV, NEW_YORK, a_world, abandoned, in_kyiv, left, who

if TYPE_CHECKING:
    from rebasket.domain.carts import events as ev


def test_a_reminder_due_at_night_leaves_in_the_morning_and_is_not_late(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, give_up=timedelta(minutes=10))
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA))
    world.advance(timedelta(days=2))
    assert left(world) == ["03 08:00"]
    touch = world.episode().touches[1]
    assert (touch.due, touch.at) == (in_kyiv("08:00", 3), in_kyiv("08:00", 3))
    assert [(c.passed, c.seen) for c in touch.checks if c.name == "email hour"] == [(True, "08:00 in Europe/Kyiv")]
    assert [c.seen for c in touch.checks if c.name == "not too late"] == ["0 s after due"]
    assert world.outstanding() == []


def test_by_day_it_leaves_at_once(shop: Reports) -> None:
    world = a_world()
    abandoned(world, shop, in_kyiv("19:58"), who(ANNA))
    world.advance(timedelta(days=1))
    assert left(world)[0] == "02 20:58"


def test_the_next_step_waits_too_and_the_gap_is_kept_from_when_the_first_left(shop: Reports) -> None:
    steps = tuple(Step(delay=n * 6 * HOUR, channels=(Channel.EMAIL,)) for n in range(2))
    world = a_world(steps=steps, gap=6 * HOUR)
    abandoned(world, shop, in_kyiv("22:00"), who(ANNA))
    abandoned(world, shop, in_kyiv("11:00", 3), who(BOHDAN), "c2")
    world.advance(timedelta(days=4))
    assert left(world) == ["03 08:00", "03 12:00", "03 14:00", "03 18:00"]


def test_a_step_after_one_of_the_evening_waits_for_the_morning(shop: Reports) -> None:
    steps = tuple(Step(delay=n * 6 * HOUR, channels=(Channel.EMAIL,)) for n in range(2))
    world = a_world(steps=steps, gap=6 * HOUR)
    abandoned(world, shop, in_kyiv("19:00"), who(ANNA))
    world.advance(timedelta(days=4))
    assert left(world) == ["02 20:00", "03 08:00"]


def test_a_shop_that_answers_for_it_has_no_quiet_hours(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, quiet_hours={Channel.SMS: USUAL_QUIET_HOURS[Channel.SMS]})
    abandoned(world, shop, in_kyiv("23:00"), who(ANNA))
    world.advance(timedelta(days=1))
    assert left(world) == ["03 00:00"]
    assert [c.seen for c in world.episode().touches[1].checks if c.name == "email hour"] == ["no quiet hours"]


# -- Whose night? --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        (who(ANNA, Address(Channel.SMS, "+819012345678"), zone=NEW_YORK), NEW_YORK),
        (who(ANNA, Address(Channel.SMS, "+819012345678")), "Asia/Tokyo"),
        (who(ANNA, Address(Channel.SMS, "+12125550123")), KYIV),
        (who(ANNA), KYIV),
    ],
    ids=["as the shop reported it", "by the phone's country", "a country of several zones tells nothing", "the shop's own"],
)
def test_the_zone_is_the_shoppers_as_far_as_anything_tells_it(shop: Reports, said: ev.Person, zone: str) -> None:
    world = a_world(steps=ONE_EMAIL)
    abandoned(world, shop, datetime(2026, 3, 2, 12, tzinfo=UTC), said)
    abandoned(world, shop, datetime(2026, 3, 3, 0, tzinfo=UTC), said, "c2")
    world.advance(timedelta(days=2))
    headers = [world.episode(cart).header for cart in ("c1", "c2")]
    assert [header.time_zone for header in headers if header] == [zone, zone]
    hours = [message.at.astimezone(ZoneInfo(zone)).hour for message in world.messages]
    assert len(hours) == 2
    assert all(8 <= hour < 21 for hour in hours)


def test_the_zone_of_the_declaration_stays_also_when_the_shopper_travels(shop: Reports) -> None:
    """As the addresses do: an episode follows what was known when it began."""
    world = a_world(steps=ONE_EMAIL)
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA, zone=KYIV))
    world.advance(in_kyiv("23:00"))
    late = replace(shop.identified("c1", in_kyiv("20:00"), who(zone=NEW_YORK)), at=in_kyiv("20:30"))
    world.record(late)
    world.advance(timedelta(days=1))
    header = world.episode().header
    assert header
    assert header.time_zone == KYIV
    assert left(world) == ["03 08:00"]


# -- Whatever wakes ------------------------------------------------------------------------------------------------------


def test_a_wake_that_comes_at_night_does_not_send(shop: Reports) -> None:
    """Sweep was down in the evening: what it finds at eleven waits for eight."""
    world = a_world(steps=ONE_EMAIL, give_up=3 * HOUR)
    abandoned(world, shop, in_kyiv("19:00"), who(ANNA))
    world.clock.at = in_kyiv("23:00")
    world.sweep()
    world.deliver()
    assert [attended.outcome for _, attended in world.outcomes] == ["quiet hours of email, until 2026-03-03 06:00"]
    assert world.messages == []
    assert world.contact(ANNA).sends == {}
    world.advance(timedelta(days=1))
    assert left(world) == ["03 08:00"]


def test_what_waited_by_day_longer_than_give_up_is_skipped_as_before(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, give_up=3 * HOUR)
    abandoned(world, shop, in_kyiv("15:59"), who(ANNA))
    world.clock.at = in_kyiv("20:01")
    world.sweep()
    world.deliver()
    assert world.touches() == {1: ("skipped", "not too late")}


def test_a_message_that_was_not_accepted_in_the_evening_is_tried_again_in_the_morning(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, give_up=HOUR)
    abandoned(world, shop, in_kyiv("19:57"), who(ANNA))
    world.mailer.failure = Throttled("slow down")
    world.advance(in_kyiv("20:57"))
    world.mailer.failure = None
    world.advance(timedelta(days=1))
    assert left(world) == ["03 08:00"]
    assert world.touches() == {1: ("sent", "accepted")}


def test_a_purchase_or_a_no_at_night_stops_what_waits(shop: Reports) -> None:
    world = a_world()
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA))
    abandoned(world, shop, in_kyiv("20:30"), who(BOHDAN), "c2")
    world.advance(in_kyiv("23:00"))
    world.record(shop.ordered("c1", in_kyiv("22:59")))
    world.record(shop.identified("c2", in_kyiv("22:59"), person(BOHDAN, granted=False, said_at=in_kyiv("22:59"))))
    world.advance(timedelta(days=3))
    assert world.messages == []
    assert broken_by_history(world) == broken_at_rest(world) == []


def test_once_an_episode_is_over_its_steps_end_at_night_as_well(shop: Reports) -> None:
    world = a_world()
    abandoned(world, shop, in_kyiv("18:00"), who(ANNA))
    world.advance(in_kyiv("23:00"))
    world.record(shop.ordered("c1", in_kyiv("22:59")))
    world.attend(world.outstanding()[0])
    assert world.touches() == {1: ("sent", "accepted"), 2: ("skipped", "episode still open")}


def test_the_control_group_waits_like_the_others(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, holdout=1000)
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA))
    world.advance(timedelta(days=1))
    assert world.touches() == {1: ("held", "control group")}
    assert world.episode().touches[1].at == in_kyiv("08:00", 3)


def test_rearming_at_night_arms_the_morning(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL)
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA))
    world.advance(in_kyiv("23:00"))
    world.lose_timers()
    assert [timer.due for timer in world.rearm()] == [in_kyiv("08:00", 3)]


# -- Which channel? ------------------------------------------------------------------------------------------------------


def test_the_hour_does_not_change_the_channel(shop: Reports) -> None:
    """A text is preferred, and quiet since eight; mail would be allowed until nine."""
    world = a_world(steps=(Step(delay=timedelta(0), channels=BOTH[::-1]),))
    abandoned(world, shop, in_kyiv("19:15"), who(ANNA, ANNA_PHONE))
    world.advance(in_kyiv("23:00"))
    assert world.messages == []
    assert world.episode().chosen == {}
    world.advance(timedelta(days=1))
    assert left(world) == ["03 09:00"]
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA_PHONE)]
    assert world.person(ANNA_PHONE).sends[TouchId("c1", 1, 1)].to == address_hash(SHOP, ANNA_PHONE)
    assert world.episode().touches[1].due == in_kyiv("09:00", 3)


def test_the_second_channel_waits_for_its_own_morning(shop: Reports) -> None:
    world = a_world(steps=(Step(delay=timedelta(0), channels=BOTH),), cap=2, gap=timedelta(hours=1))
    abandoned(world, shop, in_kyiv("12:00"), who(ANNA), "bounces")
    world.advance(in_kyiv("13:30"))
    world.feedback(TouchId("bounces", 1, 1), ANNA, DeliveryEvent.BOUNCED)
    abandoned(world, shop, in_kyiv("19:30"), who(ANNA, ANNA_PHONE))
    world.advance(timedelta(days=1))
    assert left(world) == ["02 13:00", "03 09:00"]
    assert world.messages[-1].contact == address_hash(SHOP, ANNA_PHONE)


def test_what_happens_at_night_decides_the_channel_in_the_morning(shop: Reports) -> None:
    """Nothing is bound while it waits."""
    world = a_world(steps=(Step(delay=timedelta(0), channels=BOTH),))
    abandoned(world, shop, in_kyiv("12:00"), who(ANNA), "bounces")
    abandoned(world, shop, in_kyiv("20:30"), who(ANNA, ANNA_PHONE))
    world.advance(in_kyiv("23:00"))
    world.feedback(TouchId("bounces", 1, 1), ANNA, DeliveryEvent.BOUNCED)
    world.advance(timedelta(days=1))
    assert left(world) == ["02 13:00", "03 09:00"]
    assert world.messages[-1].contact == address_hash(SHOP, ANNA_PHONE)


def test_quiet_hours_of_any_length_leave_a_minute_of_the_day(shop: Reports) -> None:
    world = a_world(steps=ONE_EMAIL, quiet_hours={Channel.EMAIL: QuietHours(time(12), time(8))})
    abandoned(world, shop, after(hours=1), who(ANNA))
    world.advance(timedelta(days=1))
    assert left(world) == ["03 08:00"]

"""Nobody is bothered at night whatever dies, wherever it dies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rebasket.domain.shops.policy import USUAL_QUIET_HOURS, Step
from tests.doubles import address_hash
from tests.faults import Crash, Fault, Faults, Journal, watched
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, ONE_EMAIL, SHOP, START, Reports, a_shop
from tests.unit.usecases.reminding.nights import BOTH, HOUR, KYIV, NEW_YORK, in_kyiv, who
from tests.world import World


def a_night(journal: Journal) -> World:
    """Two shoppers on two sides of the ocean, due in the evening and over the night when clocks are put forward."""
    rules = {"steps": (Step(delay=timedelta(0), channels=BOTH), Step(delay=6 * HOUR, channels=BOTH)), "gap": 6 * HOUR}
    shop_there = replace(a_shop(**rules, quiet_hours=USUAL_QUIET_HOURS), time_zone=KYIV)
    world = World(shop_there, wrap=partial(watched, journal=journal))
    world.expect_errors = True
    world.clock.at = in_kyiv("12:00", 28)
    world.timers.advance(world.clock())
    shop = Reports()
    events = [
        shop.updated("c1", in_kyiv("13:57", 28), who=who(ANNA, ANNA_PHONE)),
        shop.updated("c2", in_kyiv("23:30", 28), who=who(BOHDAN, zone=NEW_YORK)),
    ]
    for event in events:
        _until_done(lambda event=event: world.leap(event.at))
        _until_done(lambda event=event: world.record(event))
    _until_done(lambda: world.leap(START + timedelta(days=30)))
    return world


def _until_done(do: Any) -> None:  # noqa: ANN401  # anything to call
    while True:
        try:
            do()
        except Crash:
            continue
        return


NIGHTS = {address_hash(SHOP, ANNA): KYIV, address_hash(SHOP, ANNA_PHONE): KYIV, address_hash(SHOP, BOHDAN): NEW_YORK}


def at_night(world: World) -> list[str]:
    """Messages at an hour when their channel is quiet: here a text is, too, when a mail would be."""
    return [
        f"{message.touch} at {local:%d %H:%M}"
        for message in world.messages
        if not 8 <= (local := message.at.astimezone(ZoneInfo(NIGHTS[message.contact]))).hour < 21
    ]


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER, Fault.LOST])
def test_whatever_dies_wherever_it_dies_nobody_is_bothered_at_night(fault: Fault) -> None:
    calls = (calm := Journal()).calls
    assert len(a_night(calm).messages) == 4
    for n, call in enumerate(calls):
        if fault is Fault.LOST and call.rsplit(".", 1)[-1] not in {"put", "record"}:
            continue
        world = a_night(Faults(plan={n: fault}))
        assert at_night(world) == broken_by_history(world) == broken_at_rest(world) == [], (n, call)


def test_the_watch_for_the_night_can_bark() -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.report_at(Reports().updated("c1", in_kyiv("22:00"), who=who(ANNA)))
    world.advance(timedelta(hours=2))
    assert at_night(world) == ["c1#1#1 at 02 23:00"]

"""Whoever counts touches is told of each once, however often a wake comes to it."""

from dataclasses import replace
from datetime import timedelta

from rebasket.domain.reminders.episode import TouchState
from tests.samples import ANNA, ONE_EMAIL, Reports, a_shop, person
from tests.world import World


def test_each_recorded_touch_is_told_once(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    told: list[TouchState] = []
    follow_up = world.process_timer.follow_up
    counting = replace(follow_up, send_step=replace(follow_up.send_step, tally=told.append))
    world.process_timer = replace(world.process_timer, follow_up=counting)
    world.record(shop.updated(who=person(ANNA)))
    world.advance(timedelta(days=2))
    assert told == [TouchState.SENT]

    first, _ = world.outcomes[0]
    world.process_timer(first)  # the same record again, as a stream may deliver it
    assert told == [TouchState.SENT]

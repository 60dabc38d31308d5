"""A wake that goes wrong holds up no other, and nothing is lost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from rebasket.domain.carts.timer import Timer
from rebasket.usecases.reminding.process_timer import ATTEMPTS
from tests.faults import Broken, Fault, Faults, watched
from tests.samples import ANNA, BOHDAN, MINUTE, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.world import World


class Poisoned:
    """A world in which every wake of one cart goes wrong while `ill`."""

    def __init__(self) -> None:
        self.ill = True
        self.world = World(a_shop(steps=ONE_EMAIL))
        self.world.expect_errors = True
        healthy = self.world.carts.get

        def get(shop: str, cart: str) -> object:
            if self.ill and cart == "poisoned":
                raise Broken(cart)
            return healthy(shop, cart)

        object.__setattr__(self.world.carts, "get", get)

    def record(self, shop: Reports) -> None:
        self.ill = False
        self.world.record(shop.updated("poisoned", START, who=person(ANNA)))
        self.world.record(shop.updated("healthy", START, who=person(BOHDAN)))
        self.ill = True


def test_it_holds_up_no_other_timer(shop: Reports) -> None:
    poisoned = Poisoned()
    poisoned.record(shop)
    poisoned.world.advance(timedelta(hours=1))
    assert [message.cart for message in poisoned.world.messages] == ["healthy"]


def test_it_is_tried_again_with_doubling_waits_and_then_buried_whole(shop: Reports) -> None:
    poisoned = Poisoned()
    poisoned.record(shop)
    poisoned.world.advance(timedelta(days=2))
    tries = [timer for timer, attended in poisoned.world.outcomes if attended.error]
    assert [timer.attempt for timer in tries] == list(range(ATTEMPTS))
    waits = [(b.due - a.due) // MINUTE for a, b in itertools.pairwise(tries)]
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    ((dead_lettered, why),) = poisoned.world.dead_letter_queue.dead_lettered
    assert (dead_lettered.shop, dead_lettered.cart, dead_lettered.generation) == (SHOP, "poisoned", 1)
    assert why == "Broken", "the kind alone: what the message of an error holds, nobody knows"
    assert poisoned.world.outcomes[-1][1].dead_lettered
    assert poisoned.world.outstanding() == []


def test_once_it_is_well_again_the_reminder_goes_out(shop: Reports) -> None:
    poisoned = Poisoned()
    poisoned.record(shop)
    poisoned.world.advance(after(hours=1, minutes=3))
    poisoned.ill = False
    poisoned.world.advance(timedelta(hours=1))
    assert [(m.cart, m.at) for m in poisoned.world.messages] == [
        ("healthy", after(hours=1)),
        ("poisoned", after(hours=1, minutes=6)),
    ]


def test_a_buried_timer_that_is_put_back_goes_on_where_it_was(shop: Reports) -> None:
    poisoned = Poisoned()
    poisoned.record(shop)
    poisoned.world.advance(after(hours=6))
    poisoned.ill = False
    ((dead_lettered, _),) = poisoned.world.dead_letter_queue.dead_lettered
    poisoned.world.timers.arm(replace(dead_lettered, attempt=0, due=after(hours=6, minutes=2)))
    poisoned.world.advance(timedelta(hours=1))
    assert [message.cart for message in poisoned.world.messages] == ["healthy", "poisoned"]


@pytest.mark.parametrize("port", ["MemoryTimers.arm", "MemoryDeadLetters.dead_letter"])
def test_if_even_that_fails_the_record_comes_back(port: str) -> None:
    """The error passes on, so the stream delivers the record again."""
    faults = Faults()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
    timer = Timer(shop=SHOP, cart="c1", generation=1, due=START, attempt=0 if "arm" in port else ATTEMPTS - 1)
    faults.plan = {0: Fault.ERROR, 1: Fault.ERROR}
    with pytest.raises(Broken):
        world.attend(timer)
    assert faults.calls[-1] == port


def test_an_error_behind_the_gate_never_leads_to_a_second_request(shop: Reports) -> None:
    """The record of a message that went out fails; the next wakes find the claim, wait, and say unknown."""
    faults = Faults()
    world = World(a_shop(steps=ONE_EMAIL), wrap=partial(watched, journal=faults))
    world.expect_errors = True
    world.record(shop.updated(who=person(ANNA)))
    world.clock.at = after(hours=1)
    wake = world.outstanding()[0]
    sends = []
    original = world.mailer.send

    def send(email: object) -> str:
        sends.append(email)
        answer = original(email)  # type: ignore[arg-type]  # an e-mail
        faults.plan[len(faults.calls)] = Fault.ERROR
        return answer

    object.__setattr__(world.mailer, "send", send)
    world.attend(wake)
    assert faults.met == ["error before the effect: MemoryEpisodes.record"]
    world.advance(timedelta(days=1))
    assert len(sends) == 1
    assert world.touches() == {1: ("unknown", "whoever claimed it never said how it ended")}


def test_no_time_left_is_noted_like_an_error(shop: Reports) -> None:
    world = World(a_shop(steps=ONE_EMAIL))
    world.record(shop.updated(who=person(ANNA)))
    (timer,) = world.outstanding()
    attended = world.process_timer.again(timer, TimeoutError("no time left"))
    assert (attended.outcome, attended.dead_lettered) == ("again in 0:02:00", False)
    assert {(t.due, t.attempt) for t in world.outstanding()} == {(timer.due, 0), (after(minutes=2), 1)}

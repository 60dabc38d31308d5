"""When the simulator calls a step late: what it may wait for, and what it may not."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rebasket.domain.carts.cart import Cart, Declared
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders.episode import EpisodeRef, Touch, TouchState
from rebasket.domain.shops.policy import Step
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket.domain.shops.sms_limits import beginning
from tests.samples import ANNA_PHONE, SHOP, a_header, a_policy
from tests.simulation.entries import Pause
from tests.simulation.invariants_at_rest import InvariantsAtRest
from tests.simulation.kernel import DAY, MINUTE, ROUNDS, START, Broken, millis
from tests.simulation.promises import POISON
from tests.simulation.setup import Setup
from tests.simulation.world import World

DUE = START.replace(hour=9) + timedelta(days=1)
REF = EpisodeRef(shop=SHOP, day=f"{START:%Y-%m-%d}", cart="c1", generation=1)
MAIL, BOTH = (Channel.EMAIL,), (Channel.EMAIL, Channel.SMS)
AFTERNOON = {Channel.SMS: QuietHours.parse("12:00-18:00")}
ROUNDS_AND_A_BIT = timedelta(milliseconds=ROUNDS, minutes=4)


class Judged:
    """One episode of two steps, of whose second it is asked whether it ended in time."""

    def __init__(self, *first: Channel) -> None:
        steps = (Step(delay=timedelta(0), channels=first), Step(delay=timedelta(hours=4), channels=MAIL))
        policy = a_policy(steps=steps, gap=timedelta(hours=4), quiet_hours=AFTERNOON)
        world = World(Setup(seed=1))
        self.ledger, self.episodes, self.carts = world.ledger, world.stores.episodes, world.stores.carts
        world.stores.shop_ids = ()
        self.invariants_at_rest = InvariantsAtRest(world.ledger, world.stores, lambda _ref: policy)
        self.ledger.declared[REF] = millis(DUE)
        contacts = {Channel.EMAIL: "m", Channel.SMS: f"{SHOP}:sms:{ANNA_PHONE.value}"}
        self.episodes.head(REF, a_header(DUE, contacts=contacts))
        self.ends(1, DUE, DUE)

    def ends(self, step: int, due: datetime, at: datetime) -> None:
        self.episodes.record(REF, step, Touch(state=TouchState.SKIPPED, why="", at=at, due=due))
        self.ledger.recorded[REF, step] = millis(at)

    def second_step(self, *, late: timedelta, due: timedelta = timedelta(hours=4)) -> None:
        """Judge it, all faults having stopped long before."""
        self.ends(2, DUE + due, DUE + due + late)
        self.judge()

    def judge(self) -> None:
        self.invariants_at_rest.judge(millis(DUE) - DAY, frozenset())


def test_a_step_that_ends_within_minutes_is_in_time() -> None:
    Judged(*MAIL).second_step(late=timedelta(minutes=4))


def test_a_step_that_takes_longer_breaks_the_promise() -> None:
    with pytest.raises(Broken, match=POISON):
        Judged(*MAIL).second_step(late=timedelta(minutes=6))


def test_a_step_may_wait_for_one_that_waits_for_another_channels_quiet_hours() -> None:
    Judged(*BOTH).second_step(late=timedelta(hours=5, minutes=4))  # due at 13:00; texts may leave again at 18:00


def test_that_is_no_excuse_for_longer() -> None:
    with pytest.raises(Broken, match=POISON):
        Judged(*BOTH).second_step(late=timedelta(hours=5, minutes=6))


def test_a_step_may_wait_for_the_end_of_an_hour_without_a_text_left() -> None:
    judged = Judged(*MAIL)
    judged.ledger.full(SHOP, beginning(ANNA_PHONE), DUE + timedelta(hours=4))
    judged.second_step(late=timedelta(hours=1, minutes=4))


@pytest.mark.parametrize("number", ["3805999", "4930000"])
def test_but_not_for_other_numbers_hours(number: str) -> None:
    judged = Judged(*MAIL)
    judged.ledger.full(SHOP, number, DUE + timedelta(hours=4))
    with pytest.raises(Broken, match=POISON):
        judged.second_step(late=timedelta(hours=1, minutes=4))


def test_what_the_stream_forgot_waits_for_the_operators_round() -> None:
    forgotten = Judged(*MAIL)
    forgotten.ledger.forgotten.add((SHOP, REF.cart, REF.generation))
    forgotten.second_step(late=ROUNDS_AND_A_BIT)
    with pytest.raises(Broken, match=POISON):
        Judged(*MAIL).second_step(late=ROUNDS_AND_A_BIT)


@pytest.mark.parametrize(("minutes", "fine"), [(-40, False), (-14, True), (1, True)])
def test_a_step_may_wait_behind_one_that_looks_again_after_a_pause(*, minutes: int, fine: bool) -> None:
    judged, due = Judged(*MAIL), millis(DUE + timedelta(hours=4))
    judged.ledger.pauses[SHOP].append(Pause(since=due - DAY, until=due + minutes * MINUTE))
    with nullcontext() if fine else pytest.raises(Broken, match=POISON):
        judged.second_step(late=timedelta(minutes=6))


@pytest.mark.parametrize(("forgotten", "generation", "fine"), [(True, 2, True), (True, 1, False), (False, 2, False)])
def test_a_step_is_out_of_reach_when_stream_and_cart_forgot_it(*, forgotten: bool, generation: int, fine: bool) -> None:
    judged = Judged(*MAIL)
    later = Declared(generation=generation, day=REF.day, at=DUE, due=DUE, value=1990)
    judged.carts.put(replace(Cart.blank(SHOP, REF.cart), version=1, episodes=(later,)))
    if forgotten:
        judged.ledger.forgotten.add((SHOP, REF.cart, REF.generation))
    with nullcontext() if fine else pytest.raises(Broken, match="pending for ever"):
        judged.judge()

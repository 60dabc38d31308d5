"""The core's small worlds, state by state: a part of them here, all of them in `make simulate`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.cart import Cart
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import Contact, Send, SendState, TouchId
from tests.simulation.kernel import START
from tests.simulation.planted import BUGS
from tests.simulation.states.catalogue import WORLDS
from tests.simulation.states.hunting import OWNER, WHERE, hunt
from tests.simulation.states.interning import Interned
from tests.simulation.states.parts import IDLE, MAIL, a_shop, buys, fills
from tests.simulation.states.program import Call, Done, Programs, Raises, Work
from tests.simulation.states.search import explore
from tests.simulation.states.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

QUICK = ("twice", "midnight", "errors", "rearm", "late name")
FOUND_SOON = (
    "one clock in the gate: the shop's",
    "one clock in the gate: ours",
    "the cart is written before the contacts",
    "an address that is named after the purchase is not stamped",
    "the control group bypasses the gate",
    "LEAD is too short",
    "the cart is put before its timer is armed",
    "the successor is armed after the send, and not when its answer was unclear",
    "what was released is not armed again",
    "generations are not kept on the cart",
    "an error in a wake is swallowed",
    "declaring overwrites what came meanwhile",
    OWNER,
    "a request without a clear answer is tried again",
    "the lease is ignored: another wake's claim is taken over",
    "the lease is shorter than its owner lives",
    "a claim whose owner died is sent again",
    "the cost is booked before the outcome",
)


@pytest.mark.parametrize("name", QUICK)
def test_every_state_of_a_small_world_keeps_the_promises(name: str) -> None:
    found = explore(WORLDS[name])
    assert found.broken is None, "\n".join([found.broken or "", *found.trace])
    assert found.whole
    assert found.rests > 0


@pytest.mark.parametrize("bug", FOUND_SOON)
def test_a_planted_bug_is_found(bug: str) -> None:
    found = hunt(bug, most=20_000)
    assert found.states is not None
    assert found.trace


def test_each_hunted_bug_is_one_that_seeds_hunt_too_and_has_a_world() -> None:
    assert set(WHERE) <= {*BUGS, OWNER}
    assert set(WHERE.values()) <= set(WORLDS)


def test_the_trace_of_a_broken_promise_is_short_and_the_same_every_time() -> None:
    one, other = hunt("the cart is put before its timer is armed"), hunt("the cart is put before its timer is armed")
    assert one == other
    assert [line.split()[1:4] for line in one.trace] == [["fill", "A", call] for call in _calls(one.trace)]
    assert one.trace[-1].endswith("→ True then CRASH")


def _calls(trace: Sequence[str]) -> list[str]:
    return [line.split()[3] for line in trace]


def test_a_search_stops_at_its_bound_and_says_that_it_did_not_see_all() -> None:
    found = explore(WORLDS["crash"], 500)
    assert not found.whole
    assert 500 < found.states < 600


def test_without_any_fault_there_is_one_way_and_it_ends() -> None:
    world = World(name="calm", about="nothing goes wrong", shop=a_shop(), entries=(fills("fill", "A", 0, MAIL),))
    found = explore(world)
    assert (found.broken, found.whole, found.rests) == (None, True, 2)  # before the cart is told of, and after its reminder
    assert found.states == found.transitions + 1


def test_a_world_may_hold_more_than_one_order_of_things() -> None:
    bought = buys("buy", "A", IDLE, MAIL, at=IDLE)
    world = World(name="race", about="", shop=a_shop(), entries=(fills("fill", "A", 0, MAIL), bought))
    found = explore(world)
    assert found.broken is None
    assert found.transitions > found.states


def test_a_process_is_its_work_and_its_answers() -> None:
    programs = Programs(a_shop())
    fill = fills("fill", "A", 0, MAIL).work
    process = programs.begin(fill, "o0")
    assert process == programs.begin(Work(fill.kind, fill.subject), "o0")
    first = programs.next(process)
    assert isinstance(first, Call)
    assert (first.name, first.given) == ("carts.get", ("aster", "A"))
    absent, now, done = (programs.answers.number(answer) for answer in (None, START, True))
    calls = []
    for answer in (absent, now, absent, absent, done):
        process = programs.answered(process, answer)
        step = programs.next(process)
        calls.append(step.name if isinstance(step, Call) else step)
    assert calls[:-1] == ["clock", "timers.arm", "contacts.link", "carts.put"]
    assert isinstance(calls[-1], Done)


def test_a_process_may_be_answered_with_an_error() -> None:
    programs = Programs(a_shop())
    process = programs.begin(fills("fill", "A", 0).work, "o0")
    ended = programs.next(programs.answered(process, programs.answers.number(Raises(OSError("gone")))))
    assert isinstance(ended, Done)
    assert isinstance(ended.error, OSError)


def test_equal_things_have_one_number_however_they_are_made() -> None:
    numbers, touch = Interned(), TouchId("A", 1, 1)
    send = Send(state=SendState.CLAIMED, owner="o", at=START, attempt=1, day="2026-03-02")
    contact = Contact(shop="s", key="k", channel=Channel.EMAIL, sends={touch: send})
    assert numbers.number(contact) == numbers.number(replace(contact, sends=dict(contact.sends)))
    assert numbers.number(contact) != numbers.number(replace(contact, sends={touch: replace(send, owner="p")}))
    assert numbers.number(True) != numbers.number(1)
    assert numbers.number(Cart.blank("s", "A")) == numbers.number(Cart.blank("s", "A"))
    assert numbers.number(START) != numbers.number(START + timedelta(seconds=1))
    assert numbers[numbers.number(Address(Channel.EMAIL, "a@example.com"))].value == "a@example.com"

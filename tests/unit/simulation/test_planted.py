"""The planted bugs: that they are there, that they are gone afterwards, and that those that show soon are found."""

from __future__ import annotations

import pytest

from rebasket.usecases.timers.rearm import Rearm
from tests.simulation.campaign import hunt
from tests.simulation.planted import BUGS, planted
from tests.simulation.promises import PROMISES

SOON = 12


def test_there_are_enough_of_them() -> None:
    assert len(BUGS) >= 40


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_changes_the_code_and_is_gone_afterwards(name: str) -> None:
    places = [(whose, what, vars(whose)[what]) for whose, what, _ in BUGS[name]()]
    with planted(name):
        assert any(vars(whose)[what] is not was for whose, what, was in places)
    assert all(vars(whose)[what] is was for whose, what, was in places)


def test_a_planted_bug_is_gone_after_an_error_too() -> None:
    was = Rearm.__call__
    with pytest.raises(KeyError), planted("rearm arms nothing"):
        raise KeyError
    assert Rearm.__call__ is was


@pytest.mark.parametrize(
    "name",
    [
        "the lease is ignored: another wake's claim is taken over",
        "the gate does without the contact's version",
        "a stop is not looked at",
        "a claim whose owner died is sent again",
        "purchases on other carts do not count",
        "the purchase is not stamped on the contacts",
        "the cart is written before the contacts",
        "what was sent is forgotten within the cap's window",
        "following an opt-out link without pressing the button opts out",
        "an episode is filed under the day of its wake",
        "an error in a wake is swallowed",
        "TTL is taken as punctual: nothing sweeps",
        "an event is acknowledged though its write was refused",
        "the cost is booked before the outcome",
        "feedback overwrites what was recorded",
        "an opt-out at one shop counts at the others",
        "a message's cost is counted twice",
        "what was held back counts as sent",
        "what was paid back is not taken off in the books",
    ],
)
def test_bugs_that_show_soon_are_found(name: str) -> None:
    found = hunt(name, most=SOON)
    assert found.seeds is not None
    assert found.promise in PROMISES

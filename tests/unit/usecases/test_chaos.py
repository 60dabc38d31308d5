"""Any shop's traffic, told in any order and late, with anything going wrong anywhere: the promises hold.

Run it for longer: pytest --hypothesis-profile=explore tests/unit/usecases/test_chaos.py
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from rebasket.domain.carts import events as ev
from rebasket.domain.errors import Rejected, Throttled
from rebasket.domain.money import Money
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.doubles import address_hash
from tests.faults import Fault, Faults, watched
from tests.promises import broken_at_rest, broken_by_history
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, SHOP, START, a_line, a_shop, person
from tests.stories import Moment, live
from tests.world import World

if TYPE_CHECKING:
    from datetime import datetime

MINUTES = st.integers(0, 40 * 60)
CARTS = st.sampled_from(["A", "B", "C"])
WHO = st.sampled_from([ev.Person(), person(ANNA), person(ANNA, ANNA_PHONE), person(BOHDAN, granted=None)])
NO_WORD = st.sampled_from([DeliveryEvent.BOUNCED, DeliveryEvent.COMPLAINED])


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does at `minute`; told `late` minutes after."""

    minute: int
    late: int
    kind: str
    cart: str
    who: ev.Person


def event_of(act: Act, number: int) -> ev.Event | None:
    at = START + timedelta(minutes=act.minute)
    said = {"id": f"e{number}", "shop": SHOP, "cart": act.cart, "at": at, "person": act.who}
    match act.kind:
        case "update":
            return ev.CartUpdated(**said, lines=(a_line(),))  # type: ignore[arg-type]  # `said` is the envelope
        case "empty":
            return ev.CartUpdated(**said, lines=())  # type: ignore[arg-type]  # what all events take
        case "address_hash":
            return ev.ContactIdentified(**said)  # type: ignore[arg-type]  # what all events take
        case "order":
            return ev.OrderPlaced(**said, order=f"o{act.cart}", total=Money(100, "EUR"))  # type: ignore[arg-type]  # what all events take
        case "delete":
            return ev.CartDeleted(**said)  # type: ignore[arg-type]  # what all events take
        case _:
            return None


def no_by_link(world: World, cart: str) -> None:
    touch = TouchId(cart, 1, 1)
    if world.links_of(touch) and world.contacts.get_item(SHOP, address_hash(SHOP, ANNA)):
        world.opt_out(touch)


def bad_word(world: World, cart: str) -> None:
    sent = next((m for m in world.messages if m.cart == cart and m.contact == address_hash(SHOP, ANNA)), None)
    if sent and sent.touch:
        world.feedback(sent.touch, ANNA, DeliveryEvent.COMPLAINED)


def slow_down(world: World, _: str) -> None:
    world.mailer.failure = Throttled("slow down")


def refuse(world: World, _: str) -> None:
    world.mailer.failure = Rejected("BadRequestException")


def again(world: World, _: str) -> None:
    """The stream brings a record that was done with."""
    if world.outcomes:
        world.attend(world.outcomes[-1][0])


def lost(world: World, _: str) -> None:
    """All that the stream holds is forgotten; the operator rearms."""
    world.lose_timers()
    world.rearm()


OTHER = {"link": no_by_link, "complaint": bad_word, "throttle": slow_down, "reject": refuse, "redeliver": again, "rearm": lost}

acts = st.builds(
    Act,
    minute=MINUTES,
    late=st.just(0) | st.integers(0, 300),
    kind=st.sampled_from(["update"] * 5 + ["order"] * 2 + ["empty", "address_hash", "delete", *OTHER]),
    cart=CARTS,
    who=WHO,
)


def moment(act: Act, number: int) -> Moment:
    told: datetime = START + timedelta(minutes=act.minute + act.late)
    event = event_of(act, number)
    if event is None:
        return Moment(told, act.kind, lambda world: OTHER[act.kind](world, act.cart))
    return Moment(told, act.kind, lambda world: world.record(event))


faults = st.dictionaries(st.integers(0, 250), st.sampled_from(Fault), max_size=5)


@settings(max_examples=max(150, settings().max_examples))
@given(st.lists(acts, min_size=1, max_size=10), faults, st.sampled_from([0, 500]), st.integers(1, 3))
def test_whatever_happens_the_promises_hold(story: list[Act], plan: dict[int, Fault], holdout: int, cap: int) -> None:
    moments = sorted((moment(act, number) for number, act in enumerate(story)), key=lambda m: m.at)
    world = World(a_shop(holdout=holdout, cap=cap), wrap=partial(watched, journal=Faults(plan=dict(plan))))
    world.expect_errors = True
    live(world, moments)
    assert broken_by_history(world) == []
    assert broken_at_rest(world) == []

"""Stories that a world lives through: what happens outside, at which time. What goes wrong is the test's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.faults import Broken, Crash
from tests.samples import ANNA, ANNA_PHONE, BOHDAN, START, Reports, a_line, after, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.world import World

AT_REST = START + timedelta(days=6)
"""When nothing is due any more in any of the stories."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that somebody outside does, and repeats until it is acknowledged."""

    at: datetime
    what: str
    do: Callable[[World], object]


def live(world: World, story: list[Moment]) -> None:
    """Live through it, to its rest: whatever dies is tried again by whoever waits for it (the shop, the shopper, the stream)."""
    for moment in story:
        _until_done(lambda at=moment.at: world.leap(at))  # type: ignore[misc]  # mypy cannot infer a default's type
        _until_done(lambda do=moment.do: do(world))  # type: ignore[misc]  # the same
    _until_done(lambda: world.leap(AT_REST))


def _until_done(do: Callable[[], object]) -> None:
    while True:
        try:
            do()
        except (Crash, Broken):  # to try again is the point
            continue
        return


def a_whole_life() -> list[Moment]:
    """Two shoppers, five carts: mails, texts, a return, a purchase on another device, a no, a bounce, a refund, a late event."""
    shop = Reports()
    first = TouchId("bohdans", 1, 1)
    events = [
        shop.updated("annas", START, a_line("a", 2), who=person(ANNA, ANNA_PHONE)),
        shop.updated("bohdans", after(minutes=5), who=person(BOHDAN)),
        shop.checkout("annas", after(minutes=30)),
        shop.updated("empty", after(minutes=40), empty=True),
        shop.added("annas", after(hours=5), a_line("b")),
        shop.updated("phone", after(hours=6), who=person(ANNA_PHONE)),
        shop.updated("late", after(hours=1), who=person(BOHDAN)),
        shop.ordered("phone", after(hours=29, minutes=30), who=person(ANNA)),
        shop.refunded("phone", after(hours=40), minor=500),
    ]
    told = [START, *(event.at for event in events[1:6]), after(hours=7), *(event.at for event in events[7:])]
    moments = [
        Moment(at, type(event).__name__, lambda world, event=event: world.record(event))  # type: ignore[misc]  # the same
        for at, event in zip(told, events, strict=True)
    ]
    moments.append(Moment(after(hours=8), "bounce", lambda world: _bounce(world, TouchId("annas", 1, 1))))
    moments.append(Moment(after(hours=9), "no", lambda world: _opt_out(world, first)))
    return sorted(moments, key=lambda moment: moment.at)


def _opt_out(world: World, touch: TouchId) -> None:
    """Whether or not the message arrived: a link that is stored can be followed."""
    if world.links_of(touch):
        world.opt_out(touch)


def _bounce(world: World, touch: TouchId) -> None:
    """If there was something to bounce."""
    if any(message.touch == touch for message in world.messages):
        world.feedback(touch, ANNA, DeliveryEvent.BOUNCED)

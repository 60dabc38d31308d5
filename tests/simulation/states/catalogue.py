"""The small worlds: each a corner of the protocol, with as many faults as its states can be counted with."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.sending.delivery_events import DeliveryEvent
from tests.simulation.kernel import START
from tests.simulation.states.parts import (
    IDLE,
    MAIL,
    PHONE,
    a_shop,
    agrees,
    buys,
    erases,
    fills,
    opts_out,
    pays_back,
    rearms,
    steps,
    tells_who,
)
from tests.simulation.states.world import Budget, World

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE, TWO = a_shop(), a_shop(steps=steps(2))
A_CART = fills("fill A", "A", 0, MAIL)


def _wakes() -> Iterator[World]:
    """Whoever wakes for one cart."""
    yield World(
        name="crash",
        about="one cart, two steps; whoever works on it dies, twice, after any call",
        shop=TWO,
        entries=(A_CART,),
        budget=Budget(crashes=2, lost=1, delays=1),
    )
    yield World(
        name="twice",
        about="one record, brought three times; three wakes at once, or after their leases",
        shop=ONE,
        entries=(A_CART,),
        budget=Budget(redeliveries=2, delays=1),
        most=3,
    )
    yield World(
        name="throttle",
        about="the provider takes nothing for now, twice, or never will; wakes die",
        shop=a_shop(steps=steps(2), attempts=2),
        entries=(A_CART,),
        budget=Budget(crashes=1, throttles=2, rejects=1, redeliveries=1),
    )
    yield World(
        name="silence",
        about="a request gets no answer; the provider's word on it comes late, before or after it lapses to unknown",
        shop=TWO,
        entries=(A_CART,),
        budget=Budget(crashes=1, silences=1, words=2, redeliveries=1),
        word=DeliveryEvent.ACCEPTED,
    )
    yield World(
        name="errors",
        about="calls of a wake fail, with effect or without",
        shop=TWO,
        entries=(A_CART,),
        budget=Budget(errors=2, crashes=1, lost=1),
    )
    yield World(
        name="channels",
        about="a step that may go by mail or as a text, a record brought twice, and the shopper agrees to mail meanwhile",
        shop=a_shop(steps=steps(1, Channel.EMAIL, Channel.SMS), consent_assumed=frozenset({Channel.SMS})),
        entries=(fills("fill A", "A", 0, MAIL, PHONE), agrees("agree", IDLE, MAIL, at=IDLE, after=("fill A",))),
        budget=Budget(redeliveries=1, lost=1),
    )
    yield World(
        name="midnight",
        about="a cart is declared just before midnight, and processed to just after",
        shop=TWO,
        entries=(A_CART,),
        budget=Budget(crashes=1, delays=1, redeliveries=1),
        start=START.replace(hour=23, minute=49),
    )
    yield World(
        name="give up",
        about="everything comes so late that steps are given up",
        shop=TWO,
        entries=(A_CART,),
        budget=Budget(crashes=1, delays=2),
        moments=(IDLE + 3600, IDLE + 3660),
    )


def _returns() -> Iterator[World]:
    """The shopper comes back."""
    yield World(
        name="return",
        about="a shopper who is back while their cart is declared, or after the first of two reminders",
        shop=TWO,
        entries=(A_CART, fills("fill A again", "A", IDLE - 1, MAIL, at=IDLE - 1)),
        budget=Budget(crashes=1, lost=1),
    )
    yield World(
        name="generations",
        about="one cart is abandoned twice, and whoever processed to the first time died",
        shop=ONE,
        entries=(
            A_CART,
            fills("fill A again", "A", IDLE, at=IDLE, after=("fill A",)),
        ),
        budget=Budget(crashes=1, delays=1),
    )
    yield World(
        name="lead",
        about="a cart told of an hour late; the clock of whoever deletes timers is ahead, and calls take seconds",
        shop=ONE,
        entries=(fills("fill A", "A", -3600, MAIL), fills("fill A again", "A", -3500, MAIL)),
        budget=Budget(ticks=2),
        start=START + timedelta(seconds=25),
        ahead=30,
    )
    yield World(
        name="rearm",
        about="somebody rearms at any time",
        shop=ONE,
        entries=(A_CART, rearms("rearm")),
        budget=Budget(crashes=1, delays=1),
    )


def _stops() -> Iterator[World]:
    """They buy, or say no."""
    yield World(
        name="purchase",
        about="a wake, its record brought again, and the purchase of the cart",
        shop=ONE,
        entries=(A_CART, buys("buy A", "A", IDLE, MAIL, at=IDLE)),
        budget=Budget(crashes=1, redeliveries=1),
    )
    yield World(
        name="other cart",
        about="a wake, and the purchase of another cart of the same contact; the shopper is back later",
        shop=ONE,
        entries=(
            A_CART,
            buys("buy B", "B", IDLE, MAIL, at=IDLE, after=("fill A",)),
            fills("fill A again", "A", IDLE + 60, at=IDLE + 60, after=("buy B",)),
        ),
        budget=Budget(crashes=1, retellings=1),
    )
    yield World(
        name="late name",
        about="a purchase before anybody knows whose it is; the shop learns who, while another cart of theirs is processed to",
        shop=ONE,
        entries=(
            fills("fill B", "B", 0, MAIL),
            buys("buy A", "A", IDLE, at=IDLE, after=("fill B",)),
            tells_who("tell who", "A", IDLE + 1, MAIL, after=("buy A",)),
        ),
        budget=Budget(retellings=1, crashes=1),
    )
    yield World(
        name="clocks",
        about="two carts of somebody who bought: one told of late, one by a clock that is ahead",
        shop=ONE,
        entries=(
            fills("fill A", "A", 300, MAIL, at=0),
            fills("fill B", "B", 50, MAIL, at=200, after=("buy C",)),
            buys("buy C", "C", 100, MAIL, at=100, after=("fill A",)),
        ),
        budget=Budget(crashes=1, retellings=1, repeats=1),
    )
    yield World(
        name="told late",
        about="a cart that was filled before the purchase of another, and is told of after it; no newer cart speaks instead",
        shop=ONE,
        entries=(
            buys("buy C", "C", 100, MAIL, at=100),
            fills("fill B", "B", 50, MAIL, at=200, after=("buy C",)),
        ),
        budget=Budget(crashes=1, retellings=1, repeats=1),
    )
    yield World(
        name="opt-out",
        about="the link in the first reminder is followed while another cart is processed to; a gate's answer is lost",
        shop=ONE,
        entries=(A_CART, fills("fill B", "B", 60, MAIL, at=60), opts_out("A#1#1")),
        budget=Budget(crashes=1, lost=1),
    )
    yield World(
        name="complaint",
        about="the provider reports a complaint, perhaps twice, while another cart is processed to",
        shop=ONE,
        entries=(A_CART, fills("fill B", "B", 60, MAIL, at=60)),
        budget=Budget(words=2, crashes=1),
        word=DeliveryEvent.COMPLAINED,
    )
    yield World(
        name="erasure",
        about="somebody is erased while their cart is told of again and processed to",
        shop=ONE,
        entries=(A_CART, fills("fill A again", "A", IDLE, MAIL, at=IDLE, after=("fill A",)), erases(after=("fill A",))),
        budget=Budget(crashes=1),
    )


def _books() -> Iterator[World]:
    """Who is counted."""
    yield World(
        name="cap",
        about="two carts of one contact, of which one may be reminded of",
        shop=a_shop(cap=1),
        entries=(A_CART, fills("fill B", "B", 0, MAIL)),
        budget=Budget(crashes=1, lost=1),
    )
    yield World(
        name="held",
        about="the control group: its record brought twice, a purchase of another cart",
        shop=a_shop(holdout=1000),
        entries=(A_CART, buys("buy B", "B", IDLE, MAIL, at=IDLE)),
        budget=Budget(crashes=1, redeliveries=1),
    )
    yield World(
        name="credit",
        about="reminders of two carts, to two addresses; an order of a third names one, then the other, and is credited once",
        shop=a_shop(steps=steps(1, Channel.EMAIL, Channel.SMS)),
        entries=(
            A_CART,
            fills("fill B", "B", 60, PHONE, at=60, after=("fill A",)),
            buys("buy C", "C", IDLE + 60, MAIL, at=IDLE + 60, after=("fill B",)),
            tells_who("tell who", "C", IDLE + 61, PHONE, at=IDLE + 60, after=("buy C",)),
        ),
        budget=Budget(),
    )
    yield World(
        name="refund",
        about="some of an order is paid back, before or after it is told of; told again and again",
        shop=ONE,
        entries=(
            A_CART,
            buys("buy B", "B", IDLE, MAIL, at=IDLE, after=("fill A",)),
            pays_back("pay back", "B", IDLE + 1, at=IDLE, after=("fill A",)),
        ),
        budget=Budget(crashes=1, retellings=1),
    )


WORLDS = {world.name: world for make in (_wakes, _returns, _stops, _books) for world in make()}
"""By name."""

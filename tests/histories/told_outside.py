"""Lives that are told, of what is around a shopper: the provider, the machinery, how events come, and money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.histories.people import ANNA, BOHDAN, lines
from tests.histories.telling import MONDAY, NOBODY_HELD, TEXTED, buys, cart, plan, refunds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.histories.plans import Plan


def told_of_the_outside() -> Iterator[Plan]:
    """All of them."""
    for tell in (_provider, _machine, _events, _money):
        yield from tell()


def _provider() -> Iterator[Plan]:
    answers = ("throttled", "rejected", "taken, no answer", "lost, no answer", "taken, died", "lost, died")
    for channel, rules in (("email", NOBODY_HELD), ("sms", TEXTED)):
        for answer in answers:
            p = plan(f"the first request: {answer} ({channel})", rules, answers={"1": answer})
            cart(p, channels=channel)
            yield p
    for what in ("is delivered", "bounces", "is complained about"):
        for answer in ("taken, no answer", "taken, died"):
            p = plan(f"{answer}; but it {what}", answers={"1": answer})
            cart(p)
            p.on(1, "3h", what)
            yield p
    p = plan("always throttled", answers={str(n): "throttled" for n in range(1, 30)})
    cart(p)
    yield p
    throttled = {str(n): "throttled" for n in range(1, 30)}
    p = plan("throttled until it is too late", {**NOBODY_HELD, "give_up": "30m"}, answers=throttled)
    cart(p)
    yield p
    p = plan("three tries, and no more", {**NOBODY_HELD, "attempts": 3}, answers=throttled)
    cart(p)
    yield p
    p = plan("five of six mails to earlier customers bounce: the shop is paused, and goes on after two days")
    for n in range(6):
        who = replace(BOHDAN, email=f"p{n}@example.org")
        buys(p, "0m", f"before{n}", cart=None, contact=who.contact("email"))
        cart(p, f"{n + 5}m", who=who, cart=f"c{n}")
        if n:
            p.on(n, "2m", "bounces")
    cart(p, "3h", cart="c9")
    p.does("2d", paused="")
    yield p


def _machine() -> Iterator[Plan]:
    p = plan("paused by the operator for five hours")
    cart(p)
    p.does("30m", paused="by the operator")
    p.does("5h30m", paused="")
    yield p
    p = plan("paused for too long")
    cart(p)
    p.does("30m", paused="by the operator")
    p.does("4d", paused="")
    yield p
    for hours in (2, 14, 60):
        p = plan(f"nothing is swept for {hours} hours")
        cart(p)
        p.does("40m", sweep_stands_until=_after(hours))
        yield p
    for answer in ("accepted", "taken, no answer", "taken, died", "rejected"):
        p = plan(f"nothing is swept for 15 hours, then {answer}: the gap to the second reminder", answers={"1": answer})
        cart(p)
        p.does("40m", sweep_stands_until=_after(15))
        yield p
    p = plan("nothing is swept for a night after the first reminder")
    cart(p)
    p.does("8h", sweep_stands_until=_after(26))
    yield p
    p = plan("the shop's rules change between the reminders")
    cart(p)
    p.does("4h", shop={"rules": {"holdout": 1000, "steps": ["1h email", "30h sms"]}, "locale": "en"})
    cart(p, "5h", cart="c2")
    yield p
    p = plan("activated anew between the reminders")
    cart(p)
    p.does("5h", shop={"rules": NOBODY_HELD, "activated_at": "2026-03-02T14:00:00Z"})
    yield p
    p = plan("left before the shop was activated")
    p.shop["activated_at"] = "2026-03-03T00:00:00Z"
    cart(p)
    yield p


def _after(hours: int) -> str:
    return f"{MONDAY + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}"


def _events() -> Iterator[Plan]:
    p = plan("every step of a visit")
    p.post("cart.item_added", "0m", line=lines(0)[0], currency="UAH")
    p.post("cart.item_added", "2m", line=lines(1)[0], currency="UAH", locale="uk")
    p.post("cart.item_removed", "4m", sku="cup")
    p.post("contact.identified", "6m", contact=ANNA.contact("email sms"))
    for minute, stage in enumerate(("started", "contact", "shipping", "payment", "review"), 7):
        p.post("checkout.started", f"{minute}m", stage=stage)
    yield p
    empties: tuple[tuple[str, Callable[[Plan, str], object]], ...] = (
        ("deletes the cart", lambda p, at: p.post("cart.deleted", at)),
        ("empties the cart", lambda p, at: p.post("cart.updated", at, lines=[])),
        ("takes the last thing out", lambda p, at: p.post("cart.item_removed", at, sku="sencha")),
    )
    for at in ("20m", "4h"):
        for what, do in empties:
            p = plan(f"{what} after {at}")
            cart(p)
            do(p, at)
            yield p
    p = plan("events arrive the wrong way round")
    cart(p, late="50m", lines=lines(1))
    cart(p, "5m", lines=lines(2))
    p.post("cart.item_removed", "3m", sku="pot", late="1h20m")
    yield p
    p = plan("all events arrive a day late")
    cart(p, late="1d")
    p.post("checkout.started", "9m", late="1d")
    yield p
    p = plan("a late event after the reminder wakes nobody")
    cart(p)
    cart(p, "5m", lines=lines(3), late="4h")
    yield p
    p = plan("events are told again")
    cart(p)
    p.send(p.inputs[0]["post"], "1m")
    p.send(p.inputs[0]["post"], "5h")
    yield p
    p = plan("an array, an object of events, and some of them wrong")
    good = p.event("cart.updated", "0m", lines=lines(), currency="EUR", contact=BOHDAN.contact())
    bad = p.event("cart.updated", "0m", lines=[{"sku": "x", "title": "", "quantity": 0, "unit_price": 1.5}], currency="eur")
    p.send([good, bad], "0m")
    p.send({"events": [bad, {"type": "cart.update"}]}, "1m")
    p.send(bad, "2m")
    p.does("3m", visit="GET /r/0123456789ab")
    yield p


def _money() -> Iterator[Plan]:
    for at in ("2d", "10d"):
        p = plan(f"is paid back in part, in two parts and in another currency after {at}", lasts="14d")
        cart(p)
        buys(p, "5h")
        refunds(p, at, 500)
        refunds(p, at, 300, late="2h")
        refunds(p, at, 100, currency="USD")
        yield p
        p = plan(f"the order is cancelled after {at}", lasts="14d")
        cart(p)
        buys(p, "5h")
        p.post("order.cancelled", at, order={"id": "o1"})
        yield p
    p = plan("is paid back before the order is told of")
    cart(p)
    refunds(p, "3h", 700)
    buys(p, "2h", late="4h")
    yield p
    p = plan("is paid back what no reminder is credited with")
    cart(p)
    p.post("order.refunded", "4h", None, order={"id": "o9", "amount": 5, "currency": "EUR"})
    yield p
    p = plan("two currencies in one cart")
    cart(p)
    p.post("cart.item_added", "5m", line=lines(1)[0], currency="USD")
    yield p
    p = plan("two orders of one cart")
    cart(p)
    buys(p, "3h", "o1")
    buys(p, "4h", "o2")
    yield p

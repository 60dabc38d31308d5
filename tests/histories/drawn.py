"""Lives that are drawn: what shoppers, shops and the provider do, mixed by chance from a seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.histories.people import PEOPLE, lines
from tests.histories.plans import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.histories.form import Json
    from tests.histories.people import Person

SEED = 20261201
FIRST = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SHOPS: tuple[Json, ...] = (
    {},
    {"rules": {"holdout": 300, "window": "2d"}, "time_zone": "America/New_York", "locale": "en"},
    {
        "rules": {
            "holdout": 200,
            "steps": ["0m sms,email", "20h email,sms", "3d email"],
            "sms_countries": ["UA", "PL", "US", "JP"],
        }
    },
    {"rules": {"holdout": 0, "quiet_hours": {}, "steps": ["30m email", "6h sms,email"], "gap": "2h", "give_up": "6h"}},
    {"rules": {"holdout": 0, "abandoned_after": "20m", "cap": 2, "consent_assumed": ["email"], "window": "1d"}, "locale": "pl"},
    {
        "rules": {
            "holdout": 0,
            "quiet_hours": {"email": "22:30-06:15", "sms": "12:00-14:00"},
            "steps": ["0m sms,email"],
            "attempts": 2,
        }
    },
)
ANSWERS = ("throttled", "throttled", "rejected", "taken, no answer", "lost, no answer", "taken, died", "lost, died")
REACTIONS = (
    ("is delivered", 0.4),
    ("is scanned", 0.1),
    ("clicks", 0.25),
    ("buys", 0.15),
    ("bounces softly", 0.04),
    ("asks", 0.04),
    ("opts out", 0.06),
    ("bounces", 0.06),
    ("is complained about", 0.03),
)


def drawn(count: int) -> Iterator[Plan]:
    """The same every time, each by a draw of its own."""
    for number in range(count):
        yield _draw(number, random.Random(f"{SEED} {number}"))


def _draw(number: int, draw: random.Random) -> Plan:
    who = draw.choice(PEOPLE)
    who = replace(who, email=f"drawn{number}.{who.email}", time_zone=who.time_zone if draw.random() < 0.7 else None)
    begins = FIRST + timedelta(seconds=draw.randrange(29 * 86_400))
    p = Plan(name=f"drawn {number}", begins=begins, shop=draw.choice(SHOPS), lasts=f"{draw.choice((5, 12, 12))}d")
    p.answers = {str(request): draw.choice(ANSWERS) for request in range(1, 12) if draw.random() < 0.12}
    contact = _contact(draw, who)
    minute = _visit(p, draw, who, contact, "c1", 0)
    if draw.random() < 0.25:
        _visit(p, draw, who, contact, draw.choice(("c1", "c1", "c2")), minute + draw.randrange(30, 60 * 40))
    _end(p, draw, who)
    for message in range(1, 6):
        for what, share in REACTIONS:
            if draw.random() < share:
                p.on(message, f"{draw.randrange(1, 900)}m", what)
    if draw.random() < 0.08:
        p.does(f"{draw.randrange(90, 1500)}m", paused="by the operator")
        p.does(f"{draw.randrange(1500, 4000)}m", paused="")
    return p


def _contact(draw: random.Random, who: Person) -> Json | None:
    channels = draw.choice(("email", "email", "email sms", "email sms", "sms", ""))
    said = "2026-02-01T08:30:00Z"
    return who.contact(channels, granted=draw.choice((True, True, True, True, None, False)), since=said) if channels else None


def _visit(p: Plan, draw: random.Random, who: Person, contact: Json | None, cart: str, minute: int) -> int:
    """Some minutes in the shop, from that minute; the last one."""
    known_at = draw.randrange(4)
    for n in range(draw.randrange(1, 5)):
        said: Json = {"contact": contact} if contact and n == known_at else {}
        late = f"{draw.choice((1, 12, 90, 700))}m" if draw.random() < 0.12 else "0m"
        at, kind = f"{minute}m", draw.random()
        if n == 0 or kind < 0.3:
            which = draw.sample(range(4), draw.randrange(1, 3))
            found = lines(*which, quantity=draw.randrange(1, 4))
            more = {"restore_url": f"https://tea.example/cart/{cart}", "locale": who.locale} if draw.random() < 0.8 else {}
            p.post("cart.updated", at, cart, late=late, lines=found, currency=who.currency, **more, **said)
        elif kind < 0.6:
            p.post("cart.item_added", at, cart, late=late, line=lines(draw.randrange(4))[0], currency=who.currency, **said)
        elif kind < 0.75:
            p.post("cart.item_removed", at, cart, late=late, sku=draw.choice(("cup", "sencha")), **said)
        else:
            stage = draw.choice(("started", "contact", "shipping", "payment", "review"))
            p.post("checkout.started", at, cart, late=late, stage=stage, **said)
        if draw.random() < 0.1:
            p.send(p.inputs[-1]["post"], at, late=f"{draw.randrange(1, 300)}m")
        minute += draw.randrange(1, 40)
    if contact and draw.random() < 0.6:
        p.post("contact.identified", f"{minute}m", cart, contact=contact)
    return minute


def _end(p: Plan, draw: random.Random, who: Person) -> None:
    """Buys, sooner or later, here or elsewhere; throws the cart away; or nothing."""
    kind, hours = draw.random(), draw.choice((0, 1, 2, 5, 20, 27, 50, 100))
    at = f"{hours}h{draw.randrange(60)}m"
    if kind < 0.4:
        order = {"id": "bought", "total": draw.randrange(500, 9000), "currency": who.currency}
        elsewhere = draw.random() < 0.3
        p.post("order.placed", at, None if elsewhere else "c1", order=order, contact={"email": who.email})
        if draw.random() < 0.4:
            later = f"{hours + draw.randrange(1, 200)}h"
            if draw.random() < 0.3:
                p.post("order.cancelled", later, None, order={"id": "bought"})
            else:
                p.post("order.refunded", later, None, order={**_amount(order, draw)})
    elif kind < 0.48:
        p.post("cart.deleted", at)


def _amount(order: Json, draw: random.Random) -> Json:
    return {"id": order["id"], "amount": draw.randrange(1, order["total"] + 1), "currency": order["currency"]}

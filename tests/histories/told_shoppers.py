"""Lives that are told, of shoppers: reminded, held back, buying, saying no. Each says by its name what is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.histories.people import ANNA, BOHDAN, PEOPLE, lines
from tests.histories.telling import HELD, MONDAY, NOBODY_HELD, TEXTED, buys, cart, plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.histories.plans import Plan


def told_of_shoppers() -> Iterator[Plan]:
    """All of them."""
    for tell in (_sent, _bought, _refused, _without_consent, _forgotten):
        yield from tell()


def _sent() -> Iterator[Plan]:
    for who in PEOPLE:
        p = plan(f"reminded twice by mail, in {who.locale}")
        cart(p, who=who)
        yield p
    for who in PEOPLE:
        p = plan(f"texted in {who.locale}: where no price is known, not", TEXTED)
        cart(p, who=who, channels="sms")
        yield p
    p = plan("texted where the shop says so, whatever it costs", {**TEXTED, "sms_countries": ["PL", "JP"]})
    cart(p, who=PEOPLE[2], channels="sms")
    yield p
    p = plan("mail first, a text message second", {"holdout": 0, "steps": ["0m email,sms", "23h sms,email"]})
    cart(p, channels="email sms")
    yield p
    p = plan("no consent by mail, so texted", {"holdout": 0, "steps": ["0m email,sms"]})
    cart(p, channels="sms")
    p.post("contact.identified", "1m", contact={"email": ANNA.email})
    yield p
    p = plan("more texts to one range than an hour may have", {**TEXTED, "sms_per_prefix": 1, "quiet_hours": {}})
    for number in (67, 68, 69):
        who = replace(ANNA, phone=f"+3805012345{number}", email=f"n{number}@example.org")
        cart(p, who=who, channels="sms", cart=f"c{number}")
    yield p
    for hour in (17, 18, 19, 22, 5):
        p = plan(f"left at {hour} h UTC: the night is waited for", begins=MONDAY.replace(hour=hour))
        cart(p, channels="email sms")
        yield p
    for zone, day in (("Europe/Kyiv", 28), ("America/New_York", 7), ("Pacific/Auckland", 4)):
        p = plan(f"the clocks change in the night, {zone}", begins=MONDAY.replace(day=day if day > 4 else 8, hour=20))
        cart(p, who=replace(ANNA, time_zone=zone), channels="email sms")
        yield p
    p = plan("held back for comparison, and buys", HELD)
    cart(p)
    buys(p, "30h")
    yield p
    p = plan("held back for comparison, by text, and does not buy", {**HELD, "steps": ["0m sms"]})
    cart(p, channels="sms")
    yield p
    for n in range(12):
        p = plan("one of ten is held back", {"holdout": 500})
        p.name += f": person {n}"
        cart(p, who=replace(BOHDAN, email=f"person{n}@example.org"))
        yield p
    p = plan("consent is assumed", {"holdout": 0, "consent_assumed": ["email"]})
    cart(p, granted=None)
    yield p
    p = plan("five steps", {"holdout": 0, "gap": "1h", "cap": 9, "steps": [f"{n * 5}h email" for n in range(5)]})
    cart(p)
    yield p


def _bought() -> Iterator[Plan]:
    for at in ("30m", "1h", "3h", "40h", "6d", "9d"):
        p = plan(f"buys after {at}")
        cart(p)
        buys(p, at)
        yield p
    p = plan("buys by another cart, in another browser")
    cart(p)
    cart(p, "2h", cart="c2", lines=lines(1, 2))
    buys(p, "4h", cart="c2")
    yield p
    p = plan("buys at the till: an order without a cart")
    cart(p)
    buys(p, "5h", cart=None, contact={"email": ANNA.email})
    yield p
    p = plan("clicks, and buys")
    cart(p)
    p.on(1, "10m", "is scanned")
    p.on(1, "25m", "clicks")
    p.on(1, "40m", "buys")
    p.on(1, "3h", "clicks")
    yield p
    p = plan("comes back after the first reminder")
    cart(p)
    cart(p, "6h", lines=lines(0, 1))
    buys(p, "50h")
    yield p
    p = plan("comes back after each reminder, and once more")
    for hours in (0, 5, 30, 55, 80):
        cart(p, f"{hours}h", lines=lines(hours % 4, quantity=1 + hours % 3))
    yield p
    p = plan("buys what was told twice, and late")
    cart(p)
    buys(p, "2h", late="3h")
    p.send(p.inputs[-1]["post"], "2h", late="9h")
    yield p
    p = plan("buys after the window")
    p.shop["rules"] = {**NOBODY_HELD, "window": "1d"}
    cart(p)
    buys(p, "60h")
    yield p


def _refused() -> Iterator[Plan]:
    for what in ("opts out", "is complained about", "bounces", "bounces softly", "asks", "is opened", "is rejected later"):
        p = plan(f"the first reminder {what}" if what.startswith(("is", "bounces")) else f"the first reminder's reader {what}")
        cart(p)
        p.on(1, "30m", what)
        yield p
    p = plan("opts out by the link of a text message", TEXTED)
    cart(p, channels="sms")
    p.on(1, "30m", "opts out")
    yield p
    p = plan("the first reminder bounces, so the second is a text message")
    cart(p, channels="email sms")
    p.on(1, "1m", "bounces")
    yield p
    p = plan("opts out, and leaves another cart")
    cart(p)
    p.on(1, "30m", "opts out")
    cart(p, "3d", cart="c2")
    yield p


def _without_consent() -> Iterator[Plan]:
    p = plan("was never asked for consent")
    cart(p, granted=None)
    yield p
    p = plan("was never asked for consent to be texted", TEXTED)
    cart(p, channels="sms", granted=None)
    yield p
    p = plan("said no at the checkout")
    cart(p, granted=False)
    yield p
    p = plan("withdraws consent between the reminders")
    cart(p)
    withdrawn = {"granted": False, "source": "account", "at": "2026-03-02T14:00:00Z"}
    p.post("contact.identified", "4h", None, contact={"email": ANNA.email, "consent": {"email": withdrawn}})
    yield p
    for channels, rules in (("email", {**NOBODY_HELD, "cap": 2}), ("sms", {**TEXTED, "cap": 2})):
        p = plan(f"leaves three carts, and the cap is two ({channels})", rules)
        for n in range(3):
            cart(p, f"{n * 2}h", cart=f"c{n}", channels=channels)
        yield p
    p = plan("the cap counts what was held back", {**HELD, "cap": 1})
    cart(p)
    cart(p, "2h", cart="c2")
    yield p
    p = plan("nobody known")
    p.post("cart.updated", "0m", lines=lines(), currency="EUR")
    yield p


def _forgotten() -> Iterator[Plan]:
    p = plan("asks to be forgotten between the reminders")
    cart(p)
    p.does("5h", erased=ANNA.email)
    yield p
    p = plan("asks to be forgotten, with another address in the cart")
    cart(p, channels="email sms")
    p.does("5h", erased=ANNA.email)
    yield p
    p = plan("is forgotten while another's cart names them")
    cart(p)
    p.post("contact.identified", "10m", contact=BOHDAN.contact())
    cart(p, "20m", who=BOHDAN, cart="c2")
    p.does("30m", erased=ANNA.email)
    yield p
    p = plan("two people share a cart, and one opts out of her own")
    cart(p, cart="c0")
    cart(p, "3h", channels="sms")
    p.post("contact.identified", "3h5m", contact=ANNA.contact())
    p.post("contact.identified", "3h10m", contact=BOHDAN.contact())
    p.on(1, "2h30m", "opts out")
    yield p

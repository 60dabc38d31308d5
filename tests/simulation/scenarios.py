"""What becomes of a cart after its last quiet moment, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.consent import Consent
from tests.simulation.kernel import DAY, HOUR, MINUTE, SECOND
from tests.simulation.script import Script, again
from tests.simulation.shops import addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rebasket.domain.people.addresses import Address


def _forgotten(script: Script, at: int) -> None:
    """Nobody comes back."""


def _bought(script: Script, at: int) -> None:
    later = script.later(MINUTE, 9 * MINUTE, HOUR, 5 * HOUR, 20 * HOUR)
    number = script.order(at + later, named=script.draw.random() < 0.6, ambush=later > HOUR)
    _paid_back(script, at + later, number)


def _returned(script: Script, at: int) -> None:
    for _ in range(script.draw.choice((1, 1, 2, 3, 6))):
        at += script.later(9 * MINUTE, HOUR, 3 * HOUR, 14 * HOUR)
        script.snapshot(at, named=script.draw.random() < 0.5, ambush=script.draw.random() < 0.5)
    if script.draw.random() < 0.4:
        _bought(script, at)


def _restless(script: Script, at: int) -> None:
    """Comes and goes, so often that the cart has forgotten the first times before these have come to their ends."""
    for _ in range(script.draw.choice((6, 7, 8))):
        at += 62 * MINUTE + script.later(0, MINUTE, 9 * MINUTE)
        script.snapshot(at, named=script.draw.random() < 0.3)


def _bought_elsewhere(script: Script, at: int) -> None:
    """The same person, another device: another cart id, known by the address."""
    other, later = f"{script.cart}x", script.later(5 * MINUTE, 2 * HOUR, 6 * HOUR, 20 * HOUR)
    if script.draw.random() < 0.4:
        seed_cart = Script(script.draw, script.shop, other, script.person, life=script.life)
        seed_cart.snapshot(at + later // 2, named=script.draw.random() < 0.5)
        script.said += [replace(said, mark=f"{said.mark}x") for said in seed_cart.said]
    number = script.order(at + later, cart=other, named=script.draw.random() < 0.7, ambush=script.draw.random() < 0.7)
    if script.draw.random() < 0.8:
        _named_late(script, at + later, other)
    _paid_back(script, at + later, number, cart=other)


def _named_late(script: Script, at: int, cart: str) -> None:
    """Only after the order does the shop say whose it was."""
    seed, at = script.draw.random(), at + script.later(SECOND, MINUTE, HOUR)
    other = script.draw.random() < 0.75

    def make(when: datetime, mark: str) -> ev.Event:
        person = Script(again(seed), script.shop, cart, script.somebody if other else script.person).who(None, when)
        return ev.ContactIdentified(id=mark, shop=script.shop, cart=cart, at=when, person=person)

    script.say(f"contact.identified on {cart}", at, make, ambush=script.draw.random() < 0.3)


def _bought_twice(script: Script, at: int) -> None:
    """Two orders of one cart."""
    _bought(script, at)
    seed, total = script.draw.random(), Money(script.draw.randrange(1, 99) * 100, "EUR")
    number = script.number(script.cart, "-2")

    def make(when: datetime, mark: str) -> ev.Event:
        person = Script(again(seed), script.shop, script.cart, script.person).who(None, when)
        return ev.OrderPlaced(id=mark, shop=script.shop, cart=script.cart, at=when, person=person, order=number, total=total)

    script.say("order.placed again", at + script.later(MINUTE, 4 * HOUR), make)


def _deleted(script: Script, at: int) -> None:
    def make(when: datetime, mark: str) -> ev.Event:
        return ev.CartDeleted(id=mark, shop=script.shop, cart=script.cart, at=when)

    script.say("cart.deleted", at + script.later(MINUTE, HOUR, 5 * HOUR), make, ambush=script.draw.random() < 0.5)


def _emptied(script: Script, at: int) -> None:
    at += script.later(MINUTE, HOUR, 5 * HOUR)
    script.snapshot(at, named=False, lines=0, ambush=script.draw.random() < 0.5)
    if script.draw.random() < 0.5:
        script.snapshot(at + script.later(MINUTE, HOUR, 5 * HOUR), named=True)


def _refused(script: Script, at: int) -> None:
    """Consent is withdrawn, in the cart or away from any."""
    seed, anywhere = script.draw.random(), script.draw.random() < 0.5

    def make(when: datetime, mark: str) -> ev.Event:
        person = Script(again(seed), script.shop, script.cart, script.person).who(False, when)
        cart = "" if anywhere else script.cart
        return ev.ContactIdentified(id=mark, shop=script.shop, cart=cart, at=when, person=person)

    later = script.later(MINUTE, HOUR, 5 * HOUR)
    script.say("consent withdrawn", at + later, make, ambush=True)


def _agreed(script: Script, at: int) -> None:
    """Texts only, until a wake is under way: then mails, too. Another wake at the same time sees another channel to choose."""
    mail, *phones = addresses(script.person)
    if not phones:
        return
    _said(script, at + SECOND, ((mail, False), (phones[0], True)))
    _said(script, at + 40 * HOUR, ((mail, True),), moment=script.draw.choice(("episodes.choose", "links.put")))


def _said(script: Script, at: int, what: tuple[tuple[Address, bool], ...], moment: str | None = None) -> None:
    def make(when: datetime, mark: str) -> ev.Event:
        statements = tuple(
            ev.AddressStatement(address=a, consent=Consent(granted=yes, source="form", at=when)) for a, yes in what
        )
        return ev.ContactIdentified(id=mark, shop=script.shop, cart=script.cart, at=when, person=ev.Person(statements=statements))

    script.say("consent by channel", at, make, moment=moment)


def _paid_back(script: Script, at: int, number: str, *, cart: str | None = None) -> None:
    for part in range(script.draw.choice((0, 0, 1, 2))):
        whose = script.draw.choice((cart or script.cart, cart or script.cart, f"order:{number}"))  # as one that names no cart
        at += script.later(MINUTE, 5 * HOUR, 30 * HOUR, 5 * DAY)
        cancelled, amount = script.draw.random() < 0.2, Money(script.draw.randrange(1, 9) * 50, "EUR")

        def make(when: datetime, mark: str, *, whole: bool = cancelled, back: Money = amount, whose: str = whose) -> ev.Event:
            if whole:
                return ev.OrderCancelled(id=mark, shop=script.shop, cart=whose, at=when, order=number)
            return ev.OrderRefunded(id=mark, shop=script.shop, cart=whose, at=when, order=number, amount=back)

        script.say(f"order.refunded {part}", at, make)


SCENARIOS: dict[str, tuple[int, Callable[[Script, int], None]]] = {
    "forgotten": (25, _forgotten),
    "bought": (18, _bought),
    "returned": (16, _returned),
    "restless": (4, _restless),
    "bought elsewhere": (20, _bought_elsewhere),
    "bought twice": (3, _bought_twice),
    "deleted": (4, _deleted),
    "emptied": (6, _emptied),
    "refused": (8, _refused),
    "agreed": (14, _agreed),
}

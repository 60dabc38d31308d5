"""People with several addresses, ids, devices and carts: named one by one, or by two at once, and made one late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.consent import Consent
from tests.simulation.kernel import HOUR, MINUTE, SECOND
from tests.simulation.script import Script
from tests.simulation.shops import SEVERAL, addresses

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from rebasket.domain.people.addresses import Address
    from tests.simulation.rng import Rng
    from tests.simulation.script import Said

APART = (SECOND, 10 * MINUTE, 35 * MINUTE, 70 * MINUTE, 3 * HOUR, 7 * HOUR)
"""How long after one cart of a person the next one begins: also such that the first one's message is out, and still young."""


def several(rng: Rng, shop: str, carts: int, span: int) -> list[Said]:
    """All that a shop reports of such people, who have about so many carts together."""
    found: list[Said] = []
    for number in range(max(1, carts // 4)):
        found += _Shopper(rng.source("several", shop, number), shop, SEVERAL + number).life(span)
    return found


class _Shopper:
    """One of them."""

    def __init__(self, draw: Random, shop: str, person: int) -> None:
        self.draw, self.shop, self.person = draw, shop, person
        self.addresses = addresses(person)
        self.known = draw.random() < 0.5  # to the shop's accounts

    def life(self, span: int) -> list[Said]:
        """Carts on several devices, each left by a name of its own; who they are together is told sooner or later, or not."""
        at = self.draw.randrange(span)
        scripts = []
        for number in range(self.draw.choice((2, 3, 3, 4))):
            script = Script(self.draw, self.shop, f"m{self.person - SEVERAL}-{number}", self.person)
            self._cart(script, at, device=self.draw.randrange(2))
            scripts.append(script)
            at += self.draw.choice(APART)
        for script in self.draw.sample(scripts, self.draw.choice((1, 1, 2))):
            self._later(script, at)
        return [said for script in scripts for said in script.said]

    def _cart(self, script: Script, at: int, device: int) -> None:
        """Left, by one address or by two, by an account or a device that other carts know, too."""
        named = self.draw.choice((self.addresses[:1], self.addresses[1:2], self.addresses[2:3], self.addresses[:2]))
        who = self._who(named, device=device if self.draw.random() < 0.4 else None)
        lines, details = script.lines(2), ev.Details(currency="EUR", restore_url=f"https://{self.shop}.example/c", locale="en")

        def make(when: datetime, mark: str) -> ev.Event:
            person = who(when)
            return ev.CartUpdated(id=mark, shop=self.shop, cart=script.cart, at=when, person=person, lines=lines, details=details)

        script.say("cart.updated", at, make)

    def _later(self, script: Script, last: int) -> None:
        """What makes several addresses one, or ends it all."""
        at = last - self.draw.choice((-HOUR, 0, HOUR, 2 * HOUR, 4 * HOUR))
        fate, at = self.draw.choice(("identified", "identified", "ordered", "ordered by one", "pending")), max(at, SECOND)
        some = tuple(self.draw.sample(self.addresses, 2))
        if fate == "identified":
            self._identified(script, at, some)
        else:
            self._ordered(script, at, some[:1] if fate == "ordered by one" else some, pending=fate == "pending")

    def _identified(self, script: Script, at: int, some: tuple[Address, ...]) -> None:
        who, anywhere = self._who(some, device=None), self.draw.random() < 0.3

        def make(when: datetime, mark: str) -> ev.Event:
            cart = "" if anywhere else script.cart
            return ev.ContactIdentified(id=mark, shop=self.shop, cart=cart, at=when, person=who(when))

        script.say("contact.identified by two", at, make, ambush=self.draw.random() < 0.5)

    def _ordered(self, script: Script, at: int, some: tuple[Address, ...], *, pending: bool) -> None:
        who, number, total = self._who(some, device=None), script.number(script.cart), Money(4200, "EUR")

        def make(when: datetime, mark: str) -> ev.Event:
            return ev.OrderPlaced(
                id=mark,
                shop=self.shop,
                cart=script.cart,
                at=when,
                person=who(when),
                order=number,
                total=total,
                payment=ev.Payment.PENDING if pending else ev.Payment.PAID,
            )

        when_failed = at + self.draw.choice((MINUTE, HOUR, 9 * HOUR))
        fails = pending and self.draw.random() < 0.4

        def failed(when: datetime, mark: str) -> ev.Event:
            return ev.PaymentFailed(id=mark, shop=self.shop, cart=script.cart, at=when, order=number)

        script.say("order.placed, unpaid" if pending else "order.placed by several", at, make, ambush=self.draw.random() < 0.4)
        if fails:
            script.say("payment.failed", when_failed, failed)

    def _who(self, named: tuple[Address, ...], device: int | None) -> _Who:
        customer = f"k{self.person}" if self.known and self.draw.random() < 0.5 else None
        return _Who(named, customer, None if device is None else f"d{self.person}.{device}")


class _Who:
    """What an event says of its shopper, once it is known when."""

    def __init__(self, named: tuple[Address, ...], customer: str | None, device: str | None) -> None:
        self.named, self.customer, self.device = named, customer, device

    def __call__(self, when: datetime) -> ev.Person:
        yes = Consent(granted=True, source="form", at=when)
        statements = tuple(ev.AddressStatement(address=each, consent=yes) for each in self.named)
        return ev.Person(statements=statements, customer_id=self.customer, anonymous_id=self.device)

"""What one cart's shopper does, line by line, as the shop will report it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from rebasket.domain.carts import events as ev
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.consent import Consent
from tests.simulation.kernel import DAY
from tests.simulation.shops import addresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


MOMENTS = (
    *("carts.get", "carts.put", "timers.arm", "contacts.get_item", "contacts.put", "episodes.get", "episodes.head"),
    *("episodes.choose", "episodes.record", "links.put", "mailer.send", "texter.send"),
)
"""The calls of a wake right before which an event may be timed to arrive."""


WEEKS = tuple(days * DAY for days in (9, 20, 28, 33, 47))
"""How long things may take in worlds that last for months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something a shop reports. It happens at `at` (virtual ms), or earlier: when a wake for `person` makes the call `moment`."""

    mark: str
    shop: str
    cart: str
    person: int
    what: str
    at: int
    make: Callable[[datetime, str], ev.Event]
    moment: str | None = None


class Script:
    """Writes one cart's story: a person's, in which `somebody` else may be named by mistake.

    `slow` is there in worlds that last for months; `life`: the cart was forgotten so many times, and one, under this name.
    """

    def __init__(
        self, draw: Random, shop: str, cart: str, person: int, somebody: int = 0, slow: Random | None = None, life: int = 1
    ) -> None:
        self.draw, self.shop, self.cart, self.person, self.somebody = draw, shop, cart, person, somebody
        self.slow, self.life = slow, life
        self.said: list[Said] = []

    def later(self, *choices: int) -> int:
        """How long until the next thing happens; in slow worlds now and then weeks."""
        soon = self.draw.choice(choices)
        return soon + self.slow.choice(WEEKS) if self.slow and self.slow.random() < 0.25 else soon

    def say(
        self, what: str, at: int, make: Callable[[datetime, str], ev.Event], *, ambush: bool = False, moment: str | None = None
    ) -> None:
        moment = self.draw.choice(MOMENTS) if ambush else moment
        mark = f"{self.shop}/{self.cart}{self._life}/{len(self.said)}"
        self.said.append(
            Said(mark=mark, shop=self.shop, cart=self.cart, person=self.person, what=what, at=at, make=make, moment=moment)
        )

    def number(self, cart: str, more: str = "") -> str:
        """An order's."""
        return f"o-{self.shop}-{cart}{more}{self._life}"

    @property
    def _life(self) -> str:
        return "" if self.life == 1 else f"~{self.life}"

    def who(self, consent: bool | None, at: datetime) -> ev.Person:  # noqa: FBT001  # yes, no, or nothing said
        statements = addresses(self.person)[: self.draw.choice((1, 2, 2))]
        said = None if consent is None else Consent(granted=consent, source="form", at=at)
        about = self.draw.choice((None, None, *Channel))
        return ev.Person(
            time_zone=self.draw.choice((None, None, "Asia/Tokyo")),
            statements=tuple(
                ev.AddressStatement(address=a, consent=said if about in (None, a.channel) else None) for a in statements
            ),
        )

    def lines(self, count: int) -> tuple[ev.Line, ...]:
        return tuple(
            ev.Line(sku=f"s{self.draw.randrange(9)}", title="Thing", quantity=1, unit_price=self.draw.randrange(1, 9) * 100)
            for _ in range(count)
        )

    def snapshot(self, at: int, *, named: bool, consent: bool | None = None, lines: int = 2, ambush: bool = False) -> None:
        what, details = (
            self.lines(lines),
            ev.Details(currency="EUR", restore_url=f"https://{self.shop}.example/cart", locale="en"),
        )
        seed = self.draw.random()

        def make(when: datetime, mark: str) -> ev.Event:
            person = Script(again(seed), self.shop, self.cart, self.person).who(consent, when) if named else ev.Person()
            return ev.CartUpdated(id=mark, shop=self.shop, cart=self.cart, at=when, person=person, lines=what, details=details)

        self.say("cart.updated" if lines else "cart.emptied", at, make, ambush=ambush)

    def order(self, at: int, *, cart: str | None = None, named: bool, ambush: bool = False) -> str:
        bought, total, seed = cart or self.cart, Money(self.draw.randrange(1, 99) * 100, "EUR"), self.draw.random()
        number = self.number(bought)

        def make(when: datetime, mark: str) -> ev.Event:
            person = Script(again(seed), self.shop, bought, self.person).who(None, when) if named else ev.Person()
            return ev.OrderPlaced(id=mark, shop=self.shop, cart=bought, at=when, person=person, order=number, total=total)

        self.say(f"order.placed on {bought}", at, make, ambush=ambush)
        return number


def again(seed: float) -> Random:
    return Random(seed)


def grows(script: Script, at: int) -> None:
    line, kind = script.lines(1)[0], script.draw.randrange(4)

    def make(when: datetime, mark: str) -> ev.Event:
        envelope = {"id": mark, "shop": script.shop, "cart": script.cart, "at": when}
        if kind == 0:
            return ev.ItemRemoved(**envelope, sku=line.sku)  # type: ignore[arg-type]  # the envelope, by name
        if kind == 1:
            return ev.CheckoutStarted(**envelope, stage=ev.Stage.CONTACT)  # type: ignore[arg-type]  # the envelope, by name
        return ev.ItemAdded(**envelope, line=line)  # type: ignore[arg-type]  # the envelope, by name

    script.say(("item.removed", "checkout.started", "item.added", "item.added")[kind], at, make)


def identified(script: Script, at: int, *, consent: bool | None, ambush: bool = False) -> None:
    seed = script.draw.random()

    def make(when: datetime, mark: str) -> ev.Event:
        person = Script(again(seed), script.shop, script.cart, script.person).who(consent, when)
        return ev.ContactIdentified(id=mark, shop=script.shop, cart=script.cart, at=when, person=person)

    script.say("contact.identified", at, make, ambush=ambush)

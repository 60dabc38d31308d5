"""Making a touch's message and handing it to the provider, once.

On the way to the wire: remind/app.py → wiring.py → process_timer.py → follow_up.py → send_step.py → **this file** → ses.py
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.domain.errors import Rejected
from rebasket.domain.people.addresses import Channel
from rebasket.domain.sending.message import Brief, Email, Link, Text
from rebasket.domain.sending.prices import cost
from rebasket.domain.sending.tags import tags_of

if TYPE_CHECKING:
    from rebasket.domain.money import MicroUSD
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.identity import Recipient
    from rebasket.domain.sending.prices import PriceBook
    from rebasket.ports import AddressHash, Clock, Composer, LinkCode, Links, Mailer, Texter
    from rebasket.usecases.reminding.due_step import DueStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A message ready for the wire, and what it will cost: None where no price is known."""

    message: Email | Text
    parts: int
    cost: MicroUSD | None
    price: str | None


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """Composes, prices and sends."""

    links: Links
    composer: Composer
    mailer: Mailer
    texter: Texter
    prices: PriceBook
    address_hash: AddressHash
    link_code: LinkCode
    public_url: str
    clock: Clock

    def prepare(self, due: DueStep, to: Recipient) -> Prepared:
        """The message, with its links stored. Repeating it stores the same links again. Raises Rejected when the cart no
        longer holds the address that the episode was declared for.
        """
        code = self._code(due)
        self.links.put(Link(code=code, shop=due.shop.id, touch=due.touch, day=due.ref.day, contact=to.key))
        return self.priced(due, to, code)

    def priced(self, due: DueStep, to: Recipient, code: str | None = None) -> Prepared:
        """The message and its price, nothing stored."""
        brief = self._brief(due, to, code or self._code(due))
        if to.channel is Channel.EMAIL:
            email = self.composer.email(brief)
            price = self.prices.email
            return Prepared(message=email, parts=1, cost=cost(price, 1), price=price.label if price else None)
        text = self.composer.text(brief)
        price = self.prices.text(text.country)
        return Prepared(message=text, parts=text.parts, cost=cost(price, text.parts), price=price.label if price else None)

    def estimated(self, due: DueStep, to: Recipient) -> Prepared | None:
        """What somebody else's message must have been; None when the cart no longer holds the address."""
        try:
            return self.priced(due, to)
        except Rejected:
            return None

    def __call__(self, prepared: Prepared) -> str:
        """One request on the wire; the provider's message id."""
        if isinstance(prepared.message, Email):
            return self.mailer.send(prepared.message)
        return self.texter.send(prepared.message)

    def _code(self, due: DueStep) -> str:
        return self.link_code(due.shop.id, due.touch, due.ref.day)

    def address(self, due: DueStep, to: Recipient) -> Address:
        """The raw address, which only the cart knows. Raises Rejected when it no longer does."""
        for address in due.cart.facts.named:
            if self.address_hash(due.shop.id, address) == to.key:
                return address
        message = "the cart no longer holds this address"
        raise Rejected(message)

    def _brief(self, due: DueStep, to: Recipient, code: str) -> Brief:
        facts = due.cart.facts
        return Brief(
            shop=due.shop,
            to=self.address(due, to),
            name=facts.text("name"),
            locale=facts.text("locale"),
            lines=facts.lines,
            currency=facts.currency,
            step=due.step,
            restore_url=f"{self.public_url}/r/{code}",
            opt_out_url=f"{self.public_url}/o/{code}",
            tags=tags_of(due.shop.id, due.ref.day, due.touch, to.key),
            now=self.clock(),
        )

"""What is still to come of an episode, by the same questions that `remind` asks when a step's time comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reminders import schedule
from rebasket.domain.reminders.decision import Question, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.contact import Contact, Send
    from rebasket.domain.reminders.decision import Decision
    from rebasket.domain.reminders.episode import Episode, Header
    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.domain.shops.sms_limits import Destination


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One address of the cart's shopper. `address` is None where the cart holds it no longer, and only its hash is left."""

    address: Address | None
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A step whose touch is not recorded yet.

    `due` is when its time comes, `undelayed` when it would without quiet hours. `decision` is what the rules come to then (now,
    if that is past) as things stand; None for a step behind another one, on whose end it depends. `send` is how far a try got.
    """

    step: int
    due: datetime
    undelayed: datetime
    decision: Decision | None = None
    send: Send | None = None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """An episode with its header, the policy it follows, and everybody it concerns, by the hash that it names them by."""

    shop: Shop
    cart: Cart
    episode: Episode
    header: Header
    policy: Policy
    people: Mapping[str, Person]
    destination: Callable[[Address], Destination]

    def ahead(self, now: datetime) -> Iterator[Ahead]:
        """The steps without a touch, in their order."""
        first = True
        for step in range(1, len(self.policy.steps) + 1):
            if step in self.episode.touches:
                continue
            due, undelayed = self._due(step, self.policy), self._due(step, replace(self.policy, quiet_hours={}))
            if first:
                question = self._question(step, due)
                asked = [contact.send_of(question.touch, question.day) for contact in question.candidates.values()]
                send = next(filter(None, asked), None)
                yield Ahead(step=step, due=due, undelayed=undelayed, decision=decide(question, max(due, now)), send=send)
            else:
                yield Ahead(step=step, due=due, undelayed=undelayed)
            first = False

    def _due(self, step: int, policy: Policy) -> datetime:
        return schedule.due_of(step, self.header, self.episode.touches, policy)

    def _question(self, step: int, due: datetime) -> Question:
        """As `send_step` makes it: the addresses of the declaration are written to, a "no" at any address counts."""
        chosen = self.episode.chosen.get(step)
        channels = self.policy.steps[step - 1].channels if chosen is None else (chosen,)
        candidates = {c: self.people[self.header.contacts[c]] for c in channels if c in self.header.contacts}
        concerned = [p for p in self.people.values() if p.address is not None or p in candidates.values()]
        number = candidates[Channel.SMS].address if Channel.SMS in candidates else None
        generation = self.episode.ref.generation
        seen = schedule.evaluate(
            self.cart, schedule.timer_for(self.cart, generation, due), self.shop.policy, self.shop.activated_at, due
        )
        return Question(
            touch=TouchId(self.cart.id, generation, step),
            day=self.episode.ref.day,
            due=due,
            cart=self.cart,
            header=self.header,
            over=seen.over if isinstance(seen, schedule.Proceed) else None,
            candidates={channel: person.contact for channel, person in candidates.items()},
            people=[person.contact for person in concerned],
            policy=self.policy,
            activated_at=self.shop.activated_at,
            number=self.destination(number) if number else None,
        )

"""Doubles that remember: what passed the gate, what went out, and when, in one history that promises are checked against."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from rebasket.domain.people.contact import SendState, TouchId
from rebasket.domain.people.person import Person
from rebasket.domain.sending.message import Brief, Email, Text
from rebasket.domain.sending.tags import touch_in
from rebasket.memory import MemoryContacts, MemoryMailer, MemoryTexter
from tests.samples import START

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.identity import ShopperId
    from rebasket.domain.people.sends import Send
    from rebasket.memory import MemoryLinks

Port = TypeVar("Port")


class Wrap(Protocol):
    """Gives back the port, or something that behaves like it."""

    def __call__(self, port: Port, /) -> Port: ...


def as_is(port: Port) -> Port:
    """The port itself: what a world without faults wraps its ports in."""
    return port


@dataclass
class ManualClock:
    """Stands still until it is moved."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def forward(self, span: timedelta) -> None:
        self.at += span


@dataclass
class CountedDraw:
    """Each draw is another text."""

    drawn: int = 0

    def __call__(self) -> str:
        self.drawn += 1
        return f"owner-{self.drawn}"


def address_hash(shop: str, address: Address | ShopperId) -> str:
    """A keyed hash whose key everybody knows."""
    return hashlib.sha256(f"{shop}\x00{address.identity}".encode()).hexdigest()[:32]


def link_code(shop: str, touch: TouchId, day: str) -> str:
    """A code that anybody could guess."""
    return hashlib.sha256(f"link\x00{shop}\x00{touch}\x00{day}".encode()).hexdigest()[:12]


class PlainComposer:
    """Messages that hold their links and the lines' titles, and nothing else."""

    def email(self, brief: Brief) -> Email:
        return Email(to=brief.to, raw=self._words(brief).encode(), tags=brief.tags)

    def text(self, brief: Brief) -> Text:
        country = "UA" if brief.to.value.startswith("+380") else None
        return Text(to=brief.to, body=self._words(brief), parts=1, country=country)

    @staticmethod
    def _words(brief: Brief) -> str:
        return "\n".join([*(line.title for line in brief.lines), brief.restore_url, brief.opt_out_url])


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, in the order in which it was stored or went out.

    event   the shop's event is acknowledged; `shop_time` is when it says it happened
    bought  the order is acknowledged, for this contact; `shop_time` is when it was placed
    no      an opt-out, a complaint, a bounce or a withdrawn consent of this contact is acknowledged
    gate    a touch was claimed for this contact; `before` is when the last other message to the same person was
    wire    the provider took a message of this touch
    """

    kind: Literal["event", "bought", "no", "gate", "wire"]
    at: datetime
    cart: str = ""
    contact: str = ""
    touch: TouchId | None = None
    shop_time: datetime | None = None
    before: datetime | None = None


@dataclass
class WatchedContacts(MemoryContacts):
    """Notes each claim that passes."""

    clock: ManualClock = field(default_factory=ManualClock)
    history: list[Happening] = field(default_factory=list)
    known: set[tuple[TouchId, Send]] = field(default_factory=set)
    """Every entry that was ever put: one that only moved, with its person, is no new claim."""

    def put(self, person: Person) -> bool:
        before = self.items.get((person.shop, person.key))
        if isinstance(before, Person):
            self.known.update(before.sends.items())
        done = super().put(person)
        for touch, send in person.sends.items() if done else ():
            if send.state is SendState.CLAIMED and (touch, send) not in self.known:
                last = max(person.times(send), default=None)
                self.history.append(Happening("gate", self.clock(), touch.cart, send.to, touch, before=last))
        if done:
            self.known.update(person.sends.items())
        return done


@dataclass
class WatchedMailer(MemoryMailer):
    """Notes each message that the provider took."""

    clock: ManualClock = field(default_factory=ManualClock)
    history: list[Happening] = field(default_factory=list)

    def send(self, email: Email) -> str:
        message_id = super().send(email)
        ours = touch_in(email.tags)
        assert ours, "a message without its tags: no provider's event would find its touch"
        _, _, touch, contact = ours
        self.history.append(Happening("wire", self.clock(), touch.cart, contact, touch))
        return message_id


@dataclass
class WatchedTexter(MemoryTexter):
    """Notes each message that the provider took; its touch is found by the link in it, as a shopper's phone would."""

    links: MemoryLinks = field(kw_only=True)
    clock: ManualClock = field(default_factory=ManualClock)
    history: list[Happening] = field(default_factory=list)

    def send(self, text: Text) -> str:
        message_id = super().send(text)
        link = self.links.get(text.body.rsplit("/", 1)[-1])
        assert link, "a message whose link leads nowhere"
        self.history.append(Happening("wire", self.clock(), link.touch.cart, link.contact, link.touch))
        return message_id

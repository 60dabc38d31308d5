"""Who takes the messages, what people do with them, and what the provider says of them later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from rebasket.domain.errors import Throttled
from rebasket.domain.money import MicroUSD
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.domain.reminders.episode import EpisodeRef
from rebasket.domain.sending.message import Email, Text
from rebasket.domain.sending.prices import Price, PriceBook
from rebasket.domain.sending.tags import DAY as FILED
from rebasket.domain.sending.tags import touch_in
from tests.simulation.entries import Request
from tests.simulation.faults import Fault
from tests.simulation.kernel import DAY, HOUR, MINUTE, SECOND, End, moment
from tests.simulation.script import MOMENTS
from tests.simulation.shops import country_of
from tests.simulation.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from rebasket.domain.people.addresses import Address
    from rebasket.domain.sending.message import Brief
    from tests.simulation.reporting import Reporting

PRICES = PriceBook(
    email=Price(each=MicroUSD(160), source="simulated", as_of="2026-03"),
    texts={"DE": Price(each=MicroUSD(79_000), source="simulated", as_of="2026-03")},
)


class PlainComposer:
    """Messages with nothing in them but what names the touch."""

    def email(self, brief: Brief) -> Email:
        return Email(to=brief.to, raw=brief.opt_out_url.encode(), tags=brief.tags)

    def text(self, brief: Brief) -> Text:
        return Text(
            to=brief.to,
            body=f"{brief.opt_out_url} {brief.tags[FILED]}",
            parts=1 + len(brief.lines) // 2,
            country=country_of(brief.to),
        )


class LinkCodes:
    """Codes that can be read: this world keeps no secrets."""

    def __call__(self, shop: str, touch: TouchId, day: str) -> str:
        return f"{shop}~{day}~{touch}"


VISIT_LIFE, FEEDBACK_LIFE = 10 * SECOND, 15 * SECOND
"""The time-outs of `visit` and `feedback`."""
CROWDED = 100
FREQUENT, SELDOM = (700, 80, 80, 140), (975, 2, 6, 17)
"""How often a mail is delivered, complained about, bounced, opened. With many carts so seldom that the brake is not always on."""


@dataclass(frozen=True)
class Taken:
    """A message as the provider got it."""

    shop: str
    touch: TouchId
    key: str
    to: Address
    cost: int | None
    day: str
    tags: Mapping[str, str]
    code: str


class _World(Surroundings, Protocol):
    """What surrounds it, and those who report what shoppers do."""

    reporting: Reporting


class Provider:
    """Takes e-mails and texts, one request each."""

    def __init__(self, world: _World) -> None:
        self.world = world
        self.accepted = 0

    def mail(self, email: Email) -> str:
        """One request of `mailer.send`."""
        found = touch_in(email.tags)
        if found is None:
            message = "a message without tags"
            raise ValueError(message)
        shop, day, touch, key = found
        code = email.raw.decode().rpartition("/")[2]
        return self._send(Taken(shop, touch, key, email.to, PRICES.email.each if PRICES.email else None, day, email.tags, code))

    def text(self, text: Text) -> str:
        """One request of `texter.send`."""
        url, day = text.body.split(" ")
        code = url.rpartition("/")[2]
        shop, _, touch = code.split("~", 2)
        key = self.world.address_hash(shop, text.to)
        price = PRICES.text(text.country)
        cost = None if price is None else price.each * text.parts
        return self._send(Taken(shop, TouchId.parse(touch), key, text.to, cost, day, {}, code))

    def _send(self, taken: Taken) -> str:
        name = "mailer.send" if taken.to.channel is Channel.EMAIL else "texter.send"

        def request(accepted: bool | None) -> str:  # noqa: FBT001  # what becomes of it
            if accepted and self.world.outages.used_up(name, taken.shop, self.world.kernel.now):
                self._note(taken, accepted=False)
                raise Throttled("the day's quota is used up")
            self._note(taken, accepted=accepted)
            if accepted:
                self.accepted += 1
                self._reactions(taken)
            return f"m-{taken.code}"

        return self.world.boundary.send(name, taken.shop, request)

    def _note(self, taken: Taken, *, accepted: bool | None) -> None:
        kernel = self.world.kernel
        kernel.say(
            "WIRE", taken.shop, taken.touch, taken.to.channel, {True: "accepted", False: "refused", None: "lost"}[accepted]
        )
        self.world.ledger.request(
            Request(
                at=kernel.now,
                shop=taken.shop,
                key=taken.key,
                touch=taken.touch,
                day=taken.day,
                to=taken.to,
                accepted=accepted,
                cost=taken.cost,
                process=kernel.running,
            )
        )

    # -- What follows --------------------------------------------------------------------------------------------------------

    def _reactions(self, taken: Taken) -> None:
        draw, now, kernel = self.world.rng.source("reads", taken.code), self.world.kernel.now, self.world.kernel
        mark = f"reads/{taken.code}"
        if not self.world.may_happen(mark):
            return
        soon = (SECOND, 20 * SECOND, 3 * MINUTE, HOUR, 7 * HOUR)
        if draw.random() < 0.25:  # a scanner follows every link
            kernel.at(now + draw.choice(soon), lambda: self.visit("GET", "o", taken, 1))
            kernel.at(now + draw.choice(soon), lambda: self.visit("HEAD", "r", taken, 1))
        if draw.random() < 0.3:
            kernel.at(now + draw.choice(soon), lambda: self.visit("GET", "r", taken, 2))
        if draw.random() < 0.15:
            self._opts_out(taken, draw, now + draw.choice(soon))
        if taken.to.channel is Channel.EMAIL:
            self._events(taken)

    def _opts_out(self, taken: Taken, draw: Random, at: int) -> None:
        """Then; or, by half of them, right when the next reminder is on its way."""
        done: list[bool] = []

        def press() -> None:
            if not done:
                done.append(True)
                self.visit("POST", "o", taken, 3)

        person = self.world.people.get((taken.shop, taken.touch.cart))
        if person is not None and draw.random() < 0.5:
            self.world.reporting.lie_in_wait(
                taken.shop, person, draw.choice(("contacts.get_item", "contacts.put", "links.put")), press
            )
        else:
            self.world.kernel.at(at, press)

    def visit(self, method: str, kind: str, taken: Taken, attempt: int) -> None:
        """A person, or a scanner, follows a link."""
        world, name = self.world, f"visit {method} {taken.code} {attempt}"

        def ended(end: End, what: Any) -> None:  # the response
            good = end is End.RETURNED and what["statusCode"] < 400
            if good and method == "POST":
                world.kernel.say("opted out:", taken.key)
                world.ledger.suppressed_by_person(taken.shop, taken.key, "opted out")
            elif not good and method == "POST" and attempt < 6:
                world.kernel.at(world.kernel.now + 10 * SECOND, lambda: self.visit(method, kind, taken, attempt + 1))

        if method == "POST":
            world.ledger.asking[name] = (taken.shop, taken.key, SuppressionReason.OPTED_OUT)
        process = world.process(name, VISIT_LIFE, ended, scope=name, shop=taken.shop)
        world.kernel.spawn(process, lambda: world.functions.visit(process, method, kind, taken.code))

    def _events(self, taken: Taken) -> None:
        draw = self.world.rng.source("events", taken.code)
        kinds: list[str] = ["Send"]
        kinds += draw.choices(
            (["Delivery"], ["Delivery", "Complaint"], ["Bounce"], ["Delivery", "Open"]),
            FREQUENT if self.world.setup.carts <= CROWDED else SELDOM,
        )[0]
        for number, kind in enumerate(kinds):
            name = f"{taken.code}/{kind}"
            faults = self.world.faults
            if faults.of_edge(Fault.EVENT_LOST, "feedback", name):
                continue
            delay = (number + 1) * draw.randrange(300, 2_000)
            if faults.of_edge(Fault.DELAYED, "feedback", name):
                delay = draw.choice((10 * MINUTE, 5 * HOUR, 2 * DAY))
            elif faults.of_edge(Fault.REORDERED, "feedback", name):
                delay = draw.randrange(5 * SECOND, 60 * SECOND)
            elif kind == "Complaint":
                delay = draw.choice((2 * SECOND, MINUTE, HOUR, 9 * HOUR))
            person = self.world.people.get((taken.shop, taken.touch.cart))
            if kind in ("Bounce", "Complaint") and person is not None and draw.random() < 0.5:
                when, sent = draw.choice(MOMENTS), self.world.kernel.now
                tell = partial(self.tell, _detail(kind, taken, sent), kind, taken, 1)
                self.world.reporting.lie_in_wait(taken.shop, person, when, tell)
                continue
            again = faults.of_edge(Fault.REPEATED, "feedback", name)
            for attempt in (1, 101)[: 1 + again]:
                self._later(delay * (1 + (attempt > 1)), kind, taken, attempt)

    def _later(self, delay: int, kind: str, taken: Taken, attempt: int) -> None:
        now = self.world.kernel.now
        detail = _detail(kind, taken, now)
        self.world.kernel.at(now + delay, lambda: self.tell(detail, kind, taken, attempt))

    def tell(self, detail: Mapping[str, Any], kind: str, taken: Taken, attempt: int) -> None:
        """EventBridge invokes `feedback`, and again when that went wrong."""
        world, name = self.world, f"feedback {kind} {taken.code} {attempt}"

        def ended(end: End, what: object) -> None:
            if end is End.RETURNED:
                ref = EpisodeRef(shop=taken.shop, day=taken.day, cart=taken.touch.cart, generation=taken.touch.generation)
                world.ledger.proven[ref, taken.touch.step] = None
                if kind in ("Complaint", "Bounce"):
                    world.ledger.suppressed_by_person(taken.shop, taken.key, kind)
            elif attempt % 100 < 12:
                pause = MINUTE * 2 ** min(attempt % 100, 6)
                world.kernel.at(world.kernel.now + pause, lambda: self.tell(detail, kind, taken, attempt + 1))

        if kind in ("Complaint", "Bounce"):
            world.ledger.asking[name] = (
                taken.shop,
                taken.key,
                SuppressionReason.BOUNCED if kind == "Bounce" else SuppressionReason.COMPLAINED,
            )
        process = world.process(name, FEEDBACK_LIFE, ended, scope=name, shop=taken.shop)
        world.kernel.spawn(process, lambda: world.functions.feedback(process, detail))


def _detail(kind: str, taken: Taken, at: int) -> dict[str, Any]:
    """An event as SES publishes it."""
    return {
        "eventType": kind,
        "bounce": {"bounceType": "Permanent"},
        "mail": {
            "tags": {name: [value] for name, value in taken.tags.items()},
            "messageId": f"m-{taken.code}",
            "timestamp": moment(at).isoformat(),
        },
    }

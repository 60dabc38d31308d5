"""One story played: the shop is set up, each entry happens at its time, and at the end the report and the carts are asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from standardwebhooks import Webhook

from rebasket.domain.errors import Refused
from rebasket.memory import MemoryLinks
from rebasket_cli.erase import addresses, erase_addresses
from rebasket_cli.play.clock import Machinery, VirtualClock
from rebasket_cli.play.house import housed
from rebasket_cli.play.provider import Provider, said_of_mail
from rebasket_cli.play.reading import read
from rebasket_cli.play.record import Answer, Message, Played
from rebasket_cli.play.times import iso
from rebasket_cli.play.usual_shop import shop_of
from rebasket_cli.play.wiring import PUBLIC_URL, wired
from rebasket_cli.why.command import looked_up
from rebasket_cli.why.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rebasket.domain.shops.policy import Shop
    from rebasket_cli.play.house import House
    from rebasket_cli.play.story import Entry, HttpRequest, Story
    from rebasket_cli.play.wiring import Wired
    from rebasket_local.http_messages import Response

JSON: Final = {"content-type": "application/json"}
ONE_CLICK: Final = ({"content-type": "application/x-www-form-urlencoded"}, b"List-Unsubscribe=One-Click")
"""RFC 8058, section 3.1."""


class Impossible(Exception):
    """What an entry asks for cannot happen then."""


def play(story: Story) -> Played:
    """What came of it. Raises Invalid where its shop cannot be set up in this product."""
    shop = shop_of(story.shop, story.begins)
    entries = story.until_over
    clock = VirtualClock(min(story.begins, story.moment(entries[0][1].at)))
    provider = Provider(clock, MemoryLinks())
    made = wired(shop, clock, provider)
    played = Played(messages=provider.messages)
    with housed(made.app, played.troubles) as house:
        _Stage(story, shop, clock, provider, made, house).play(played)
    return played


@dataclass(frozen=True)
class _Stage:
    story: Story
    shop: Shop
    clock: VirtualClock
    provider: Provider
    wired: Wired
    house: House

    def play(self, played: Played) -> None:
        """The whole story, noted in `played`."""
        confirmed: list[Message] = []

        def woken() -> None:
            """The provider says of each new mail that it took it."""
            for message in self.provider.messages[len(confirmed) :]:
                confirmed.append(message)
                if message.channel == "email":
                    self._mail_event(message, "Send")

        machinery = Machinery(
            clock=self.clock,
            app=self.wired.app,
            timers=self.wired.timers,
            woken=woken,
            night=self.house.night,
            troubles=played.troubles,
        )
        self.wired.timers.advance(self.clock())  # sweep has been running until now
        for number, entry in self.story.until_over:
            machinery.advance(self.story.moment(entry.at))
            played.answers.append(self._happens(number, entry))
        machinery.advance(self.story.moment(self.story.until))
        played.answers.sort(key=lambda answer: answer.number)
        played.report = self._report()
        played.why = {cart.id: told(looked_up(self.wired.app)(self.shop, cart.id)) for cart in self.wired.carts.all()}

    def _happens(self, number: int, entry: Entry) -> Answer:
        answer = Answer(number=number, at=self.clock(), what=entry.kind)
        acts: Mapping[str, Callable[[], None]] = {
            "event": lambda: self._tell(answer, [entry.event or {}]),
            "events": lambda: self._tell(answer, entry.events or []),
            "click": lambda: self._click(answer, entry.click),
            "optout": lambda: self._opt_out(answer, entry.optout),
            "bounce": lambda: self._said(answer, entry.bounce, "Bounce"),
            "complaint": lambda: self._said(answer, entry.complaint, "Complaint"),
            "erase": lambda: self._erase(answer, entry.erase or ""),
            "request": lambda: self._request(answer, entry.request),
        }
        try:
            acts[entry.kind]()
        except Impossible as why:
            answer.impossible = str(why)
        answer.told += self.house.errors()
        return answer

    # -- What the shop does ------------------------------------------------------------------------------------------

    def _tell(self, answer: Answer, events: list[dict[str, Any]]) -> None:
        """The shop posts, signed."""
        alone = answer.what == "event"
        sent = [
            {
                "id": f"e{answer.number}" if alone else f"e{answer.number}-{place}",
                "at": iso(self.clock()),
                **self.story.timed(event),
            }
            for place, event in enumerate(events, 1)
        ]
        body = json.dumps(sent[0] if alone else {"events": sent})
        named = [f"{event.get('type')} {event.get('cart') or ''}".strip() for event in sent]
        answer.what = "; ".join(named)
        now = self.clock()
        signature = Webhook(self.wired.signing_secret).sign(f"msg-{answer.number}", now, body)
        headers = JSON | {
            "rebasket-key": self.wired.signing_key,
            "webhook-id": f"msg-{answer.number}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        read(answer, self.house.http("POST", "/v1/events", headers, body.encode(), now))

    def _request(self, answer: Answer, asked: HttpRequest | None) -> None:
        if asked is None:
            return
        headers = {name: value.replace("{key}", self.wired.bearer) for name, value in asked.headers.items()}
        body = asked.body if isinstance(asked.body, str) else "" if asked.body is None else json.dumps(asked.body)
        answer.what = f"{asked.method} {asked.path}"
        read(answer, self.house.http(asked.method, asked.path, headers, body.encode(), self.clock()))

    def _erase(self, answer: Answer, whom: str) -> None:
        answer.what = f"erase {whom}"
        try:
            phone = whom.startswith("+")
            wanted = addresses(None if phone else whom, whom if phone else None)
            answer.told.append(f"{erase_addresses(self.wired.app, self.shop.id, wanted)} carts emptied")
        except Refused as error:
            raise Impossible("; ".join([error.detail, *(wrong.detail for wrong in error.errors)])) from None

    # -- What the shopper and the provider do ------------------------------------------------------------------------

    def _click(self, answer: Answer, number: int | None) -> None:
        answer.what = f"click in message {number}"
        message = self._message(number)
        read(answer, self._follow("GET", message, message.restore_url))

    def _opt_out(self, answer: Answer, number: int | None) -> None:
        """By one click of a mail program, or by the button of the page that a text message leads to."""
        answer.what = f"opt out of message {number}"
        message = self._message(number)
        if message.channel == "sms":
            self._follow("GET", message, message.opt_out_url)
        headers, body = ONE_CLICK if message.channel == "email" else (ONE_CLICK[0], b"")
        read(answer, self._follow("POST", message, message.opt_out_url, headers, body))

    def _follow(
        self, method: str, message: Message, url: str | None, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        if url is None or not url.startswith(PUBLIC_URL):
            raise Impossible(f"message {message.number} has no such link")
        return self.house.http(method, url.removeprefix(PUBLIC_URL), headers or {}, body, self.clock())

    def _said(self, answer: Answer, number: int | None, kind: str) -> None:
        answer.what = f"{kind.lower()} of message {number}"
        message = self._message(number)
        if message.channel != "email":
            raise Impossible(f"message {number} is a text message: nobody reports a {kind.lower()} of those")
        self._mail_event(message, kind)

    def _mail_event(self, message: Message, kind: str) -> None:
        self.house.mail_event(said_of_mail(message, kind, iso(message.at)))

    def _message(self, number: int | None) -> Message:
        found = next((message for message in self.provider.messages if message.number == number), None)
        if found is None:
            raise Impossible(f"there is no message {number} by then; sent so far: {len(self.provider.messages)}")
        return found

    # -- What is seen ------------------------------------------------------------------------------------------------

    def _report(self) -> Mapping[str, Any]:
        first, last = min(self.story.begins, self.clock()).date(), self.clock().date()
        headers = {"authorization": f"Bearer {self.wired.bearer}"}
        answer = self.house.http("GET", f"/v1/report?from={first}&to={last}", headers, b"", self.clock())
        data: dict[str, Any] = json.loads(answer.text)
        return data["total"] if answer.status == 200 else data

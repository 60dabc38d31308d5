"""Where a life is played: the real use cases over ports in memory, in virtual time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.aws.ses_events import feedback_in
from rebasket.domain.errors import NotFound, Refused
from rebasket.domain.people.addresses import Address, Channel
from rebasket.http.results import Results
from rebasket.http.strict_json import read
from rebasket.messages.composer import MessageComposer
from rebasket.platforms.native.batch import split
from rebasket.platforms.native.translate import parse
from tests.faults import Crash
from tests.histories.form import moment
from tests.histories.provider import Provider, ToldMailer, ToldTexter
from tests.histories.shops import shop_of
from tests.samples import SHOP
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rebasket.domain.carts.timer import Timer
    from rebasket.usecases.reminding.process_timer import ProcessedTimer
    from tests.doubles import Wrap
    from tests.histories.form import Json

NIGHT = timedelta(hours=3)
"""Of the day, UTC: when days are closed."""


MOST_WAKES = 2_000
"""Of one life: ten times what any needs."""


class Restless(Exception):
    """Its carts are looked at again and again, without end."""


class Stage(World):
    """One shop, and a provider that answers as it is told to."""

    def __init__(self, shop: Json, answers: Mapping[str, str]) -> None:
        self._told_answers, self._versions = answers, 1
        super().__init__(shop_of(shop, 1))

    def _wire(self, wrap: Wrap) -> None:
        self.provider = Provider(self._told_answers, self.clock)
        self.mailer = ToldMailer(provider=self.provider, clock=self.clock)
        self.texter = ToldTexter(provider=self.provider, links=self.links, clock=self.clock)
        self.composer = MessageComposer("reminders@tea.example")
        super()._wire(wrap)
        self._pull_brake, self._erase = self.use_cases.pause_sending, self.use_cases.erase_person

    # -- Time --------------------------------------------------------------------------------------------------------

    def pass_until(self, until: datetime) -> None:
        """Sweeps, the stream and the nights; a process that dies is replaced, and the stream brings its record again."""
        midnight = self.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        nights = (midnight + timedelta(days=n) + NIGHT for n in range((until - midnight).days + 1))
        for night in [at for at in nights if self.clock() < at <= until]:
            self._leap_alive(night)
            self.close_books()
            self.post_adjustments()
        self._leap_alive(until)

    def _leap_alive(self, until: datetime) -> None:
        while True:
            try:
                if min(self.timers.items, default=self.clock()) < self.clock():  # after a standstill
                    self.sweep()
                self.leap(until)
            except Crash:
                continue
            return

    def attend(self, timer: Timer) -> ProcessedTimer:
        """As every world does, but not for ever. Raises Restless."""
        if len(self.outcomes) >= MOST_WAKES:
            raise Restless(f"{timer.cart} is looked at again and again at {self.clock():%Y-%m-%d %H:%M}")
        return super().attend(timer)

    # -- Inputs ------------------------------------------------------------------------------------------------------

    def take(self, said: Json) -> str:
        """One input, at its time; what whoever sent it got for an answer, in short."""
        self.pass_until(moment(said["at"]))
        kind = next(name for name in said if name != "at")
        value = said[kind]
        match kind:
            case "post":
                return self._posted(json.dumps(value).encode())
            case "visit":
                return self._visited(*value.split())
            case "provider":
                for feedback in feedback_in(value):
                    self.record_delivery(feedback)
                    self._pull_brake(feedback)
            case "shop":
                self._versions += 1
                self.shops.save(shop_of(value, self._versions))
            case "paused":
                self.shops.paused = {SHOP: value} if value else {}
            case "sweep stands until":
                self.clock.at = moment(value)
            case "erased":
                self._erase(SHOP, Address(Channel.EMAIL, value))
            case _:
                raise ValueError(f"no input is called {kind}")
        return ""

    def _posted(self, body: bytes) -> str:
        shop = self.shops.get(SHOP)
        assert shop
        results = Results()
        for pointer, data in split(read(body)):
            try:
                results.took(data, self.record_event(parse(data, shop, self.clock())))
            except Refused as why:
                results.rejected(data, pointer, why)
        answer = results.answer()
        told = json.loads(answer.body)
        ends = ", ".join(entry["status"] for entry in told["results"])
        wrong = "; ".join(f"{error['pointer']} {error['detail']}" for error in told.get("errors", ()))
        return f"{answer.status} {ends}" + (f": {wrong}" if wrong else "")

    def _visited(self, method: str, path: str) -> str:
        """As `functions/visit` does, without its pages."""
        _, page, code = path.split("/")
        try:
            if page == "r":
                target = self.follow_link.restore(code, count=method == "GET")
                return "200 the cart is gone" if target.gone else f"302 {target.url}"
            if method == "POST":
                self.follow_link.opt_out(code)
                return "200 opted out"
            self.follow_link.ask(code)
            return "200 asks whether to opt out"
        except NotFound:
            return "404"

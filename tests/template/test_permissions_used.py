"""Each permission of each function is used by it: its calls are recorded over all that may happen to a cart and a shop.

The other way, that each call is permitted, needs no recording: the local cloud refuses what a role does not allow, here, in the
demo and in every test that runs the template.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.carts.timer import Timer
from rebasket.settings import read_settings
from rebasket.wiring import App
from rebasket_cli.costs.courses import START, Course, a_contact, a_shop, filled, ordered
from rebasket_cli.costs.lives import Bench
from rebasket_cli.shop import create_shop
from rebasket_local.cloud import LocalCloud
from rebasket_local.faults import ProcessKilled
from rebasket_local.permissions import Permissions
from rebasket_local.traffic.mailbox import links_in
from tests.template.grants import grants

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket_local.faults import Call
    from rebasket_local.http_messages import Response
    from rebasket_local.outbox import Message
    from rebasket_local.policies import Request

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
BOUNCES = 20
POISONED, CUT_OFF = "cart-poisoned", "cart-cut-off"
STREAM = "RemindFunctionTimerDeleted"


@dataclass
class Recorder:
    """What the functions asked AWS for; passes each call on to the meter that was there. Nobody can read one cart, and
    who sends a mail dies of it while `at_death` is there to be called.
    """

    permissions: Permissions
    then: Callable[[Call], None]
    at_death: Callable[[], None] | None = None
    asked: set[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=set)
    requests: list[tuple[str, Request]] = field(default_factory=list)

    def __call__(self, call: Call) -> None:
        if call.when == "before":
            for alternatives in self.permissions.requests_of(call.service, call.operation, call.params):
                for request in alternatives:
                    key = (
                        call.function,
                        request.action,
                        request.resource,
                        tuple(request.context.get("dynamodb:leadingkeys", ())),
                    )
                    if key not in self.asked:
                        self.asked.add(key)
                        self.requests.append((call.function, request))
            if POISONED in json.dumps(call.params.get("Key", {})) and call.function == "RemindFunction":
                raise RuntimeError
        elif self.at_death and call.operation == "SendEmail":
            self.at_death()
            raise ProcessKilled
        else:
            self.then(call)


@dataclass
class Shop:
    """One shop of the local cloud, and its key."""

    cloud: LocalCloud
    key: str

    def post(self, event: dict[str, Any]) -> None:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.key}"}
        answer = self.cloud.http("POST", "/v1/events", headers, json.dumps(event).encode())
        assert answer.status == 202, answer.text

    def report(self) -> Response:
        return self.cloud.http("GET", "/v1/report", {"authorization": f"Bearer {self.key}"})


def contact_of(cart: str) -> dict[str, Any]:
    return a_contact(cart, Course())


def lead_the_usual_lives(cloud: LocalCloud, recorder: Recorder) -> None:
    """Bought, unreachable, held, mailed, texted, recovered; their days are closed."""
    bench = Bench(cloud)
    recorder.then = cloud.faults.on_call or recorder.then
    cloud.faults.on_call = recorder
    bench.measure()
    recorder.then = lambda _call: None  # it knows what the usual ones call, and no more
    cloud.resume("SweepFunctionEveryMinute")


def lead_the_unusual_ones(cloud: LocalCloud, shop: Shop, app: App, recorder: Recorder) -> None:
    """A timer that cannot be attended to; somebody who says no; a mail that nobody knows of; mail that bounces until the brake
    holds the shop; and what comes when the books are closed.
    """
    carts = [f"cart-{number}" for number in range(BOUNCES)]
    for cart in (*carts, POISONED):
        shop.post(filled(cart, 1, cloud.now, contact_of(cart)))
    seen = len(cloud.outbox)
    cloud.advance(timedelta(hours=5))
    messages = [cloud.outbox[number] for number in range(seen, len(cloud.outbox))]
    assert len(messages) == BOUNCES
    opt_out = links_in(messages[0]).opt_out
    assert cloud.http("GET", opt_out).status == 200
    assert cloud.http("POST", opt_out).status == 200
    assert cloud.http("GET", links_in(messages[0]).restore).status == 302
    cut_off(cloud, shop, recorder)
    assert len(cloud.queue("DeadTimersQueue")) == 1
    for message in messages:
        for kind in ("Send", "Bounce"):
            cloud.mail_event(message, kind)
            cloud.settle()
    assert any("sending of a shop is paused" in line for line in cloud.function("FeedbackFunction").log)
    elsewhere = {"type": "reminder.sent_elsewhere", "id": "theirs", "at": f"{cloud.now:%Y-%m-%dT%H:%M:%SZ}", "channel": "email"}
    shop.post({**elsewhere, "cart": carts[0]})
    shop.post(ordered(carts[0], cloud.now, contact_of(carts[0])))
    cloud.pause("SweepFunctionEveryMinute")  # days of it would take minutes
    cloud.advance(timedelta(days=9))
    come_late(cloud, shop, app, cloud.outbox[len(cloud.outbox) - 1])
    assert shop.report().status == 200


def cut_off(cloud: LocalCloud, shop: Shop, recorder: Recorder) -> None:
    """Remind dies when its mail is out, and does not come back."""
    shop.post(filled(CUT_OFF, 1, cloud.now, contact_of(CUT_OFF)))
    recorder.at_death = lambda: cloud.pause(STREAM)
    cloud.advance(timedelta(minutes=75))
    recorder.at_death = None


def come_late(cloud: LocalCloud, shop: Shop, app: App, message: Message) -> None:
    """To days that are closed: a refund, SES's word on the mail that nobody knew of, the next step."""
    refund = {"id": "refund", "type": "order.refunded", "at": f"{cloud.now:%Y-%m-%dT%H:%M:%SZ}", "cart": "cart-0"}
    shop.post(refund | {"order": {"id": "order-cart-0", "amount": 100, "currency": "USD"}})
    cloud.mail_event(message, "Send")
    cloud.settle()
    cloud.resume(STREAM)
    cart = app.carts.get("busy", CUT_OFF)
    assert cart
    timer = Timer(shop="busy", cart=CUT_OFF, generation=1, due=cloud.now, day=cart.episodes[0].day)
    app.timers.arm(timer)
    app.timers.delete([timer])
    cloud.advance(timedelta(days=2))


@pytest.fixture(scope="module")
def recorded() -> tuple[LocalCloud, list[tuple[str, Request]]]:
    parameters = {"SenderEmail": "reminders@lantern.shop", "PublicUrl": "https://go.lantern.shop"}
    with LocalCloud.start(TEMPLATE, parameters, START, region="us-east-1", identities=["lantern.shop"]) as cloud:
        recorder = Recorder(Permissions(cloud.stack), lambda _call: None)
        lead_the_usual_lives(cloud, recorder)
        app = App()
        app.settings = read_settings(cloud.function("ReportFunction").environment)
        usual = a_shop(held=False)
        new = replace(usual, id="busy", policy=replace(usual.policy, quiet_hours={}))
        lead_the_unusual_ones(cloud, Shop(cloud, create_shop(app, new).bearer), app, recorder)
        return cloud, recorder.requests


def test_every_permission_is_used(recorded: tuple[LocalCloud, list[tuple[str, Request]]]) -> None:
    cloud, requests = recorded
    given = list(grants(cloud.stack))
    unused = [str(grant) for grant in given if not any(who == grant.function and grant.covers(what) for who, what in requests)]
    assert len(given) > 60
    assert unused == [], "\n".join(unused)

"""template.yaml itself in the local cloud, with two shops of each test's own, oak and ash: what an attacker meets, from HTTP
to the mail.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from rebasket.domain.shops.policy import Policy, Shop
from rebasket.settings import read_settings
from rebasket.wiring import App
from rebasket_cli.shop import NewKeys, create_shop
from rebasket_cli.stage import REGION, TEMPLATE, nothing_due
from rebasket_local.cloud import LocalCloud
from rebasket_local.isolation import environment
from tests.samples import EMAIL_ONLY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket_local.http_api import Response
    from rebasket_local.outbox import Message

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
JSON = {"content-type": "application/json"}
ANNA = "anna@shopper.example"


def moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@dataclass
class TwoShops:
    """Each method speaks as one shop; `cloud` is what both are in, `app` the application that reads what is stored."""

    cloud: LocalCloud
    app: App
    number: int
    keys: dict[str, NewKeys] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        with environment(self.cloud.function("IngestFunction").environment):
            self.keys = {name: create_shop(self.app, a_shop(self.id(name), self.cloud.now)) for name in ("oak", "ash")}

    def id(self, name: str) -> str:
        """Of this test's oak or ash."""
        return f"{name}-{self.number}"

    def bearer(self, shop: str) -> dict[str, str]:
        return {**JSON, "authorization": f"Bearer {self.keys[shop].bearer}"}

    def signed(self, shop: str, body: bytes, at: datetime | None = None) -> dict[str, str]:
        keys, at = self.keys[shop], at or self.cloud.now
        return {
            **JSON,
            "rebasket-key": keys.signing_key_id,
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(keys.signing_secret).sign("msg_1", at, body.decode()),
        }

    def cart(self, cart: str, email: str | None = ANNA, **more: object) -> dict[str, object]:
        """An ordinary event that names somebody who agreed to be written to."""
        self.count += 1
        event: dict[str, object] = {
            "id": f"e{self.count}",
            "type": "cart.updated",
            "at": moment(self.cloud.now),
            "cart": cart,
            "currency": "EUR",
            "lines": [{"sku": "mug", "title": "Mug", "quantity": 1, "unit_price": 1450}],
        }
        if email is not None:
            said = {"granted": True, "source": "checkout", "at": moment(self.cloud.now - timedelta(days=1))}
            event["contact"] = {"email": email, "consent": {"email": said}}
        return {**event, **more}

    def order(self, cart: str, order: str, email: str | None = None, **more: object) -> dict[str, object]:
        self.count += 1
        placed = {"id": order, "total": 1450, "currency": "EUR"}
        event = {"id": f"e{self.count}", "type": "order.placed", "at": moment(self.cloud.now), "cart": cart, "order": placed}
        return {**event, **({"contact": {"email": email}} if email else {}), **more}

    def post(self, shop: str, event: object, headers: Mapping[str, str] | None = None, query: str = "") -> Response:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        return self.cloud.http("POST", f"/v1/events{query}", headers or self.bearer(shop), body)

    def report(self, shop: str) -> Any:  # noqa: ANN401  # JSON
        return self.cloud.http("GET", "/v1/report", self.bearer(shop)).json()

    def advance(self, **span: float) -> None:
        self.cloud.advance(timedelta(**span))

    def mails(self, shop: str) -> list[str]:
        """Recipients of the shop's mails, in order."""
        return [message.to for message in self.sent(shop)]

    def sent(self, shop: str) -> list[Message]:
        """The shop's mails, in order. Texts carry no tags."""
        return [message for message in self.cloud.outbox if message.tags.get("rebasket-shop") == self.id(shop)]

    def code(self, shop: str) -> str:
        """Of the links in the shop's latest mail."""
        part = self.sent(shop)[-1].mail.get_body(("plain",))
        assert part is not None
        found = re.search(r"https://[^/\s]+/r/(\S+)", part.get_content())
        assert found, "a mail without a way back"
        return found[1]

    def everything(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Each item of the Carts table by its key."""
        pages = self.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=self.cloud.outputs["CartsTableName"])
        return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def a_shop(name: str, now: datetime) -> Shop:
    """With mails alone, and nobody held back."""
    return Shop(
        id=name,
        name=name.title(),
        url=f"https://{name}.example",
        hosts=(f"{name}.example",),
        postal_address="1 Road, Town",
        sender_name=name.title(),
        locale="en-GB",
        activated_at=now - timedelta(days=1),
        policy=replace(Policy(), holdout=0, steps=EMAIL_ONLY),
    )


@contextmanager
def running() -> Iterator[tuple[LocalCloud, App]]:
    """The cloud, and an application that stores shops in it. Sweeps that would find nothing are left out, to save the time."""
    parameters = {"SenderEmail": "carts@rebasket.example", "TimerShards": "1"}
    with LocalCloud.start(TEMPLATE, parameters, START, identities=["rebasket.example"], region=REGION) as cloud:
        cloud.skip_idle("SweepFunctionEveryMinute", partial(nothing_due, cloud.stack.account, cloud.outputs["TimersTableName"]))
        cloud.pause("CloseBooksFunctionEveryNight")  # it goes through all shops of all tests, every night
        app = App()
        app.settings = read_settings(cloud.function("ReportFunction").environment)
        yield cloud, app

"""A fixed story in the local cloud, told over HTTP: one shop, a few carts, ten days; every request has a name.

events    what comes back for events, right and wrong ones
visits    where the links in messages lead, as carts and shoppers change
reports   the figures, of nothing and of something
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from standardwebhooks import Webhook

from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.message import Link
from rebasket.domain.shops.policy import Shop
from rebasket.settings import read_settings
from rebasket.wiring import App
from rebasket_cli.shop import NewKeys, create_shop
from rebasket_cli.stage import REGION, TEMPLATE, nothing_due
from rebasket_local.cloud import LocalCloud
from rebasket_local.isolation import environment
from tests.golden.cart_items import ANNA
from tests.golden.tables import NOW
from tests.golden.typed import compact
from tests.samples import EMAIL_ONLY, a_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket_local.faults import Call
    from rebasket_local.http_api import Response

Answers = dict[str, dict[str, Any]]

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = b"List-Unsubscribe=One-Click"
CODE = "4kZ81wQmXb7T"
SHOP = Shop(
    id="tea",
    name="Чайна",
    url="https://tea.example",
    hosts=("tea.example",),
    postal_address="Yaroslaviv Val 1, Kyiv",
    sender_name="Tea",
    locale="uk",
    activated_at=NOW - timedelta(days=30),
    policy=a_policy(steps=EMAIL_ONLY),
)


def shown(response: Response) -> dict[str, Any]:
    """An answer for a golden file: compact JSON as what is in it, other text line by line."""
    answer: dict[str, Any] = {"status": response.status, "headers": dict(sorted(response.headers.items()))}
    text = response.text
    if "json" in response.headers["content-type"]:
        data = json.loads(text)
        if json.dumps(data, separators=(",", ":")) == text:
            return {**answer, "json": data}
    return {**answer, "text": text.split("\n")}


@dataclass
class Story:
    """Asks, and notes what comes back."""

    cloud: LocalCloud
    app: App
    keys: NewKeys
    answers: dict[str, Answers] = field(default_factory=dict)
    count: int = 0

    def ask(self, name: str, target: str, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> None:
        """GET, or POST where there is a body."""
        file, _, rest = name.partition(": ")
        response = self.cloud.http("GET" if body is None else "POST", target, headers, body or b"")
        known = self.answers.setdefault(file, {})
        assert rest not in known
        known[rest] = shown(response)

    def post(self, name: str, *events: object, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> None:
        """One event as it is, several as a batch."""
        sent = (compact(events[0]) if len(events) == 1 else compact({"events": events})).encode() if body is None else body
        self.ask(f"events: {name}", "/v1/events", {**JSON, **self.bearer, **(headers or {})}, sent)

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.keys.bearer}"}

    def signed(self, body: bytes) -> dict[str, str]:
        signature = Webhook(self.keys.signing_secret).sign("msg_1", self.cloud.now, body.decode())
        return {
            **JSON,
            "rebasket-key": self.keys.signing_key_id,
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(self.cloud.now.timestamp())),
            "webhook-signature": signature,
        }

    def event(self, cart: str = "c1", kind: str = "cart.updated", **more: object) -> dict[str, object]:
        """Of somebody who agreed to be written to."""
        self.count += 1
        at = self.cloud.now.isoformat().replace("+00:00", "Z")
        event: dict[str, object] = {"id": f"e{self.count}", "type": kind, "at": at, "cart": cart}
        if kind == "cart.updated":
            line = {"sku": "sencha", "title": "Сенча", "quantity": 1, "unit_price": 1990}
            said = {"granted": True, "source": "checkout", "at": at}
            event |= {"currency": "EUR", "locale": "en-GB", "lines": [line], "restore_url": f"https://tea.example/cart/{cart}"}
            event["contact"] = {"email": ANNA.value, "consent": {"email": said}}
        if kind == "order.placed":
            event["order"] = {"id": f"o-{cart}", "total": 1990, "currency": "EUR"}
        return {**event, **more}

    def visit(self, what: str) -> None:
        """Each link as it now is; looking changes nothing."""
        self.ask(f"visits: {what}, way back", f"/r/{CODE}")
        self.ask(f"visits: {what}, way out", f"/o/{CODE}")


def told() -> dict[str, Answers]:
    """The whole story's answers, by file and name."""
    with _running() as story:
        for chapter in (_credentials, _events, _refused, _busy, _visits, _reports):
            chapter(story)
        return story.answers


@contextmanager
def _running() -> Iterator[Story]:
    parameters = {"SenderEmail": "carts@rebasket.example", "TimerShards": "1"}
    with LocalCloud.start(TEMPLATE, parameters, NOW, identities=["rebasket.example"], region=REGION) as cloud:
        cloud.skip_idle("SweepFunctionEveryMinute", partial(nothing_due, cloud.stack.account, cloud.outputs["TimersTableName"]))
        app = App()
        app.settings = read_settings(cloud.function("ReportFunction").environment)
        with environment(cloud.function("IngestFunction").environment):
            keys = create_shop(app, SHOP)
            app.links.put(
                Link(code=CODE, shop="tea", touch=TouchId("c1", 1, 1), day="2026-03-02", contact=app.address_hash("tea", ANNA))
            )
        yield Story(cloud, app, keys)


def _credentials(story: Story) -> None:
    story.post("no key", story.event(), headers={"authorization": ""})
    story.post("a key that is not right", story.event(), headers={"authorization": f"Bearer rbk_tea_abcdefgh_{'0' * 64}"})
    story.post("an unknown shop", story.event(), headers={"authorization": f"Bearer rbk_coffee_abcdefgh_{'0' * 64}"})
    body = compact(story.event("signed")).encode()
    story.ask("events: a wrong signature", "/v1/events", {**story.signed(body), "webhook-signature": "v1,AAAA"}, body)
    story.ask("events: signed", "/v1/events", story.signed(body), body)
    story.ask("reports: a key without the right", "/v1/report", story.signed(b""))
    story.ask("reports: no key", "/v1/report")


def _events(story: Story) -> None:
    first = story.event()
    story.post("accepted", first)
    story.post("unchanged", first)
    story.post("a batch", first, story.event("c2"), story.event("c3", lines=[{"sku": "x"}]), 7)
    for kind, more in (
        ("cart.item_added", {"line": {"sku": "cup", "title": "Cup", "quantity": 1, "unit_price": 500}, "currency": "EUR"}),
        ("cart.item_removed", {"sku": "cup"}),
        ("checkout.started", {"stage": "payment"}),
        ("contact.identified", {"contact": {"email": "bohdan@example.org"}}),
        ("cart.deleted", {}),
        ("order.placed", {}),
        ("order.refunded", {"order": {"id": "o-kinds", "amount": 90, "currency": "EUR"}}),
        ("order.cancelled", {"order": {"id": "o-kinds"}}),
    ):
        story.post(kind, story.event("kinds", kind, **more))


def _refused(story: Story) -> None:
    story.post("not JSON", body=b"{")
    story.post("not UTF-8", body=b'{"id": "\xff"}')
    story.post("not declared as JSON", story.event(), headers={"content-type": "text/plain"})
    story.post("too large", body=b" " * (256 * 1024 + 1))
    story.post("too many events", *[story.event() for _ in range(101)])
    story.post("no events", body=b"[]")
    story.post("something beside the events", body=b'{"events": [], "shop": "tea"}')
    story.post("an unknown type", story.event(type="cart.update"))
    story.post("an unknown field", story.event(currencie="EUR"))
    story.post("a field twice", body=b'{"id": "e", "id": "f", "type": "cart.deleted"}')
    story.post("many wrong fields", story.event(at="yesterday", currency="euro", lines=[{"sku": "", "quantity": 1.5}], id=None))
    story.post("a wrong address", story.event(contact={"email": "anna", "phone": "123"}))
    story.post("a way back to somebody else", story.event(restore_url="https://evil.example/"))
    story.post("only wrong events", story.event(id=""), {})
    story.ask("events: no such route", "/v1/event", {**JSON, **story.bearer}, b"{}")
    story.ask("events: no such method", "/v1/events", story.bearer)


def _busy(story: Story) -> None:
    def throttled(call: Call) -> None:
        if call.operation == "PutItem" and call.when == "before" and "busy" in str(call.params):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "PutItem")

    story.cloud.faults.on_call = throttled
    story.post("unfinished", story.event("c2"), story.event("busy"))
    story.cloud.faults.on_call = None


def _visits(story: Story) -> None:
    story.ask("reports: nothing yet", "/v1/report?from=2026-03-01&to=2026-03-01", story.bearer)
    story.cloud.advance(timedelta(hours=2))
    story.visit("a cart that was left")
    for way in ("r", "o"):
        story.ask(f"visits: an unknown code, /{way}", f"/{way}/000000000000", {"accept-language": "pl, en;q=0.5"})
    story.ask("visits: out by an unknown code", "/o/000000000000", FORM, ONE_CLICK)
    story.ask("visits: out by the page's button", f"/o/{CODE}", FORM, b"")
    story.ask("visits: out in one click", f"/o/{CODE}", FORM, ONE_CLICK)
    story.post("an order for a cart that was left", story.event("c1", "order.placed"))
    story.visit("a cart that was bought")


def _reports(story: Story) -> None:
    story.cloud.advance(timedelta(days=9))
    story.ask("reports: a closed day", "/v1/report?from=2026-03-02&to=2026-03-03", story.bearer)
    story.ask("reports: as a table", "/v1/report?from=2026-03-02&to=2026-03-03&format=table", story.bearer)
    story.ask("reports: the usual days", "/v1/report?format=table", story.bearer)
    story.ask("reports: no such parameter", "/v1/report?form=2026-03-02", story.bearer)
    story.ask("reports: no such day", "/v1/report?from=2026-02-30", story.bearer)
    story.ask("reports: no such format", "/v1/report?format=csv", story.bearer)
    story.ask("reports: backwards", "/v1/report?from=2026-03-03&to=2026-03-02", story.bearer)

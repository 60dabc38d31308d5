"""The function `ingest` over memory: no network, no wall clock, every port in reach of the test."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from standardwebhooks import Webhook

from functions.ingest import app as ingest
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.keys import Key, KeyKind, Right
from rebasket.domain.shops.policy import Policy, Shop
from rebasket.http.shop_keys import NewKey, new_key
from rebasket.memory import MemoryAmissEvents, MemoryCarts, MemoryContacts, MemoryEpisodes, MemoryShops, MemoryTimers
from rebasket.observability import logger, metrics
from rebasket.usecases.recording.record_event import Recorded, RecordEvent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from rebasket.domain.carts.events import Event

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SHOP = Shop(
    id="acme",
    name="Acme",
    url="https://shop.example",
    hosts=("shop.example",),
    postal_address="1 Road, Town",
    sender_name="Acme",
    locale="en",
    activated_at=NOW - timedelta(days=30),
    policy=Policy(),
)


def drawn(n: int) -> bytes:
    """Bytes that a test can predict."""
    return bytes(range(n))


BEARER = new_key(KeyKind.BEARER, drawn, shop="acme", created_at=NOW, rights=[Right.EVENTS])
SIGNING = new_key(KeyKind.SIGNING, drawn, shop="acme", created_at=NOW, rights=[Right.EVENTS])
JSON = {"content-type": "application/json"}
STRICT = {"strict": "1"}
AUTHORISED = {**JSON, "authorization": f"Bearer {BEARER.shown}"}


def cart_updated(**changes: object) -> dict[str, Any]:
    """An ordinary event, changed."""
    line = {"sku": "kettle", "title": "Чайник", "quantity": 1, "unit_price": 1990}
    event = {"id": "e1", "type": "cart.updated", "at": "2026-11-02T11:59:00Z", "cart": "c1", "currency": "EUR", "lines": [line]}
    return {name: value for name, value in {**event, **changes}.items() if value is not ...}


class MemoryShopKeys(dict[str, "Sequence[Key]"]):
    """Keys by shop."""

    def keys(self, shop: str) -> Sequence[Key]:  # type: ignore[override]  # the port's method, not the dictionary's
        return self.get(shop, ())


class OtherVoices(dict["tuple[str, Channel]", "datetime"]):
    """When a shop's platform last reminded on a channel."""

    broken = False

    def note(self, shop: str, channel: Channel, at: datetime) -> None:
        if self.broken:
            raise OSError
        self[shop, channel] = at


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def pointers(self) -> list[str]:
        return [error["pointer"] for error in self.data["errors"]]

    @property
    def warnings(self) -> list[str]:
        """Of all its events, in their order."""
        return [warning["pointer"] for result in self.data["results"] for warning in result.get("warnings", ())]


@dataclass
class Context:
    """Of Lambda."""

    left: int = 25_000
    function_name: str = "ingest"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:ingest"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return self.left


@dataclass
class World:
    """The application that the function sees; `events` are those that it recorded, `failing` the ids of those that cannot be."""

    now: datetime = NOW
    shops: MemoryShops = field(default_factory=MemoryShops)
    shop_keys: MemoryShopKeys = field(default_factory=lambda: MemoryShopKeys(acme=[BEARER.key, replace(SIGNING.key, id="sign1")]))
    carts: MemoryCarts = field(default_factory=MemoryCarts)
    contacts: MemoryContacts = field(default_factory=MemoryContacts)
    timers: MemoryTimers = field(default_factory=MemoryTimers)
    amiss_events: MemoryAmissEvents = field(default_factory=MemoryAmissEvents)
    other_voices: OtherVoices = field(default_factory=OtherVoices)
    events: list[Event] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    log: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.shops.save(SHOP)
        self._record = RecordEvent(
            carts=self.carts,
            timers=self.timers,
            contacts=self.contacts,
            episodes=MemoryEpisodes(),
            shops=self.shops,
            address_hash=lambda shop, address: f"{shop} {address.identity}" if isinstance(address, Address) else "",
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def record_event(self, event: Event) -> Recorded:
        if event.id in self.failing:
            raise self.failing[event.id]
        self.events.append(event)
        return self._record(event)

    def post(
        self,
        body: object,
        headers: Mapping[str, str] = AUTHORISED,
        *,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request: bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            text, encoded = raw.decode(), False
        except UnicodeDecodeError:
            text, encoded = base64.b64encode(raw).decode(), True
        sent: dict[str, Any] = {"headers": dict(headers), "body": text, "isBase64Encoded": encoded}
        return self.invoke(sent | {"queryStringParameters": dict(query)} if query else sent, method)

    def invoke(self, event: Mapping[str, Any], method: str = "POST") -> Reply:
        """Hand the function an event of API Gateway."""
        request = {"version": "2.0", "routeKey": f"{method} /v1/events", "requestContext": {"http": {"method": method}}, **event}
        answer: Any = ingest.handler(request, self.context)
        json.dumps(answer)  # as Lambda does
        return Reply(answer["statusCode"], answer["headers"], answer["body"])

    def signed(self, body: bytes, *secrets: NewKey, at: datetime | None = None, key: str = "acme_sign1") -> dict[str, str]:
        """Headers of a signed request."""
        at = at or self.now
        signatures = [Webhook(made.shown).sign("msg_1", at, body.decode()) for made in secrets or (SIGNING,)]
        return {
            **JSON,
            "rebasket-key": key,
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A fresh one, in place of the application."""
    made = World()
    monkeypatch.setattr(ingest, "app", made)
    monkeypatch.setattr(logger.registered_handler, "stream", made.log)
    monkeypatch.setattr(metrics.provider, "namespace", "Rebasket")
    return made

"""A shop that reports over HTTP to a world in memory: the function `ingest` in front, timers, gate and outbox behind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.ingest import app as ingest
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.http.shop_keys import new_key
from rebasket.memory import MemoryAmissEvents
from rebasket.observability import logger, metrics
from tests.functions.ingest_client import JSON, Context, MemoryShopKeys, Reply, drawn
from tests.samples import ANNA, SHOP, START, a_shop
from tests.world import World

if TYPE_CHECKING:
    import io
    from datetime import datetime

    import pytest

    from rebasket.domain.carts.events import Event
    from rebasket.memory import MemoryShops
    from rebasket.usecases.recording.record_event import Recorded

BEARER = new_key(KeyKind.BEARER, drawn, shop=SHOP, created_at=START, rights=[Right.EVENTS])


@dataclass
class Storefront:
    """What the function sees as its application, over a world."""

    world: World
    shop_keys: MemoryShopKeys = field(default_factory=lambda: MemoryShopKeys({SHOP: [BEARER.key]}))
    amiss_events: MemoryAmissEvents = field(default_factory=MemoryAmissEvents)
    told: int = 0

    @property
    def shops(self) -> MemoryShops:
        return self.world.shops

    def clock(self) -> datetime:
        return self.world.clock()

    def record_event(self, event: Event) -> Recorded:
        return self.world.record(event)

    def post(self, kind: str, cart: str = "c1", **more: object) -> Reply:
        """Report what happens now."""
        self.told += 1
        event = {"id": f"e{self.told}", "type": kind, "cart": cart, "at": moment(self.clock()), **more}
        request = {
            "version": "2.0",
            "routeKey": "POST /v1/events",
            "requestContext": {"http": {"method": "POST"}},
            "headers": {**JSON, "authorization": f"Bearer {BEARER.shown}"},
            "body": json.dumps(event),
            "isBase64Encoded": False,
        }
        answer: Any = ingest.handler(request, Context())
        return Reply(answer["statusCode"], answer["headers"], answer["body"])

    def cart(self, cart: str = "c1", email: str = ANNA.value) -> Reply:
        """Somebody who agreed to be written to put one thing into a cart."""
        line = {"sku": "sencha", "title": "Tea", "quantity": 1, "unit_price": 1990}
        consent = {"email": {"granted": True, "source": "checkout", "at": moment(self.clock())}}
        return self.post("cart.updated", cart, currency="EUR", lines=[line], contact={"email": email, "consent": consent})

    def order(self, cart: str = "c1", contact: object = None) -> Reply:
        """The cart became an order; `contact` as the shop's form has it."""
        return self.post("order.placed", cart, order={"id": "o1", "total": 1990, "currency": "EUR"}, contact=contact)


def moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def opened(monkeypatch: pytest.MonkeyPatch, log: io.StringIO, **rules: Any) -> Storefront:  # noqa: ANN401  # whatever a policy takes
    """A shop whose policy has these rules, in place of the application."""
    made = Storefront(World(a_shop(**rules)))
    monkeypatch.setattr(ingest, "app", made)
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    monkeypatch.setattr(metrics.provider, "namespace", "Rebasket")
    return made

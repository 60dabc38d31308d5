"""A shop's backend, and what it reports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from standardwebhooks import Webhook

from tests.e2e.http_request import Answer, http

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True)
class ShopBackend:
    """Posts events with either of a shop's keys."""

    api: str
    bearer: str
    signing_key_id: str
    signing_secret: str

    def post(self, *events: dict[str, Any]) -> Answer:
        return self._post(json.dumps(events), {"authorization": f"Bearer {self.bearer}"})

    def post_signed(self, *events: dict[str, Any]) -> Answer:
        body, at = json.dumps(events), datetime.now(UTC)
        signature = Webhook(self.signing_secret).sign("msg_1", at, body)
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        return self._post(body, {"rebasket-key": self.signing_key_id, **headers})

    def report(self, form: str) -> Answer:
        return http("GET", f"{self.api}/v1/report?format={form}", {"authorization": f"Bearer {self.bearer}"})

    def _post(self, body: str, headers: dict[str, str]) -> Answer:
        return http("POST", f"{self.api}/v1/events", {"content-type": "application/json", **headers}, body)


def filled_cart(cart: str, ago: timedelta, *, email: str | None = None, phone: str | None = None) -> dict[str, Any]:
    """Something in a cart, so long ago, by a shopper who agreed to be written to."""
    at = (datetime.now(UTC) - ago).isoformat(timespec="milliseconds")
    named = {"email": email} if email else {"phone": phone}
    agreed = {"granted": True, "source": "checkout", "at": at}
    return {
        "id": f"{cart}-filled",
        "type": "cart.updated",
        "at": at,
        "cart": cart,
        "currency": "EUR",
        "restore_url": f"https://shop.example/carts/{cart}",
        "locale": "en-GB",
        "lines": [{"sku": "kettle", "title": "Copper kettle", "quantity": 2, "unit_price": 4990}],
        "contact": {**named, "consent": {"email" if email else "sms": agreed}},
    }


def order(cart: str, email: str) -> dict[str, Any]:
    """The cart is bought, just now."""
    return {
        "id": f"{cart}-bought",
        "type": "order.placed",
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "cart": cart,
        "order": {"id": f"order-{cart}", "total": 9980, "currency": "EUR"},
        "contact": {"email": email},
    }

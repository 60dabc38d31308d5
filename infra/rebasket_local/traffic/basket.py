"""One cart as the shop has it, and its events as the shop's backend writes them for POST /v1/events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rebasket_local.traffic.people import stamp

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket_local.traffic.catalogue import Product
    from rebasket_local.traffic.people import Person
    from rebasket_local.traffic.settings import ShopTable

Event = dict[str, object]


@dataclass(kw_only=True)
class Basket:
    """A cart in the shop. `snapshots`: each change is reported as the whole cart, else as what changed.

    `known_at`: since when the shop knows whose it is. `ended`: bought or thrown away.
    """

    id: str
    person: Person
    shop: ShopTable
    device: str
    snapshots: bool
    known_at: datetime | None = None
    ended: bool = False
    items: dict[str, tuple[Product, int]] = field(default_factory=dict)
    _written: int = 0

    @property
    def restore_url(self) -> str:
        """Opens it in the shop, on any device."""
        return f"{self.shop.url}/cart/{self.id}"

    @property
    def total(self) -> int:
        """Minor units of the market's currency."""
        return sum(product.price_in(self.person.market) * quantity for product, quantity in self.items.values())

    def put_in(self, product: Product, quantity: int, at: datetime) -> Event:
        """So many more of it."""
        _, had = self.items.get(product.sku, (product, 0))
        self.items[product.sku] = (product, had + quantity)
        if self.snapshots:
            return self.snapshot(at)
        return self._event("cart.item_added", at, line=self._line(product, quantity), **self._details())

    def take_out(self, sku: str, at: datetime) -> Event:
        """All of it."""
        del self.items[sku]
        return self.snapshot(at) if self.snapshots else self._event("cart.item_removed", at, sku=sku)

    def snapshot(self, at: datetime) -> Event:
        """The whole cart."""
        return self._event("cart.updated", at, lines=self._lines(), **self._details())

    def address_hash(self, at: datetime) -> Event:
        """Its owner says who they are."""
        self.known_at = self.known_at or at
        return self._event("contact.identified", at)

    def checkout(self, stage: str, at: datetime) -> Event:
        """Its owner gets as far as this; from `contact` on the shop knows who they are."""
        if stage != "started":
            self.known_at = self.known_at or at
        lines = {"lines": self._lines()} if stage == "started" else {}
        return self._event("checkout.started", at, stage=stage, **lines, **self._details())

    def throw_away(self, at: datetime) -> Event:
        """Gone."""
        self.ended = True
        return self._event("cart.deleted", at)

    def order(self, at: datetime, *, cartless: bool = False) -> Event:
        """Bought. `cartless`: the shop's order does not say from which cart."""
        self.known_at, self.ended = self.known_at or at, True
        said = {"id": self.order_id, "total": self.total, "currency": self.person.market.currency}
        event = self._event("order.placed", at, order=said)
        if cartless:
            del event["cart"]
        return event

    @property
    def order_id(self) -> str:
        """Of the one order that comes of it."""
        return f"order-{self.id.removeprefix('cart-')}"

    def refund(self, amount: int, at: datetime) -> Event:
        """Paid back, minor units."""
        said = {"id": self.order_id, "amount": amount, "currency": self.person.market.currency}
        return self._event("order.refunded", at, order=said)

    def cancel(self, at: datetime) -> Event:
        """Called off."""
        return self._event("order.cancelled", at, order={"id": self.order_id})

    def _event(self, kind: str, at: datetime, **said: object) -> Event:
        self._written += 1
        event: Event = {"type": kind, "id": f"{self.id}.{self._written}", "at": stamp(at), "cart": self.id, **said}
        if self.known_at is not None:
            event["contact"] = self.person.contact(self.known_at)
        return event

    def _details(self) -> dict[str, object]:
        market = self.person.market
        return {"currency": market.currency, "restore_url": self.restore_url, "locale": market.locale, "device": self.device}

    def _lines(self) -> list[dict[str, object]]:
        return [self._line(product, quantity) for product, quantity in self.items.values()]

    def _line(self, product: Product, quantity: int) -> dict[str, object]:
        market = self.person.market
        return {
            "sku": product.sku,
            "title": product.title_in(market.language),
            "quantity": quantity,
            "unit_price": product.price_in(market),
            "image_url": product.picture_url(self.shop),
            "product_url": f"{self.shop.url}/p/{product.sku}",
            "categories": [product.category],
            "stock": "in_stock",
        }

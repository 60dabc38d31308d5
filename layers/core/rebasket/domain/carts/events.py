"""What a shop reports: a noun and what happened to it, in one envelope.

Everything here is already validated and normalised (by `adapters.webhooks`); times are aware, in UTC, whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.money import Money
    from rebasket.domain.people.addresses import Address
    from rebasket.domain.people.consent import Consent


class Stock(StrEnum):
    """What the shop said of an item's availability."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN = "unknown"


class Stage(IntEnum):
    """How far a checkout got; the furthest counts."""

    STARTED = 1
    CONTACT = 2
    SHIPPING = 3
    PAYMENT = 4
    REVIEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a cart. `unit_price` and `unit_margin` are minor units of the cart's currency; None is unknown."""

    sku: str
    title: str
    quantity: int
    unit_price: int
    image_url: str | None = None
    product_url: str | None = None
    categories: tuple[str, ...] = ()
    unit_margin: int | None = None
    stock: Stock = Stock.UNKNOWN
    days_in_stock: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressStatement:
    """An address that an event names, with the consent it reports for it, if any."""

    address: Address
    consent: Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What an event says of the shopper; None is "not said"."""

    statements: tuple[AddressStatement, ...] = ()
    name: str | None = None
    customer_id: str | None = None
    earlier_orders: int | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an event says of a cart besides its lines; None is "not said". `shipping` and `tax` in minor units."""

    currency: str | None = None
    restore_url: str | None = None
    locale: str | None = None
    device: str | None = None
    shipping: int | None = None
    tax: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The envelope. `id` is the shop's own: the same id is the same event. `at` is the shop's time of what happened."""

    id: str
    shop: str
    cart: str
    at: datetime
    person: Person = field(default_factory=Person)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartUpdated(Event):
    """The whole cart as it now is."""

    lines: tuple[Line, ...]
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(Event):
    """`line.quantity` more of one item."""

    line: Line
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(Event):
    """`quantity` fewer of one item; None is all of it."""

    sku: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactIdentified(Event):
    """The shopper told the shop who they are, or what they consent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutStarted(Event):
    """The shopper got as far as `stage`; `lines` is the whole cart, if the shop sends it."""

    stage: Stage = Stage.STARTED
    lines: tuple[Line, ...] | None = None
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDeleted(Event):
    """The shopper or the shop threw the cart away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """The cart became an order."""

    order: str
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefunded(Event):
    """`amount` of an order was paid back."""

    order: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(Event):
    """The whole order was called off."""

    order: str


ACTIVITY = (CartUpdated, ItemAdded, ItemRemoved, ContactIdentified, CheckoutStarted)
"""Events that show the shopper at work on the cart: each moves its last activity."""

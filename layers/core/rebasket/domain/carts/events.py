"""What a shop reports: a noun and what happened to it, in one envelope.

Everything here is already validated and normalised (by `rebasket.platforms`); times are aware, in UTC, whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from rebasket.domain.money import Money
    from rebasket.domain.people.addresses import Address, Channel
    from rebasket.domain.people.consent import Consent


class Stock(StrEnum):
    """What the shop said of an item's availability."""

    IN_STOCK = "in_stock"
    LOW = "low"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN = "unknown"


class By(StrEnum):
    """Whose doing an event was: what the shop does to a cart (a price rule, a profile sync) is no activity of the shopper."""

    SHOPPER = "shopper"
    SHOP = "shop"


class Payment(StrEnum):
    """How an order stands: only a paid one is a purchase, a pending one is a hold, a failed one is neither."""

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"


class Origin(StrEnum):
    """Who made an order. Only `storefront` and `phone` can be recovered; `renewal` and `import` stop nothing."""

    STOREFRONT = "storefront"
    RENEWAL = "renewal"
    STAFF = "staff"
    PHONE = "phone"
    MARKETPLACE = "marketplace"
    EXCHANGE = "exchange"
    IMPORT = "import"


class Stage(IntEnum):
    """How far a checkout got; the furthest counts."""

    STARTED = 1
    CONTACT = 2
    SHIPPING = 3
    PAYMENT = 4
    REVIEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a cart. `unit_price`, `unit_margin` and `line_total` are minor units of the cart's currency; None is unknown.

    `line_id` tells lines of one sku apart; None: the sku does. `quantity` is whole, or a decimal of `unit` (1.5 kg).
    """

    sku: str
    title: str
    quantity: int | Decimal
    unit_price: int
    image_url: str | None = None
    product_url: str | None = None
    categories: tuple[str, ...] = ()
    unit_margin: int | None = None
    stock: Stock = Stock.UNKNOWN
    days_in_stock: int | None = None
    line_id: str | None = None
    options: tuple[str, ...] = ()
    unit: str | None = None
    line_total: int | None = None

    @property
    def key(self) -> str:
        """What changes name it by."""
        return self.line_id or self.sku


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
    anonymous_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What an event says of a cart besides its lines; None is "not said". Amounts in minor units, as the shop shows them."""

    currency: str | None = None
    restore_url: str | None = None
    locale: str | None = None
    device: str | None = None
    shipping: int | None = None
    tax: int | None = None
    total: int | None = None
    discount: int | None = None
    tax_included: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The envelope. `id` is the shop's own: the same id is the same event. `at` is the shop's time of what happened; `sequence`
    orders events of one time, and without it the one that arrived first comes first.
    """

    id: str
    shop: str
    cart: str
    at: datetime
    person: Person = field(default_factory=Person)
    by: By = By.SHOPPER
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartUpdated(Event):
    """The whole cart as it now is. It took over the carts that it `replaces`; `incomplete`: some of its lines were left out."""

    lines: tuple[Line, ...]
    details: Details = field(default_factory=Details)
    replaces: tuple[str, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAdded(Event):
    """`line.quantity` more of one item."""

    line: Line
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(Event):
    """`quantity` fewer of one line, named by its `key`; None is all of it."""

    sku: str
    quantity: int | Decimal | None = None
    line_id: str | None = None

    @property
    def key(self) -> str:
        """The line that it is about."""
        return self.line_id or self.sku


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactIdentified(Event):
    """The shopper told the shop who they are, or what they consent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutStarted(Event):
    """The shopper got as far as `stage`; `lines` is the whole cart, if the shop sends it."""

    stage: Stage = Stage.STARTED
    lines: tuple[Line, ...] | None = None
    details: Details = field(default_factory=Details)
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDeleted(Event):
    """The shopper or the shop threw the cart away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(Event):
    """The cart became an order. `total` is None where the shop said none that can be read; `number` is another name of the same
    order; `revised_at`: when its total was last changed; `pay_url` and `pay_by`: where and until when a pending one is paid;
    `discounts`: codes used, with their amounts in minor units.
    """

    order: str
    total: Money | None
    payment: Payment = Payment.PAID
    origin: Origin = Origin.STOREFRONT
    number: str | None = None
    revised_at: datetime | None = None
    pay_url: str | None = None
    pay_by: datetime | None = None
    discounts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid(Event):
    """An order that was pending is paid now."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(Event):
    """An order could not be paid; its cart is the shopper's again."""

    order: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLeft(Event):
    """Whoever is at this cart from now on is somebody else, or nobody: its addresses are forgotten for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSentElsewhere(Event):
    """The shop's platform sent a reminder of its own at `at` on `channel`: it counts in cap and gap."""

    channel: Channel


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

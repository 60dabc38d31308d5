"""What shops post to /v1/events: one model per type of event. The docstrings and descriptions are those of openapi.json."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rebasket.domain.carts.events import Stock
from rebasket.domain.carts.facts import MAX_LINES
from rebasket.platforms.native import fields as f


class Wire(BaseModel):
    """Takes what it knows, in exactly the types it knows, and nothing else."""

    # Built when a type is first sent: a request has one or two of nine, and a cold start should not wait for the others.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Consent(Wire):
    """What the shopper said about being written to on one channel: whether, where they said it, and when.

    `double_opt_in`: they confirmed it by following a link in a message to that very address, at `at`. Such a consent lifts an
    earlier opt-out and an earlier bounce; never a complaint or an erasure.
    """

    granted: bool
    source: f.Name
    at: f.Moment
    double_opt_in: bool | None = None


class Consents(Wire):
    """Consent per channel; each needs that channel's address beside it."""

    email: Consent | None = None
    sms: Consent | None = None


class Contact(Wire):
    """What the event says of the shopper; what is left out or null is not said, and changes nothing."""

    email: f.Email | None = None
    phone: f.Phone | None = None
    name: f.Name | None = None
    customer_id: f.CustomerId | None = None
    earlier_orders: f.Count | None = None
    time_zone: f.TimeZone | None = None
    consent: Consents | None = None

    @model_validator(mode="after")
    def _consent_has_its_address(self) -> Self:
        if self.consent and self.consent.email and self.email is None:
            f.wrong("needs the `email` that it is about", ("consent", "email"))
        if self.consent and self.consent.sms and self.phone is None:
            f.wrong("needs the `phone` that it is about", ("consent", "sms"))
        return self


class Line(Wire):
    """One line of a cart."""

    sku: f.Sku
    title: f.Title
    quantity: f.Quantity
    unit_price: f.Minor
    image_url: f.WebAddress | None = None
    product_url: f.WebAddress | None = None
    categories: Annotated[list[f.ShortText], Field(max_length=20)] | None = None
    unit_margin: f.Margin | None = None
    stock: Annotated[Stock, Field(strict=False)] | None = None
    days_in_stock: f.Days | None = None


Lines = Annotated[list[Line], Field(max_length=MAX_LINES)]


class Event(Wire):
    """What all events have."""

    id: f.EventId
    at: f.Moment
    contact: Contact | None = None


class OfCart(Event):
    """An event of one cart."""

    cart: f.CartId


class WithDetails(OfCart):
    """An event that may say more of its cart; what is left out is not said, and changes nothing."""

    currency: f.Currency | None = None
    restore_url: f.RestoreUrl | None = None
    locale: f.Locale | None = None
    device: f.ShortText | None = None
    shipping: f.Minor | None = None
    tax: f.Minor | None = None

    def _needs_currency(self) -> None:
        if self.currency is None:
            f.wrong("is required where there are prices", ("currency",))


class CartUpdated(WithDetails):
    """The whole cart as it now is; an empty one has no lines."""

    type: Literal["cart.updated"]
    lines: Lines

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Self:
        if self.lines:
            self._needs_currency()
        return self


class ItemAdded(WithDetails):
    """So many more of one item."""

    type: Literal["cart.item_added"]
    line: Line

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Self:
        self._needs_currency()
        return self


class ItemRemoved(OfCart):
    """So many fewer of one item; all of it, where `quantity` is left out."""

    type: Literal["cart.item_removed"]
    sku: f.Sku
    quantity: f.Quantity | None = None


class CartDeleted(OfCart):
    """The shopper or the shop threw the cart away."""

    type: Literal["cart.deleted"]


class CheckoutStarted(WithDetails):
    """The shopper got as far as `stage` (`started`, when left out); with `lines`, they are the whole cart as it now is."""

    type: Literal["checkout.started"]
    stage: Literal["started", "contact", "shipping", "payment", "review"] | None = None
    lines: Lines | None = None

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Self:
        if self.lines:
            self._needs_currency()
        return self


class ContactIdentified(Event):
    """The shopper told the shop who they are, or what they consent to. Without a cart, it is about consent alone."""

    type: Literal["contact.identified"]
    cart: f.CartId | None = None
    contact: Contact

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.contact == Contact():
            f.wrong("says nothing of the shopper", ("contact",))
        if self.cart is None and (self.contact.consent or Consents()) == Consents():
            f.wrong("is required, unless `contact` has a `consent`", ("cart",))
        return self


class PlacedOrder(Wire):
    """An order and what was paid."""

    id: f.OrderId
    total: f.Minor
    currency: f.Currency


class RefundedOrder(Wire):
    """An order and how much of it was paid back this time."""

    id: f.OrderId
    amount: f.Minor
    currency: f.Currency


class CancelledOrder(Wire):
    """An order."""

    id: f.OrderId


class OfOrder(Event):
    """An event of one order; without a cart, the order stands for itself, as cart `order:{id}`."""

    cart: f.CartId | None = None


class OrderPlaced(OfOrder):
    """The cart became an order. `contact` should name whoever bought: it stops the reminders of all their carts."""

    type: Literal["order.placed"]
    order: PlacedOrder


class OrderRefunded(OfOrder):
    """Part or all of an order was paid back; each refund is an event of its own."""

    type: Literal["order.refunded"]
    order: RefundedOrder


class OrderCancelled(OfOrder):
    """The whole order was called off."""

    type: Literal["order.cancelled"]
    order: CancelledOrder


AnyEvent = (
    CartUpdated
    | ItemAdded
    | ItemRemoved
    | CartDeleted
    | CheckoutStarted
    | ContactIdentified
    | OrderPlaced
    | OrderRefunded
    | OrderCancelled
)

TYPES: dict[str, type[AnyEvent]] = {
    "cart.updated": CartUpdated,
    "cart.item_added": ItemAdded,
    "cart.item_removed": ItemRemoved,
    "cart.deleted": CartDeleted,
    "checkout.started": CheckoutStarted,
    "contact.identified": ContactIdentified,
    "order.placed": OrderPlaced,
    "order.refunded": OrderRefunded,
    "order.cancelled": OrderCancelled,
}
"""The model of each `type`."""

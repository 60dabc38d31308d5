"""What shops post to /v1/events: one model per type of event. The docstrings and descriptions are those of openapi.json."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from rebasket.domain.carts.contents import MAX_LINES
from rebasket.domain.carts.events import By  # noqa: TC001  # pydantic reads the annotations
from rebasket.domain.people.addresses import Channel  # noqa: TC001  # as above
from rebasket.platforms.native import fields as f
from rebasket.platforms.native.wire_parts import (
    AnOrder,
    Consents,
    Contact,
    Line,
    PlacedOrder,
    RefundedOrder,
    UnpaidOrder,
    Wire,
)

MAX_REPLACED = 20

Lines = Annotated[list[Line], Field(max_length=MAX_LINES)]


class Event(Wire):
    """What all events have."""

    id: f.EventId
    at: f.Moment
    contact: Contact | None = None
    by: Annotated[By, Field(strict=False, description="Whose doing it was; what the shop does is no activity.")] | None = None
    sequence: f.Sequence | None = None


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
    total: f.Minor | None = None
    discount: f.Minor | None = None
    tax_included: bool | None = None

    def _needs_currency(self, info: ValidationInfo) -> None:
        if self.currency is None and not f.frame(info).lenient:
            f.wrong("is required where there are prices", ("currency",))


class CartUpdated(WithDetails):
    """The whole cart as it now is; an empty one has no lines."""

    type: Literal["cart.updated"]
    lines: Lines
    replaces: Annotated[list[f.CartId], Field(max_length=MAX_REPLACED)] | None = None

    @model_validator(mode="after")
    def _prices_have_a_currency(self, info: ValidationInfo) -> Self:
        if self.lines:
            self._needs_currency(info)
        return self


class ItemAdded(WithDetails):
    """So many more of one item."""

    type: Literal["cart.item_added"]
    line: Line

    @model_validator(mode="after")
    def _prices_have_a_currency(self, info: ValidationInfo) -> Self:
        self._needs_currency(info)
        return self


class ItemRemoved(OfCart):
    """So many fewer of one line, named by its `line_id` or its `sku`; all of it, where `quantity` is left out."""

    type: Literal["cart.item_removed"]
    sku: f.Sku | None = None
    line_id: f.LineId | None = None
    quantity: f.Quantity | None = None

    @model_validator(mode="after")
    def _names_a_line(self) -> Self:
        if self.sku is None and self.line_id is None:
            f.wrong("is required, unless there is a `line_id`", ("sku",))
        return self


class CartDeleted(OfCart):
    """The shopper or the shop threw the cart away."""

    type: Literal["cart.deleted"]


class CheckoutStarted(WithDetails):
    """The shopper got as far as `stage` (`started`, when left out); with `lines`, they are the whole cart as it now is."""

    type: Literal["checkout.started"]
    stage: Literal["started", "contact", "shipping", "payment", "review"] | None = None
    lines: Lines | None = None

    @model_validator(mode="after")
    def _prices_have_a_currency(self, info: ValidationInfo) -> Self:
        if self.lines:
            self._needs_currency(info)
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


class ContactLeft(OfCart):
    """Whoever is at this cart from now on is somebody else, or nobody: its addresses are forgotten for it."""

    type: Literal["contact.left"]


class ReminderSentElsewhere(Event):
    """The shop's platform sent a reminder of its own: it counts in cap and gap. Of a cart, or of whom `contact` names."""

    type: Literal["reminder.sent_elsewhere"]
    cart: f.CartId | None = None
    channel: Annotated[Channel, Field(strict=False)]

    @model_validator(mode="after")
    def _says_to_whom(self) -> Self:
        if self.cart is None and (self.contact is None or (self.contact.email is None and self.contact.phone is None)):
            f.wrong("is required, unless `contact` has an address", ("cart",))
        return self


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
    order: AnOrder


class OrderPaid(OfOrder):
    """An order that was pending is paid now."""

    type: Literal["order.paid"]
    order: AnOrder


class PaymentFailed(OfOrder):
    """An order could not be paid; its cart is the shopper's again."""

    type: Literal["payment.failed"]
    order: UnpaidOrder


AnyEvent = (
    CartUpdated
    | ItemAdded
    | ItemRemoved
    | CartDeleted
    | CheckoutStarted
    | ContactIdentified
    | ContactLeft
    | OrderPlaced
    | OrderPaid
    | PaymentFailed
    | OrderRefunded
    | OrderCancelled
    | ReminderSentElsewhere
)

TYPES: dict[str, type[AnyEvent]] = {
    "cart.updated": CartUpdated,
    "cart.item_added": ItemAdded,
    "cart.item_removed": ItemRemoved,
    "cart.deleted": CartDeleted,
    "checkout.started": CheckoutStarted,
    "contact.identified": ContactIdentified,
    "contact.left": ContactLeft,
    "order.placed": OrderPlaced,
    "order.paid": OrderPaid,
    "payment.failed": PaymentFailed,
    "order.refunded": OrderRefunded,
    "order.cancelled": OrderCancelled,
    "reminder.sent_elsewhere": ReminderSentElsewhere,
}
"""The model of each `type`."""

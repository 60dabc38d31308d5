"""The objects inside of events: the shopper, a line, an order. The docstrings and descriptions are those of openapi.json."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from rebasket.domain.carts.events import Origin, Payment, Stock
from rebasket.platforms.native import fields as f

MAX_OPTIONS, MAX_DISCOUNTS = 20, 20


class Wire(BaseModel):
    """Takes what it knows, in exactly the types it knows, and nothing else."""

    # Built when a type is first sent: a request has one or two of many, and a cold start should not wait for the others.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class Consent(Wire):
    """What the shopper said about being written to on one channel: whether, where they said it, and when.

    `double_opt_in`: they confirmed it by following a link in a message to that very address, at `at`. Such a consent lifts an
    earlier opt-out and an earlier bounce; never a complaint or an erasure.
    """

    granted: bool
    source: f.Source
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
    anonymous_id: f.AnonymousId | None = None
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
    line_id: f.LineId | None = None
    options: Annotated[list[f.Option], Field(max_length=MAX_OPTIONS)] | None = None
    unit: f.Unit | None = None
    line_total: f.Minor | None = None
    image_url: f.WebAddress | None = None
    product_url: f.WebAddress | None = None
    categories: Annotated[list[f.ShortText], Field(max_length=20)] | None = None
    unit_margin: f.Margin | None = None
    stock: Annotated[Stock, Field(strict=False)] | None = None
    days_in_stock: f.Days | None = None


class Discount(Wire):
    """A code that was used, and what it took off."""

    code: f.ShortText
    amount: f.Minor


class AnOrder(Wire):
    """An order."""

    id: f.OrderId


class PlacedOrder(AnOrder):
    """An order and what was, or is to be, paid. `number` is another name of the same order."""

    total: f.Minor | None = None
    currency: f.Currency | None = None
    payment: Annotated[Payment, Field(strict=False)] | None = None
    origin: Annotated[Origin, Field(strict=False)] | None = None
    number: f.OrderId | None = None
    revised_at: f.Moment | None = None
    pay_url: f.WebAddress | None = None
    pay_by: f.LaterMoment | None = None
    discounts: Annotated[list[Discount], Field(max_length=MAX_DISCOUNTS)] | None = None

    @model_validator(mode="after")
    def _says_its_total(self, info: ValidationInfo) -> Self:
        """A purchase stops the reminders whatever it cost: without a total it is taken, and warned about."""
        if not f.frame(info).lenient:
            for name in ("total", "currency"):
                if getattr(self, name) is None:
                    f.wrong("is required", (name,))
        return self


class RefundedOrder(AnOrder):
    """An order and how much of it was paid back this time."""

    amount: f.Minor
    currency: f.Currency


class UnpaidOrder(AnOrder):
    """An order and why it could not be paid."""

    reason: f.ShortText | None = None

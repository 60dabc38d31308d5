"""Rebasket's own wire format → domain events."""

from __future__ import annotations

import difflib
from datetime import datetime  # noqa: TC003  # a TypedDict names it
from itertools import islice
from typing import TYPE_CHECKING, TypedDict, assert_never

from pydantic import ValidationError

from rebasket.domain.carts import events as ev
from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.http.strict_json import json_errors
from rebasket.platforms.native import wire
from rebasket.platforms.native import wire_parts as parts
from rebasket.platforms.native.fields import ValidationContext
from rebasket.platforms.native.wrong_fields import field_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.shops.policy import Shop

MAX_ERRORS = 20
"""Told of one event: enough to repair it by, and short enough for an answer."""


def parse(data: object, shop: Shop, now: datetime) -> ev.Event:
    """One event of a shop, as `strict_json.read` returned it and `batch.split` singled it out; nothing of it may be wrong.

    Raises Invalid; its pointers start at the event.
    """
    if wrong := list(islice(json_errors(data), MAX_ERRORS)):
        raise invalid(wrong)
    model = model_of(data)
    try:
        sent = model.model_validate(data, context=ValidationContext(now, shop.hosts, shop.phone_country))
    except ValidationError as error:
        raise invalid(islice(field_errors(error, model), MAX_ERRORS)) from None
    return event_of(sent, shop.id)


def invalid(errors: Iterable[FieldError]) -> Invalid:
    """What is wrong with an event, to be raised."""
    return Invalid("the event cannot be taken as it is", tuple(errors))


def model_of(data: object) -> type[wire.AnyEvent]:
    """The model of its type. Raises Invalid where it has none."""
    kind = data.get("type") if isinstance(data, dict) else None
    if isinstance(kind, str) and kind in wire.TYPES:
        return wire.TYPES[kind]
    if not isinstance(data, dict):
        wrong = FieldError("", "must be an object")
    else:
        near = difflib.get_close_matches(kind[:64], wire.TYPES, 1) if isinstance(kind, str) else []
        hint = f"; did you mean {near[0]}?" if near else ""
        wrong = FieldError("/type", f"must be one of {', '.join(wire.TYPES)}{hint}")
    raise invalid([wrong])


class _Envelope(TypedDict):
    id: str
    shop: str
    cart: str
    at: datetime
    person: ev.Person
    by: ev.By
    sequence: int | None


def event_of(sent: wire.AnyEvent, shop: str, *, incomplete: bool = False) -> ev.Event:  # noqa: C901, PLR0911, PLR0912  # one line a type
    """The domain's event. `incomplete`: lines of its cart were left out."""
    said: _Envelope = {
        "id": sent.id,
        "shop": shop,
        "cart": _cart(sent),
        "at": sent.at,
        "person": _person(sent.contact),
        "by": sent.by or ev.By.SHOPPER,
        "sequence": sent.sequence,
    }
    match sent:
        case wire.CartUpdated():
            replaces = tuple(sent.replaces or ())
            lines = _lines(sent.lines)
            return ev.CartUpdated(**said, lines=lines, details=_details(sent), replaces=replaces, incomplete=incomplete)
        case wire.ItemAdded():
            return ev.ItemAdded(**said, line=_line(sent.line), details=_details(sent))
        case wire.ItemRemoved():
            sku = sent.sku or sent.line_id or ""  # the model asks for one of them
            return ev.ItemRemoved(**said, sku=sku, quantity=sent.quantity, line_id=sent.line_id)
        case wire.CartDeleted():
            return ev.CartDeleted(**said)
        case wire.CheckoutStarted():
            stage = ev.Stage[(sent.stage or "started").upper()]
            whole = None if sent.lines is None else _lines(sent.lines)
            return ev.CheckoutStarted(**said, stage=stage, lines=whole, details=_details(sent), incomplete=incomplete)
        case wire.ContactIdentified():
            return ev.ContactIdentified(**said)
        case wire.ContactLeft():
            return ev.ContactLeft(**said)
        case wire.OrderPlaced():
            return _placed(said, sent.order)
        case wire.OrderPaid():
            return ev.OrderPaid(**said, order=sent.order.id)
        case wire.PaymentFailed():
            return ev.PaymentFailed(**said, order=sent.order.id, reason=sent.order.reason)
        case wire.OrderRefunded():
            return ev.OrderRefunded(**said, order=sent.order.id, amount=Money(sent.order.amount, sent.order.currency))
        case wire.OrderCancelled():
            return ev.OrderCancelled(**said, order=sent.order.id)
        case wire.ReminderSentElsewhere():
            return ev.ReminderSentElsewhere(**said, channel=sent.channel)
        case _:
            assert_never(sent)


def _placed(said: _Envelope, order: parts.PlacedOrder) -> ev.OrderPlaced:
    return ev.OrderPlaced(
        **said,
        order=order.id,
        total=None if order.total is None or order.currency is None else Money(order.total, order.currency),
        payment=order.payment or ev.Payment.PAID,
        origin=order.origin or ev.Origin.STOREFRONT,
        number=order.number,
        revised_at=order.revised_at,
        pay_url=order.pay_url,
        pay_by=order.pay_by,
        discounts=tuple((one.code, one.amount) for one in order.discounts or ()),
    )


def _cart(sent: wire.AnyEvent) -> str:
    """The cart; an order without one stands for itself, consent without one for none."""
    if isinstance(sent, wire.OfOrder):
        return sent.cart or f"order:{sent.order.id}"
    return sent.cart or ""


def _person(sent: parts.Contact | None) -> ev.Person:
    if sent is None:
        return ev.Person()
    consents = sent.consent or parts.Consents()
    reached = ((Channel.EMAIL, sent.email, consents.email), (Channel.SMS, sent.phone, consents.sms))
    return ev.Person(
        statements=tuple(
            ev.AddressStatement(address=Address(channel, value), consent=_consent(consent))
            for channel, value, consent in reached
            if value is not None
        ),
        name=sent.name,
        customer_id=sent.customer_id,
        earlier_orders=sent.earlier_orders,
        time_zone=sent.time_zone,
        anonymous_id=sent.anonymous_id,
    )


def _consent(sent: parts.Consent | None) -> Consent | None:
    if sent is None:
        return None
    return Consent(granted=sent.granted, source=sent.source, at=sent.at, double_opt_in=bool(sent.double_opt_in))


def _lines(sent: list[parts.Line]) -> tuple[ev.Line, ...]:
    return tuple(_line(line) for line in sent)


def _line(sent: parts.Line) -> ev.Line:
    return ev.Line(
        sku=sent.sku,
        title=sent.title,
        quantity=sent.quantity,
        unit_price=sent.unit_price,
        image_url=sent.image_url,
        product_url=sent.product_url,
        categories=tuple(sent.categories or ()),
        unit_margin=sent.unit_margin,
        stock=sent.stock or ev.Stock.UNKNOWN,
        days_in_stock=sent.days_in_stock,
        line_id=sent.line_id,
        options=tuple(sent.options or ()),
        unit=sent.unit,
        line_total=sent.line_total,
    )


def _details(sent: wire.WithDetails) -> ev.Details:
    return ev.Details(
        currency=sent.currency,
        restore_url=sent.restore_url,
        locale=sent.locale,
        device=sent.device,
        shipping=sent.shipping,
        tax=sent.tax,
        total=sent.total,
        discount=sent.discount,
        tax_included=sent.tax_included,
    )

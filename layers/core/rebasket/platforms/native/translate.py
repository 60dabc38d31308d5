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
from rebasket.platforms.native.fields import ValidationContext
from rebasket.platforms.native.wrong_fields import field_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rebasket.domain.shops.policy import Shop

MAX_ERRORS = 20
"""Told of one event: enough to repair it by, and short enough for an answer."""


def parse(data: object, shop: Shop, now: datetime) -> ev.Event:
    """One event of a shop, as `strict_json.read` returned it and `batch.split` singled it out.

    Raises Invalid; its pointers start at the event.
    """
    if wrong := list(islice(json_errors(data), MAX_ERRORS)):
        raise _invalid(wrong)
    model = _model(data)
    try:
        sent = model.model_validate(data, context=ValidationContext(now, shop.hosts))
    except ValidationError as error:
        raise _invalid(islice(field_errors(error, model), MAX_ERRORS)) from None
    return _event(sent, shop.id)


def _invalid(errors: Iterable[FieldError]) -> Invalid:
    return Invalid("the event cannot be taken as it is", tuple(errors))


def _model(data: object) -> type[wire.AnyEvent]:
    kind = data.get("type") if isinstance(data, dict) else None
    if isinstance(kind, str) and kind in wire.TYPES:
        return wire.TYPES[kind]
    if not isinstance(data, dict):
        wrong = FieldError("", "must be an object")
    else:
        near = difflib.get_close_matches(kind[:64], wire.TYPES, 1) if isinstance(kind, str) else []
        hint = f"; did you mean {near[0]}?" if near else ""
        wrong = FieldError("/type", f"must be one of {', '.join(wire.TYPES)}{hint}")
    raise _invalid([wrong])


class _Envelope(TypedDict):
    id: str
    shop: str
    cart: str
    at: datetime
    person: ev.Person


def _event(sent: wire.AnyEvent, shop: str) -> ev.Event:
    said: _Envelope = {"id": sent.id, "shop": shop, "cart": _cart(sent), "at": sent.at, "person": _person(sent.contact)}
    match sent:
        case wire.CartUpdated():
            return ev.CartUpdated(**said, lines=_lines(sent.lines), details=_details(sent))
        case wire.ItemAdded():
            return ev.ItemAdded(**said, line=_line(sent.line), details=_details(sent))
        case wire.ItemRemoved():
            return ev.ItemRemoved(**said, sku=sent.sku, quantity=sent.quantity)
        case wire.CartDeleted():
            return ev.CartDeleted(**said)
        case wire.CheckoutStarted():
            stage = ev.Stage[(sent.stage or "started").upper()]
            lines = None if sent.lines is None else _lines(sent.lines)
            return ev.CheckoutStarted(**said, stage=stage, lines=lines, details=_details(sent))
        case wire.ContactIdentified():
            return ev.ContactIdentified(**said)
        case wire.OrderPlaced():
            return ev.OrderPlaced(**said, order=sent.order.id, total=Money(sent.order.total, sent.order.currency))
        case wire.OrderRefunded():
            return ev.OrderRefunded(**said, order=sent.order.id, amount=Money(sent.order.amount, sent.order.currency))
        case wire.OrderCancelled():
            return ev.OrderCancelled(**said, order=sent.order.id)
        case _:
            assert_never(sent)


def _cart(sent: wire.AnyEvent) -> str:
    """The cart; an order without one stands for itself, consent without one for none."""
    if isinstance(sent, wire.OfOrder):
        return sent.cart or f"order:{sent.order.id}"
    return sent.cart or ""


def _person(sent: wire.Contact | None) -> ev.Person:
    if sent is None:
        return ev.Person()
    consents = sent.consent or wire.Consents()
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
    )


def _consent(sent: wire.Consent | None) -> Consent | None:
    if sent is None:
        return None
    return Consent(granted=sent.granted, source=sent.source, at=sent.at, double_opt_in=bool(sent.double_opt_in))


def _lines(sent: list[wire.Line]) -> tuple[ev.Line, ...]:
    return tuple(_line(line) for line in sent)


def _line(sent: wire.Line) -> ev.Line:
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
    )


def _details(sent: wire.WithDetails) -> ev.Details:
    return ev.Details(
        currency=sent.currency,
        restore_url=sent.restore_url,
        locale=sent.locale,
        device=sent.device,
        shipping=sent.shipping,
        tax=sent.tax,
    )

"""WooCommerce's orders, as its export plug-ins write them. WooCommerce itself exports none that name the buyer.

Columns: Customer/Order/Coupon CSV Export (SkyVerge), Advanced Order Export (AlgolPlus) and WebToffee's Order Export, each in its
usual layout. Times are by the site's clock, and have no offset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_cli.imports.read import LeftOut, Told, Unreadable, order_events, said
from rebasket_cli.imports.values import minor, moment, wire_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.imports.read import Read, Reading
    from rebasket_cli.imports.rows import Row, Sheet

NUMBER = ("order id", "id", "order number")
STATUS = ("status", "order status")
AT = ("date", "order date", "date created", "paid date")
TOTAL = ("order total", "order total amount", "total")

PAID = frozenset({"processing", "completed", "refunded"})


def is_orders(sheet: Sheet) -> bool:
    """Whether it has an order's number, status, date and total, under any of their names."""
    return all(not sheet.columns.isdisjoint(names) for names in (NUMBER, STATUS, AT, TOTAL))


def orders(sheet: Sheet, reading: Reading) -> Iterator[Read]:
    """Each order from its first row: some layouts write a row a line of the order."""
    seen: set[str] = set()
    for row in sheet.rows:
        number = row.first(*NUMBER)
        if number is None:
            yield Unreadable(row.line, "has no order number")
        elif number not in seen:
            seen.add(number)
            try:
                yield _order(row, number, reading)
            except ValueError as wrong:
                yield Unreadable(row.line, f"order {number}: {wrong}")


def _order(row: Row, number: str, reading: Reading) -> Read:
    status = (row.first(*STATUS) or "none").casefold().removeprefix("wc-")
    if status not in PAID:
        return LeftOut(row.line, f"order {number} is not paid ({status})")
    total, at = row.first(*TOTAL), row.first(*AT)
    currency = row.first("order currency", "currency") or reading.currency
    if currency is None:
        return Unreadable(row.line, f"order {number} has no currency; say --currency")
    if total is None or at is None:
        return Unreadable(row.line, f"order {number} has no total or no date")
    placed = wire_time(moment(at, reading.zone))
    first = row.first("billing first name", "first name billing")
    contact = said(
        email=row.first("billing email", "email billing", "customer email"),
        phone=row.first("billing phone", "phone billing", "customer phone"),
        name=" ".join(filter(None, (first, row.first("billing last name", "last name billing")))),
        customer_id=_known(row.first("customer id", "customer user", "user id")),
    )
    cancelled = placed if status == "refunded" else None
    return Told(row.line, order_events(number, placed, minor(total, currency), currency, contact, cancelled=cancelled))


def _known(customer: str | None) -> str | None:
    """Guests are customer 0."""
    return None if customer == "0" else customer

"""Shopify's exports: Orders (several rows an order, of which the first has its totals) and Customers.

Columns: Shopify Help Center, "Exporting orders to a CSV file" and "Exporting customers".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_cli.imports.consents import contact_event
from rebasket_cli.imports.read import LeftOut, Told, Unreadable, order_events, said
from rebasket_cli.imports.values import bare, minor, moment, wire_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.imports.read import Read, Reading
    from rebasket_cli.imports.rows import Row, Sheet

ORDERS = frozenset({"name", "financial status", "lineitem quantity", "created at"})
CUSTOMERS = frozenset({"accepts email marketing"})
OLD_CUSTOMERS = frozenset({"accepts marketing", "total orders", "email"})

PAID = frozenset({"paid", "partially paid", "authorized", "partially refunded", "refunded"})
"""An authorised payment is captured when the goods go out: the order is placed."""


def orders(sheet: Sheet, reading: Reading) -> Iterator[Read]:
    """Each order from its first row; the others hold its further lines."""
    seen: set[str] = set()
    for row in sheet.rows:
        name = row.first("name")
        if name is None:
            yield Unreadable(row.line, "has no Name, which is the order's number")
        elif name not in seen:
            seen.add(name)
            try:
                yield _order(row, name, reading)
            except ValueError as wrong:
                yield Unreadable(row.line, f"order {name}: {wrong}")


def _order(row: Row, name: str, reading: Reading) -> Read:
    status = (row.first("financial status") or "none").casefold().replace("_", " ")
    if status not in PAID:
        return LeftOut(row.line, f"order {name} is not paid ({status})")
    total, currency, at = row.first("total"), row.first("currency") or reading.currency, row.first("created at")
    if total is None or currency is None or at is None:
        return Unreadable(row.line, f"order {name} has no Total, Currency or Created at")
    cancelled = row.first("cancelled at")
    events = order_events(
        bare(row.first("id")) or name,
        wire_time(moment(at, reading.zone)),
        minor(total, currency),
        currency,
        said(
            email=row.first("email"),
            phone=bare(row.first("phone", "billing phone", "shipping phone")),
            name=row.first("billing name", "shipping name"),
        ),
        refunded=minor(row.first("refunded amount") or "0", currency),
        cancelled=wire_time(moment(cancelled, reading.zone)) if cancelled else None,
    )
    return Told(row.line, events)


def customers(sheet: Sheet, reading: Reading) -> Iterator[Read]:
    """Each customer's consents. The file has no dates: see `consents`."""
    for row in sheet.rows:
        try:
            yield contact_event(
                row,
                said(
                    email=row.first("email"),
                    phone=bare(row.first("phone", "default address phone")),
                    name=" ".join(filter(None, (row.first("first name"), row.first("last name")))),
                    customer_id=bare(row.first("customer id")),
                ),
                {"email": row.first("accepts email marketing", "accepts marketing"), "sms": row.first("accepts sms marketing")},
                "Shopify customers export",
                reading,
            )
        except ValueError as wrong:
            yield Unreadable(row.line, str(wrong))

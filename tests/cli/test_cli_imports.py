"""`rebasket import orders`: files as shops export them, taken over by line; on moto, by command."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.events import OrderPlaced, Origin
from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.money import Money
from rebasket_cli import main
from rebasket_cli.imports.files import OrderFormat, read_orders
from rebasket_cli.imports.read import LeftOut, Reading, Told, Unreadable
from tests.cli.importing import KYIV, READING, app_, events_of, run, stored, written  # noqa: F401  # a fixture among them
from tests.samples import SHOP, after

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket.wiring import App


SHOPIFY_ORDERS = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Accepts Marketing,Currency,Subtotal,Total,Created at,Lineitem quantity,\
Lineitem name,Lineitem price,Billing Name,Billing Phone,Cancelled at,Refunded Amount,Id,Phone
#1001,anna@example.org,paid,2025-11-02 10:12:13 +0200,fulfilled,yes,EUR,19.90,24.90,2025-11-02 10:12:10 +0200,1,"Tea, green",\
19.90,Anna K,'+380 44 123 4567,,0.00,5550001,
#1001,anna@example.org,,,,,,,,2025-11-02 10:12:10 +0200,2,"Cup
of two lines",2.50,,,,,,
#1002,bohdan@example.org,pending,,,no,EUR,19.90,24.90,2025-11-03 10:12:10 +0200,1,Tea,19.90,Bohdan,,,0.00,5550002,
#1003,not an address,paid,,,no,EUR,19.90,24.90,2025-11-03 10:12:10 +0200,1,Tea,19.90,Nobody,,,0.00,5550003,
#1004,carol@example.org,partially_refunded,,,no,JPY,1990,2490,2025-11-04 10:12:10 +0200,1,Tea,1990,Carol,12,,500,5550004,
#1005,dana@example.org,refunded,,,no,EUR,1,1,2025-11-04 10:12:10 +0200,1,Tea,1,Dana,,2025-11-05 08:00:00 +0200,1,5550005,
#1006,eve@example.org,paid,,,no,EUR,1.00,one,2025-11-04 10:12:10 +0200,1,Tea,1.00,Eve,,,0.00,5550006,
"""


# -- Orders ------------------------------------------------------------------------------------------------------------


def test_shopifys_orders_are_taken_and_what_cannot_be_is_named_by_line(app: App, tmp_path: Path) -> None:
    told = run("orders", written(tmp_path, SHOPIFY_ORDERS))
    assert told.exit_code == 1
    assert "shopify, 6 rows: 3 taken, 2 unreadable, 1 left out" in told.stdout
    assert "line 5, left out: order #1002 is not paid (pending)" in told.stdout
    assert "line 6, not read: contact/email" in told.stdout
    assert "line 9, not read: order #1006: “one” is no amount of EUR" in told.stdout
    assert "line 7, left out: without the phone" in told.stdout
    cart = app.carts.get(SHOP, "order:5550001")
    assert cart is not None
    assert cart.phase is Phase.NEW  # an import stops nothing, nor does it begin anything
    assert cart.facts.bought
    assert cart.facts.orders["5550001"].origin is Origin.IMPORT
    assert cart.facts.orders["5550001"].total == Money(2490, "EUR")
    assert cart.facts.orders["5550001"].placed_at == datetime(2025, 11, 2, 8, 12, 10, tzinfo=UTC)


def test_an_import_may_be_repeated(app: App, tmp_path: Path) -> None:
    file = written(tmp_path, SHOPIFY_ORDERS)
    run("orders", file)
    before = app.carts.get(SHOP, "order:5550001")
    app.clock.at += timedelta(days=1)  # type: ignore[attr-defined]  # the test's own clock
    assert "3 known already" in run("orders", file).stdout
    assert app.carts.get(SHOP, "order:5550001") == before


def test_a_dry_run_stores_nothing(app: App, tmp_path: Path) -> None:
    told = run("orders", written(tmp_path, SHOPIFY_ORDERS), "--dry-run")
    assert told.exit_code == 1
    assert "3 would be taken" in told.stdout
    assert list(app.carts.all()) == []


def test_a_file_that_is_read_whole_ends_well(app: App, tmp_path: Path) -> None:  # makes the stack
    good = "\n".join(SHOPIFY_ORDERS.splitlines()[:4]) + "\n"
    assert run("orders", written(tmp_path, good)).exit_code == 0


def test_every_imported_order_is_one_that_stops_and_recovers_nothing() -> None:
    _, rows = read_orders(SHOPIFY_ORDERS, None, READING)
    placed = [event for event in events_of(list(rows)) if isinstance(event, OrderPlaced)]
    assert {event.origin for event in placed} == {Origin.IMPORT}
    assert [event.order for event in placed] == ["5550001", "5550004", "5550005"]
    assert placed[1].total == Money(2490, "JPY")


def test_what_was_paid_back_is_taken_along() -> None:
    _, rows = read_orders(SHOPIFY_ORDERS, None, READING)
    kinds = [type(event).__name__ for event in events_of(list(rows))]
    assert sorted(kinds) == ["OrderCancelled", *["OrderPlaced"] * 3, "OrderRefunded"]


WOO = {
    "SkyVerge": "order_id,order_number,date,status,order_total,order_currency,customer_id,billing_first_name,billing_email\n"
    "812,812,2025-11-02 10:12:10,completed,24.90,UAH,7,Anna,anna@example.org\n"
    "813,813,2025-11-02 10:12:10,on-hold,24.90,UAH,0,Anna,anna@example.org\n",
    "Advanced Order Export": "Order Number;Order Status;Order Date;Email (Billing);Phone (Billing);Order Total Amount\n"
    '812;Completed;2025-11-02 10:12;anna@example.org;+380441234567;"24,90"\n813;Failed;2025-11-02 10:12;a@example.org;;1\n',
    "WebToffee": "order_id,order_number,order_date,paid_date,status,order_total,order_currency,customer_email\n"
    "812,812,2025-11-02 10:12:10,2025-11-02 10:13:00,wc-processing,24.90,UAH,anna@example.org\n"
    "813,813,2025-11-02 10:12:10,,wc-pending,24.90,UAH,anna@example.org\n",
}


@pytest.mark.parametrize("layout", WOO)
def test_woocommerces_orders_in_the_layouts_of_its_export_plug_ins(layout: str) -> None:
    reading = Reading(zone=KYIV, currency="UAH", as_of=after())
    found, rows = read_orders(WOO[layout], None, reading)
    told, left = list(rows)
    assert found is OrderFormat.WOOCOMMERCE
    assert isinstance(told, Told)
    assert isinstance(left, LeftOut)
    (placed,) = events_of([told])
    assert isinstance(placed, OrderPlaced)
    assert (placed.order, placed.total) == ("812", Money(2490, "UAH"))
    assert placed.at.replace(second=0) == datetime(2025, 11, 2, 8, 12, tzinfo=UTC)
    assert next(statement.address.value for statement in placed.person.statements) == "anna@example.org"


def test_an_order_without_a_currency_is_named_unless_one_is_said() -> None:
    _, rows = read_orders(WOO["Advanced Order Export"], None, READING)
    assert next(iter(rows)) == Unreadable(2, "order 812 has no currency; say --currency")


def test_native_events_one_a_line() -> None:
    lines = """\
        {"type": "order.placed", "id": "e1", "at": "2025-11-02T10:00:00Z", "order": {"id": "o", "total": 199, "currency": "EUR"}}

        {"type": "order.refunded", "id": "e2", "at": "2025-11-03T10:00:00Z", "order": {"id": "o", "amount": 9, "currency": "EUR"}}
        {"type": "cart.updated", "id": "e3"}
        {"type": "order.placed", "id": "e4"
        """
    found, rows = read_orders(dedent(lines), None, READING)
    assert found is OrderFormat.NATIVE
    read = list(rows)
    assert [type(row) for row in read] == [Told, Told, Unreadable, Unreadable]
    assert [row.line for row in read] == [1, 3, 4, 5]
    assert [getattr(event, "origin", None) for event in events_of(read)] == [Origin.IMPORT, None]


def test_a_file_of_another_kind_is_said_to_be_one(app: App, tmp_path: Path) -> None:  # makes the stack
    with pytest.raises(Invalid, match="say --format shopify"):
        run("orders", written(tmp_path, "Date,Views\n2025-11-02,7\n"))
    with pytest.raises(Invalid, match="no IANA time zone"):
        run("orders", written(tmp_path, SHOPIFY_ORDERS), "--zone", "Kyiv/Europe")
    (tmp_path / "latin.csv").write_bytes("Name\nJosé\n".encode("latin-1"))
    with pytest.raises(Invalid, match="UTF-8"):
        run("orders", str(tmp_path / "latin.csv"))
    with pytest.raises(NotFound):
        CliRunner().invoke(
            main.app, ["import", "orders", written(tmp_path, SHOPIFY_ORDERS), "--shop", "x"], catch_exceptions=False
        )

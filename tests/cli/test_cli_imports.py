"""`rebasket import`: files as shops export them, taken over by line; on moto, by command."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from textwrap import dedent
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from typer.testing import CliRunner, Result

from rebasket.domain.carts.cart import Phase
from rebasket.domain.carts.events import Consent, OrderPlaced, Origin
from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.money import Money
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SuppressionReason
from rebasket.usecases.recording.record_event import Recorded
from rebasket.usecases.responses.record_delivery import suppress
from rebasket_cli import main
from rebasket_cli.imports import command
from rebasket_cli.imports.files import ContactFormat, OrderFormat, read_contacts, read_orders
from rebasket_cli.imports.read import LeftOut, Read, Reading, Told, Unreadable
from rebasket_cli.imports.record import import_rows
from rebasket_cli.imports.rows import sheet
from rebasket_cli.imports.values import answer, minor, moment
from rebasket_cli.shop import create_shop
from rebasket_cli.stack import Stack
from tests.doubles import ManualClock
from tests.samples import SHOP, START, Reports, a_shop, after, consent, person
from tests.template.moto_stack import REGION, an_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.contact import Contact
    from rebasket.wiring import App

KYIV = ZoneInfo("Europe/Kyiv")
READING = Reading(zone=KYIV, currency=None, as_of=after())

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


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with mock_aws():
        made = an_app(boto3.Session(region_name=REGION).client("dynamodb"))
        made.clock = ManualClock()
        stack = Stack(app=made, dead_timers_url="", dead_feedback_url="", failed_batches_bucket="")
        monkeypatch.setattr(command, "open_stack", lambda _name: stack)
        create_shop(made, a_shop())
        yield made


def run(*words: str) -> Result:
    told = CliRunner().invoke(main.app, ["import", *words, "--shop", SHOP])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def written(folder: Path, text: str, at: datetime = START) -> str:
    file = folder / "export.csv"
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at.timestamp(), at.timestamp()))
    return str(file)


def stored(app: App, address: str) -> Contact:
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    found = app.contacts.get(SHOP, app.address_hash(SHOP, Address(channel, address)))
    assert found is not None
    return found


def events_of(rows: list[Read], now: datetime = START) -> list[Event]:
    taken: list[Event] = []

    def record(event: Event) -> Recorded:
        taken.append(event)
        return Recorded.ACCEPTED

    import_rows(rows, a_shop(), now, record)
    return sorted(taken, key=lambda event: event.id)


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
    assert cart.phase is Phase.BOUGHT
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


# -- Contacts ----------------------------------------------------------------------------------------------------------

SHOPIFY_CUSTOMERS = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags
'7001,Anna,K,anna@example.org,yes,'+380441234567,no,0.00,0,
'7002,Bohdan,,bohdan@example.org,no,,no,0.00,0,
'7003,Nobody,,,yes,,no,0.00,0,
'7004,Carol,,carol@example.org,maybe,,no,0.00,0,
"""


def test_shopifys_customers_a_yes_without_a_date_is_old_and_a_no_as_young_as_the_file(app: App, tmp_path: Path) -> None:
    exported = START - timedelta(days=3)
    told = run("contacts", written(tmp_path, SHOPIFY_CUSTOMERS, exported))
    assert told.exit_code == 1
    assert "shopify, 4 rows: 2 taken, 2 unreadable" in told.stdout
    assert "line 4, not read: has neither" in told.stdout
    assert "line 5, not read: “maybe” is neither yes nor no" in told.stdout
    source = "Shopify customers export, without a date"
    assert stored(app, "anna@example.org").consent == Consent(granted=True, source=source, at=datetime(2000, 1, 1, tzinfo=UTC))
    assert stored(app, "+380441234567").consent == Consent(granted=False, source=source, at=exported)
    assert stored(app, "bohdan@example.org").consent == Consent(granted=False, source=source, at=exported)


def test_an_import_turns_no_no_into_an_older_yes(app: App, tmp_path: Path) -> None:
    anna = Address(Channel.EMAIL, "anna@example.org")
    bohdan = Address(Channel.EMAIL, "bohdan@example.org")
    said_no, shop = START - timedelta(days=9), Reports()
    app.record_event(shop.identified("", START, person(anna, granted=False, said_at=said_no)))
    suppress(app.contacts, SHOP, app.address_hash(SHOP, bohdan), Channel.EMAIL, SuppressionReason.OPTED_OUT, said_no)
    plain = "email,accepts_marketing,consent_source,consent_at\n"
    for rows in (
        "anna@example.org,yes,,\n",
        "anna@example.org,yes,footer form,2026-02-01\n",
        "bohdan@example.org,yes,footer form,2026-03-01\n",
    ):
        assert run("contacts", written(tmp_path, plain + rows)).exit_code == 0
    known = stored(app, "anna@example.org").consent
    assert known is not None
    assert not known.granted
    assert stored(app, "bohdan@example.org").suppressed_by_person, "an opt-out outlasts every imported yes"
    assert run("contacts", written(tmp_path, plain + "anna@example.org,yes,footer form,2026-03-01\n")).exit_code == 0
    assert stored(app, "anna@example.org").consent == consent(at=datetime(2026, 3, 1, tzinfo=UTC), source="footer form")


MAILCHIMP = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP"


@pytest.mark.parametrize(
    ("columns", "row", "granted", "at", "source"),
    [
        ("", "a@example.org,A,,2,2024-01-01 10:00:00,,2024-01-02 10:00:00,", True, "2024-01-02T08:00", "subscribed"),
        ("", "a@example.org,A,,2,2024-01-01 10:00:00,,,", True, "2024-01-01T08:00", "subscribed"),
        (
            ",UNSUB_TIME",
            "a@example.org,A,,2,2024-01-01 10:00:00,,,,2025-06-01 10:00:00",
            False,
            "2025-06-01T07:00",
            "unsubscribed",
        ),
        (",CLEAN_TIME", "a@example.org,A,,2,2024-01-01 10:00:00,,,,2025-06-01 10:00:00", False, "2025-06-01T07:00", "cleaned"),
    ],
)
def test_mailchimps_audiences(columns: str, row: str, granted: bool, at: str, source: str) -> None:  # noqa: FBT001  # a table
    found, rows = read_contacts(f"{MAILCHIMP}{columns}\n{row}\n", None, READING)
    assert found is ContactFormat.MAILCHIMP
    (event,) = events_of(list(rows))
    said = event.person.statements[0].consent
    moment_ = datetime.fromisoformat(f"{at}+00:00")
    assert said == Consent(granted=granted, source=f"Mailchimp, {source}", at=moment_)


def test_a_plain_table_may_name_both_channels_and_a_row_without_consent_is_left_out() -> None:
    rows_of = "a@example.org\t+380441234567\tyes\tno\t2025-06-01\nb@example.org\n"
    text = "E-Mail\tTelephone\tSMS consent\tEmail consent\tConsent at\n" + rows_of
    with pytest.raises(Invalid):
        read_contacts(text, None, READING)
    found, rows = read_contacts(text, ContactFormat.PLAIN, READING)
    told, left = list(rows)
    assert found is ContactFormat.PLAIN
    assert left == LeftOut(3, "says nothing about consent")
    (event,) = events_of([told])
    said = {s.address.channel: s.consent.granted for s in event.person.statements if s.consent}
    assert said == {Channel.EMAIL: False, Channel.SMS: True}


# -- Cells -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "currency", "found"),
    [("24.90", "EUR", 2490), ("24,90", "EUR", 2490), ("1 024.5", "UAH", 102450), ("2490", "JPY", 2490), ("1.234", "KWD", 1234)],
)
def test_amounts_are_read_to_the_minor_unit(text: str, currency: str, found: int) -> None:
    assert minor(text, currency) == found


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.999", "1,024.50", "NaN", "Infinity", "1e999999999"])
def test_what_is_no_amount_is_never_rounded_or_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        minor(text, "EUR")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-02 10:15:00 +0200", "2026-03-02T08:15:00+00:00"),
        ("2026-03-02T10:15:00Z", "2026-03-02T10:15:00+00:00"),
        ("2026-03-02 10:15:00 UTC", "2026-03-02T10:15:00+00:00"),
        ("2026-03-02 10:15:00", "2026-03-02T08:15:00+00:00"),
        ("2026-03-02", "2026-03-01T22:00:00+00:00"),
    ],
)
def test_moments_are_by_the_clock_that_they_name_or_else_by_the_shops(text: str, found: str) -> None:
    assert moment(text, KYIV) == datetime.fromisoformat(found)


@pytest.mark.parametrize("text", ["", "02/03/2026", "yesterday", "2026-13-01"])
def test_a_moment_that_could_mean_two_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        moment(text, KYIV)


def test_yes_and_no() -> None:
    assert [answer(text) for text in ("Yes", "TRUE", "1", "subscribed", "no", "False", "0", "not subscribed")] == [True] * 4 + [
        False
    ] * 4


@given(st.text(max_size=200))
def test_whatever_a_file_holds_it_is_read_or_refused(text: str) -> None:
    """Never an error of Python's, whatever lies in the file."""
    try:
        table = sheet(text)
    except Invalid:
        return
    assert all(row.line > 1 and row.cells for row in table.rows)
    header = "email,phone,email consent,consent at\n"
    _, rows = read_contacts(header + text, ContactFormat.PLAIN, READING) if _is_table(header + text) else (None, [])
    import_rows(list(rows), a_shop(), START, None)


def _is_table(text: str) -> bool:
    try:
        sheet(text)
    except Invalid:
        return False
    return True

"""`rebasket import contacts`: consents by their dates, and what cells hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.consent import Consent
from rebasket.domain.people.contact import SuppressionReason
from rebasket.usecases.responses.record_delivery import suppress
from rebasket_cli.imports.files import ContactFormat, read_contacts
from rebasket_cli.imports.read import LeftOut
from rebasket_cli.imports.record import import_rows
from rebasket_cli.imports.rows import sheet
from rebasket_cli.imports.values import answer, minor, moment
from tests.cli.importing import KYIV, READING, app_, events_of, run, stored, written  # noqa: F401  # a fixture among them
from tests.samples import SHOP, START, Reports, a_shop, consent, person

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket.wiring import App


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

"""Contacts with consents: Mailchimp's audience exports (subscribed, unsubscribed, cleaned), and a plain table.

The plain table's columns: `email`, `phone`, `name`, `customer_id`; `email_consent` (or `accepts_marketing`) and `sms_consent`,
yes or no; `consent_source`, `consent_at`. Mailchimp's: Mailchimp Help, "Export your audience".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket_cli.imports.consents import contact_event
from rebasket_cli.imports.read import Unreadable, said
from rebasket_cli.imports.values import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.imports.read import Read, Reading
    from rebasket_cli.imports.rows import Row, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a row says about consent, as it is written there."""

    email: str | None = None
    sms: str | None = None
    source: str
    at: str | None


MAILCHIMP = frozenset({"email address", "optin time"})
PLAIN = (frozenset({"email"}), frozenset({"phone"}))


def mailchimp(sheet: Sheet, reading: Reading) -> Iterator[Read]:
    """Whoever has a time of leaving, or of being cleaned out, said no; the others said yes when they confirmed, or signed up."""
    for row in sheet.rows:
        left, cleaned = row.first("unsub time"), row.first("clean time")
        no = left or cleaned
        source = f"Mailchimp, {'unsubscribed' if left else 'cleaned' if cleaned else 'subscribed'}"
        name = " ".join(filter(None, (row.first("first name"), row.first("last name"))))
        yield _of(
            row,
            Answers(email="no" if no else "yes", source=source, at=no or row.first("confirm time", "optin time")),
            reading,
            email=row.first("email address"),
            name=name,
        )


def plain(sheet: Sheet, reading: Reading) -> Iterator[Read]:
    """A table of the shop's own making."""
    for row in sheet.rows:
        yield _of(
            row,
            Answers(
                email=row.first("email consent", "accepts marketing", "consent"),
                sms=row.first("sms consent", "accepts sms marketing"),
                source=row.first("consent source", "source") or "contacts file",
                at=row.first("consent at", "consent time", "consented at"),
            ),
            reading,
            email=row.first("email", "e mail"),
            phone=bare(row.first("phone", "telephone", "mobile")),
            name=row.first("name", "full name"),
            customer_id=row.first("customer id"),
        )


def _of(row: Row, answers: Answers, reading: Reading, **contact: str | None) -> Read:
    by_channel = {"email": answers.email, "sms": answers.sms}
    try:
        return contact_event(row, said(**contact), by_channel, answers.source, reading, answers.at)
    except ValueError as wrong:
        return Unreadable(row.line, str(wrong))

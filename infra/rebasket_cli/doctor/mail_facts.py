"""What SES, SNS and DNS say of the sender and of what it may send."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from rebasket_cli.doctor.facts import Dmarc, Identity, MailEvents, Sender, SesAccount, TextMessages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sns import SNSClient

LIMIT_BY_DEFAULT = "1"
"""Dollars a month that SNS spends on text messages unless told otherwise (SNS API, SetSMSAttributes)."""


def sender(client: SESV2Client, address: str) -> Sender:
    """The address, with those identities that could stand for it: itself, its domain, then that domain's parents.

    SES takes the closest (SES Developer Guide, "Verified identities").
    """
    asked = [address, *parents(address.rpartition("@")[2].lower())]
    return Sender(address=address, identities=tuple(found for name in asked if (found := _identity(client, name))))


def parents(domain: str) -> list[str]:
    """`a.shop.example` → itself and `shop.example`: all that may have an owner of its own."""
    labels = domain.split(".")
    return list(accumulate(reversed(labels), lambda parent, label: f"{label}.{parent}"))[:0:-1]


def _identity(client: SESV2Client, name: str) -> Identity | None:
    try:
        found = client.get_email_identity(EmailIdentity=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotFoundException":
            return None
        raise
    dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
    return Identity(
        name=name,
        verified=found["VerifiedForSendingStatus"],
        dkim=dkim.get("Status", "NOT_STARTED"),
        signing=dkim.get("SigningEnabled", False),
        mail_from=mail_from.get("MailFromDomain") or None,
        mail_from_status=mail_from.get("MailFromDomainStatus"),
    )


def dmarc(domain: str, txt: Callable[[str], Sequence[str]]) -> Dmarc:
    """Records of the domain, or of the closest parent that has any (RFC 7489 asks the organisation's domain)."""
    for name in parents(domain):
        records = tuple(txt(f"_dmarc.{name}"))
        if records:
            return Dmarc(domain=name, records=records)
    return Dmarc(domain=domain, records=())


def account(client: SESV2Client) -> SesAccount:
    """Sandbox, pauses, quotas."""
    found = client.get_account()
    quota = found.get("SendQuota", {})
    return SesAccount(
        production=found.get("ProductionAccessEnabled", False),
        sending=found.get("SendingEnabled", False),
        enforcement=found.get("EnforcementStatus", "HEALTHY"),
        most_a_day=quota.get("Max24HourSend", 0),
        most_a_second=quota.get("MaxSendRate", 0),
        sent=quota.get("SentLast24Hours", 0),
    )


def mail_events(client: SESV2Client, configuration_set: str) -> MailEvents:
    """The configuration set, and the event destination that comes closest to what is needed."""
    options = client.get_configuration_set(ConfigurationSetName=configuration_set).get("SendingOptions", {})
    found = client.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set).get("EventDestinations", [])
    on_bus = sorted(
        (one for one in found if "EventBridgeDestination" in one),
        key=lambda one: (one.get("Enabled", False), len(one["MatchingEventTypes"])),
    )
    best = on_bus[-1] if on_bus else None
    return MailEvents(
        configuration_set=configuration_set,
        sending=options.get("SendingEnabled", True),
        destination=best["Name"] if best else None,
        enabled=best.get("Enabled", False) if best else False,
        kinds=frozenset(best["MatchingEventTypes"]) if best else frozenset(),
    )


def texts(client: SNSClient) -> TextMessages:
    """Sandbox and spend limit."""
    limit = client.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit", LIMIT_BY_DEFAULT)
    return TextMessages(sandbox=client.get_sms_sandbox_account_status()["IsInSandbox"], limit=limit)

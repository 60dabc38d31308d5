"""`rebasket doctor` names the switch of a platform that sends reminders of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from rebasket.aws.other_voices import DynamoOtherVoices
from rebasket.domain.people.addresses import Channel
from rebasket_cli.doctor.diagnosis import findings
from rebasket_cli.doctor.finding import Finding, Severity
from tests.cli.doctor_facts import NOW, WELL, shop_but
from tests.contracts.conftest import new_table
from tests.samples import SHOP, START

if TYPE_CHECKING:
    from rebasket_cli.doctor.facts import Facts

OURS = "https://tea.shop"


def said(facts: Facts) -> list[Finding]:
    return [one for one in findings(facts) if one.topic == "one voice"]


def test_of_a_shop_on_hosts_of_its_own_that_reports_none_nothing_is_said() -> None:
    assert said(WELL) == []
    assert said(shop_but(hosts=("tea.shop", "notmyshopify.com"))) == []


@pytest.mark.parametrize(
    ("host", "click"),
    [
        ("tea.myshopify.com", "Marketing → Automations → “Abandoned checkout”"),
        ("store-1.mybigcommerce.com", "Abandoned Cart Emails"),
        ("tea.company.site", "Automated Emails"),
        ("tea.wixsite.com", "Automations"),
    ],
)
def test_of_a_platform_that_is_known_it_is_said_where_to_look(host: str, click: str) -> None:
    (found,) = said(shop_but(hosts=("tea.shop", host)))
    assert found.severity is Severity.OK
    assert click in found.mend


def test_a_shop_that_reports_such_reminders_is_told_what_to_switch_off() -> None:
    elsewhere = {"email": NOW - timedelta(days=3, hours=1), "sms": NOW - timedelta(days=5)}
    (found,) = said(shop_but(hosts=("tea.myshopify.com",), elsewhere=elsewhere))
    assert found.severity is Severity.WARN
    assert found.seen == "tea reports reminders by mail and text messages that we did not send, the last 3 days ago"
    assert found.mend.startswith("Shopify: ")
    assert "WooCommerce" not in found.mend
    (found,) = said(shop_but(elsewhere={"email": NOW}))
    assert "the last today" in found.seen
    assert all(name in found.mend for name in ("Shopify: ", "WooCommerce: ", "CartFlows", "BigCommerce: "))


def test_it_is_remembered_by_channel_and_for_a_month() -> None:
    with mock_aws():
        table = new_table(boto3.client("dynamodb"))
        voices = DynamoOtherVoices(table)
        voices.note(SHOP, Channel.EMAIL, START)
        voices.note(SHOP, Channel.EMAIL, START + timedelta(hours=1))
        voices.note("another", Channel.SMS, START)
        assert voices.heard(SHOP) == {"email": START + timedelta(hours=1)}
        (item,) = table.query(f"elsewhere#{SHOP}")
        assert item["expires"] == int((START + timedelta(days=30, hours=1)).timestamp())

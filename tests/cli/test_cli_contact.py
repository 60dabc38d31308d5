"""`rebasket contact`: what stands against an address, lifted or said with a reason that is kept; on moto, by command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from rebasket.domain.errors import Invalid, NotFound
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SuppressionReason
from rebasket.usecases.responses.record_delivery import suppress
from rebasket_cli import contact, main
from rebasket_cli.shop import create_shop
from rebasket_cli.stack import Stack
from tests.doubles import ManualClock
from tests.samples import MINUTE, SHOP, Reports, a_shop, person
from tests.template.moto_stack import REGION, an_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App

ANNA, PHONE = "anna@example.org", "+380441234567"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with mock_aws():
        made = an_app(boto3.Session(region_name=REGION).client("dynamodb"))
        made.clock = ManualClock()
        monkeypatch.setattr(contact, "open_stack", lambda _name: Stack(
            app=made, dead_timers_url="", dead_feedback_url="", failed_batches_bucket=""
        ))  # fmt: skip
        monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
        create_shop(made, a_shop())
        yield made


def run(*words: str) -> str:
    told = CliRunner().invoke(main.app, ["contact", *words])
    if told.exception is not None:
        raise told.exception
    return told.output


def refuse(app: App, why: SuppressionReason, address: str = ANNA) -> None:
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    key = app.address_hash(SHOP, Address(channel, address))
    suppress(app.contacts, SHOP, key, channel, why, app.clock())
    app.clock.at += MINUTE  # type: ignore[attr-defined]  # the test's own clock


def test_an_address_that_nobody_named_is_not_known(app: App) -> None:  # makes the stack
    told = run("show", ANNA, "--shop", SHOP)
    assert "is not known" in told
    assert ANNA not in told


@pytest.mark.parametrize("address", [ANNA, "Anna@Example.org", PHONE])
def test_a_no_is_lifted_with_a_reason_that_is_shown(app: App, address: str) -> None:
    refuse(app, SuppressionReason.OPTED_OUT, address.lower())
    assert "opted out, since" in run("show", address, "--shop", SHOP)
    assert "lifted: opted out" in run("allow", address, "--shop", SHOP, "--reason", "asked by telephone, ticket 7")
    known = json.loads(run("show", address, "--shop", SHOP, "--json"))
    assert known["no"] is None
    assert [(entry["act"], entry["why"]) for entry in known["journal"]] == [("allowed", "asked by telephone, ticket 7")]
    assert known["journal"][0]["by"].startswith("arn:aws:")
    assert "nothing stands" in run("allow", address, "--shop", SHOP, "--reason", "again")


@pytest.mark.parametrize("why", [SuppressionReason.COMPLAINED, SuppressionReason.ERASED])
def test_what_is_heavier_takes_a_word_more(app: App, why: SuppressionReason) -> None:
    refuse(app, why)
    with pytest.raises(Invalid):
        run("allow", ANNA, "--shop", SHOP, "--reason", "they asked")
    assert json.loads(run("show", ANNA, "--shop", SHOP, "--json"))["no"]["why"] == why.value
    told = run("allow", ANNA, "--shop", SHOP, "--reason", "they asked", "--even", why.value)
    assert ("delete-suppressed-destination" in told) is (why is SuppressionReason.COMPLAINED)
    assert json.loads(run("show", ANNA, "--shop", SHOP, "--json"))["no"] is None


def test_a_no_said_for_somebody_holds_and_consent_is_shown(app: App) -> None:
    app.record_event(Reports().updated(who=person(Address(Channel.EMAIL, ANNA))))
    run("deny", ANNA, "--shop", SHOP, "--reason", "by letter")
    told = run("show", ANNA, "--shop", SHOP)
    assert "opted out, since" in told
    assert "yes, checkout" in told
    assert "denied by arn:aws:" in told
    assert ": by letter" in told


def test_a_reason_is_asked_for(app: App) -> None:  # makes the stack
    for command in ("allow", "deny"):
        assert CliRunner().invoke(main.app, ["contact", command, ANNA, "--shop", SHOP]).exit_code == 2


@pytest.mark.parametrize("command", [["show"], ["allow", "--reason", "r"], ["deny", "--reason", "r"]])
def test_no_shop_and_no_address_are_said(app: App, command: list[str]) -> None:  # makes the stack
    with pytest.raises(NotFound):
        run(command[0], ANNA, "--shop", "nobody", *command[1:])
    with pytest.raises(Invalid):
        run(command[0], "0441234567", "--shop", SHOP, *command[1:])

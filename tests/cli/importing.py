"""A stack with a shop for tests of `rebasket import`, and what they look at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.identity import Kind
from rebasket.domain.people.root import root_of
from rebasket.usecases.recording.record_event import Recorded
from rebasket_cli import main
from rebasket_cli.imports import command
from rebasket_cli.imports.read import Read, Reading
from rebasket_cli.imports.record import import_rows
from rebasket_cli.shop import create_shop
from rebasket_cli.stack import Stack
from tests.doubles import ManualClock
from tests.samples import SHOP, START, a_shop, after
from tests.template.moto_stack import REGION, an_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from rebasket.domain.carts.events import Event
    from rebasket.domain.people.identity import Identity
    from rebasket.wiring import App

KYIV = ZoneInfo("Europe/Kyiv")
READING = Reading(zone=KYIV, currency=None, as_of=after())


@pytest.fixture(name="app")
def app_(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
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


def stored(app: App, address: str) -> Identity:
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    key = app.address_hash(SHOP, Address(channel, address))
    found = root_of(SHOP, key, Kind.of(channel), lambda hash_: app.contacts.get_item(SHOP, hash_))
    assert found.version
    return found.identities[key]


def events_of(rows: list[Read], now: datetime = START) -> list[Event]:
    taken: list[Event] = []

    def record(event: Event) -> Recorded:
        taken.append(event)
        return Recorded.ACCEPTED

    import_rows(rows, a_shop(), now, record)
    return sorted(taken, key=lambda event: event.id)

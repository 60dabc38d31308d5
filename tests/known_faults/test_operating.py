"""What an operator expects of clocks, sweeps, deployments and connections."""

from __future__ import annotations

import json
import socket
import threading
import zoneinfo
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, cast

import pytest
from botocore.session import Session

from rebasket.aws.ports import ONCE
from rebasket.aws.ses import SesMailer
from rebasket.domain.carts.timer import Timer
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.quiet_hours import local_time
from rebasket.memory import MemoryTimers
from rebasket.usecases.timers.sweep import SweepTimers
from tests.known_faults.providers import instead_of_the_mailer
from tests.samples import ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.template.metric_math import evaluate
from tests.template.watched import alarms, installation
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from types_boto3_sesv2 import SESV2Client


@pytest.fixture
def outdated_machine(tmp_path: Path) -> Iterator[None]:
    """A machine on which Havana's clocks never changed: its file is that of another zone."""
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Havana").write_bytes(files("tzdata.zoneinfo").joinpath("UTC").read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    zoneinfo.ZoneInfo.clear_cache(only_keys=["America/Havana"])
    yield
    zoneinfo.reset_tzpath(to=before)
    zoneinfo.ZoneInfo.clear_cache(only_keys=["America/Havana"])


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="An old machine's time zones win over the packaged ones; quiet hours are off by the difference.",
)
@pytest.mark.usefixtures("outdated_machine")
def test_the_packaged_time_zones_win_over_those_of_the_machine() -> None:
    """A shopper in Havana expects quiet hours by the clock there (UTC-4 in June), whatever the function's machine believes."""
    assert local_time(datetime(2026, 6, 1, 12, 30, tzinfo=UTC), "America/Havana") == "08:30 in America/Havana"


class CountingTimers(MemoryTimers):
    """Counts what was deleted."""

    gone = 0

    def delete(self, timers: Sequence[Timer]) -> None:
        self.gone += len(timers)
        super().delete(timers)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A sweep asks for the time between minutes only: a crowded minute runs it into its own end.",
)
def test_a_sweep_stops_within_a_minute_that_is_too_full_for_it() -> None:
    """An operator expects a sweep to stop in time also when a bulk import puts all its timers into one minute."""
    timers = CountingTimers()
    for number in range(3_000):
        timers.arm(Timer(shop=SHOP, cart=f"c{number}", generation=1, due=START))
    SweepTimers(timers=timers, clock=lambda: START)(lambda: timers.gone >= 1_000)
    assert 1_000 <= timers.gone < 2_000


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="At a small shop a new version that fails on every call is never taken back."
)
@pytest.mark.parametrize("function", ["Ingest", "Remind"])
def test_a_version_that_fails_on_every_call_is_taken_back_at_a_small_shop(function: str) -> None:
    """An operator with some 15,000 calls a day expects a canary that fails at each of its calls, one a minute, to be stopped."""
    (alarm,) = alarms(installation().nested(f"{function}ErrorsStack"))
    formulas = {each["Id"]: each["Expression"] for each in alarm.properties["Metrics"] if "Expression" in each}
    (shown,) = [each["Id"] for each in alarm.properties["Metrics"] if each.get("ReturnData", True)]
    (period,) = {each["MetricStat"]["Period"] for each in alarm.properties["Metrics"] if "MetricStat" in each}
    calls = period / 60
    share = evaluate(formulas, shown, {"errors": calls, "caught": None, "runs": calls})
    assert share is not None
    assert share >= alarm.properties["Threshold"]


def answered_once(connection: socket.socket) -> None:
    """Answers one request, and resets the connection at the second: it was forgotten meanwhile, and nothing was read."""
    body = json.dumps({"MessageId": "id"}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with connection, suppress(OSError):  # the client may go first
        if heard(connection):
            connection.sendall(head + body)
        if heard(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def heard(connection: socket.socket) -> bytes:
    """The head of a request; empty when the client has gone."""
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(65_536)
        if not more:
            return b""
        request += more
    return request


@contextmanager
def forgetful_provider() -> Iterator[str]:
    """A provider that forgets each connection after one request; its address."""

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answered_once, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A reminder sent over a connection that died meanwhile is never sent, and counts as in doubt.",
)
@pytest.mark.loopback
@pytest.mark.usefixtures("socket_enabled")
def test_a_connection_that_died_while_the_function_slept_costs_no_reminder() -> None:
    """A shop expects both of two shoppers to be written to, though the provider closed the idle connection in between."""
    session = Session()
    session.set_credentials("testing", "testing")
    with forgetful_provider() as address:
        client = session.create_client("sesv2", region_name="eu-central-1", config=ONCE, endpoint_url=address)
        mailer = SesMailer(cast("SESV2Client", client), "carts@tea.example", "set")
        world, shop = World(a_shop(steps=ONE_EMAIL), wrap=instead_of_the_mailer(lambda _: mailer)), Reports()
        for number in (1, 2):
            world.record(shop.updated(f"c{number}", START, who=person(Address(Channel.EMAIL, f"p{number}@example.org"))))
        world.advance(after(hours=2))
        client.close()
    assert (world.touches("c1"), world.touches("c2")) == ({1: ("sent", "accepted")}, {1: ("sent", "accepted")})

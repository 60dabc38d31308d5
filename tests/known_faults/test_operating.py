"""What an operator expects of clocks, sweeps, deployments and connections."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
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
from tests.aws.provider import OK, provider
from tests.known_faults.providers import instead_of_the_mailer
from tests.samples import ONE_EMAIL, SHOP, START, Reports, a_shop, person
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


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A reminder sent over a connection that died meanwhile is never sent, and counts as in doubt.",
)
@pytest.mark.loopback
@pytest.mark.usefixtures("socket_enabled")
def test_a_connection_that_died_while_the_function_slept_costs_no_reminder() -> None:
    """A shop expects both of two shoppers to be written to, though what stands between forgot the idle connection meanwhile."""
    session = Session()
    session.set_credentials("testing", "testing")
    with provider(OK, keep=True) as found:
        client = session.create_client("sesv2", region_name="eu-central-1", config=ONCE, endpoint_url=found.url)
        mailer = SesMailer(cast("SESV2Client", client), "carts@tea.example", "set")
        world, shop = World(a_shop(steps=ONE_EMAIL), wrap=instead_of_the_mailer(lambda _: mailer)), Reports()
        for number in (1, 2):
            to = Address(Channel.EMAIL, f"p{number}@example.org")
            world.record(shop.updated(f"c{number}", world.clock(), who=person(to)))
            world.advance(timedelta(hours=2))
            found.forget_idle()
        client.close()
    assert (world.touches("c1"), world.touches("c2")) == ({1: ("sent", "accepted")}, {1: ("sent", "accepted")})

"""One package, one emulator, one deployment and one shop for all tests here. Carts need up to three minutes to become due: LEAD,
rounded up to the minute. So they are filled first, and the package and further deployments are tested meanwhile.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.sending.message import Link
from rebasket_cli.stack import open_stack
from tests.benches.package import ROOT, build, python313
from tests.e2e.deployment import ARCHITECTURE, STACK, Deployment
from tests.e2e.emulator import Emulator, emulator, eventually
from tests.e2e.http_request import http
from tests.e2e.shop import ShopBackend, filled_cart, order

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rebasket.wiring import App
    from tests.e2e.http_request import Answer

IDLE = timedelta(minutes=10)
"""After which the shop's policy declares a cart abandoned; the least that a policy may say."""
QUIET = timedelta(minutes=12)
"""How long ago the carts were filled: they are due as soon as anything may be."""

_KEYS = re.compile(r"bearer key +(\S+)\n +signing key id +(\S+)\n +signing secret +(\S+)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(900))  # the first test waits for the build and the deployment
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the functions say, beside a test that failed."""
    report = yield
    cloud = getattr(item, "funcargs", {}).get("cloud")
    if report.failed and isinstance(cloud, Emulator):
        report.sections.append(("errors of the functions", "\n".join(cloud.errors())))
    return report


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that `sam build` made, all that it names beside it."""
    return build(tmp_path_factory.mktemp("build"), ARCHITECTURE)


@pytest.fixture(scope="session")
def python() -> str:
    """The functions' interpreter."""
    found = python313()
    assert found, "needs a Python 3.13"
    return found


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(ROOT / ".venv-ministack/bin/ministack", tmp_path_factory.mktemp("ministack")) as running:
        yield running


@pytest.fixture(scope="session")
def deployment(cloud: Emulator, package: Path) -> Deployment:
    made = Deployment(cloud, package)
    made.deploy()
    made.make_what_is_left_out()
    return made


@pytest.fixture(scope="session")
def operator(deployment: Deployment) -> Iterator[App]:
    """The application as the command line has it: looks into tables, and sets what no command sets."""
    before = dict(os.environ)
    os.environ |= deployment.emulator.environment
    try:
        yield open_stack(STACK).app
    finally:
        os.environ.clear()
        os.environ |= before


@pytest.fixture(scope="session")
def backend(deployment: Deployment, operator: App) -> ShopBackend:
    """A shop, set up by `rebasket shop create`; since yesterday, or it would leave the carts before that alone."""
    command = [str(Path(sys.executable).parent / "rebasket"), "shop", "create", "acme", "--stack", STACK]
    about = ["--name=Acme", "--url=https://shop.example", "--postal-address=1 Road, Town", "--time-zone=UTC", "--holdout=0"]
    about += ["--time-zone=Europe/London", "--quiet-email=none", "--quiet-sms=none"]  # these tests run at any hour
    shown = subprocess.run(
        [*command, *about], env=deployment.emulator.environment, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    keys = _KEYS.search(shown)
    assert keys, shown
    shop = operator.shops.get("acme")
    assert shop
    yesterday = shop.activated_at - timedelta(days=1)
    # At whatever hour the tests run.
    policy = replace(shop.policy, version=2, abandoned_after=IDLE, quiet_hours={})
    operator.shops.save(replace(shop, activated_at=yesterday, policy=policy))
    return ShopBackend(deployment.api, *keys.groups())


@dataclass(frozen=True)
class Told:
    """What the shop's backend was answered, and Dora; and when the carts are due, in seconds since 1970."""

    bearer: Answer
    signed: Answer
    bought: Answer
    no: Answer
    due: int


@pytest.fixture(scope="session")
def told(backend: ShopBackend, operator: App) -> Told:
    """Carts that go quiet; one of them bought before it is due, and one of somebody who says no before."""
    bearer = backend.post(
        filled_cart("for-anna", QUIET, email="anna@example.com"),
        filled_cart("for-phone", QUIET, phone="+380441234567"),
        filled_cart("for-carol", QUIET, email="carol@example.com"),
        filled_cart("for-dora", QUIET, email="dora@example.com"),
    )
    return Told(
        bearer=bearer,
        signed=backend.post_signed(filled_cart("for-bob", QUIET, email="bob@example.com")),
        bought=backend.post(order("for-carol", "carol@example.com")),
        no=http("POST", f"{backend.api}/o/{_link_in_an_earlier_mail(operator, 'dora@example.com')}"),
        due=max(int(item["due"]) for item in operator.timers.table.scan("") if "due" in item),
    )


def _link_in_an_earlier_mail(operator: App, address: str) -> str:
    """Of a cart of last week."""
    contact = operator.address_hash("acme", Address(Channel.EMAIL, address))
    day = (datetime.now(UTC) - timedelta(days=7)).strftime("%Y-%m-%d")
    operator.links.put(Link(code="AnEarlierOne", shop="acme", touch=TouchId("earlier", 1, 1), day=day, contact=contact))
    return "AnEarlierOne"


@pytest.fixture(scope="session")
def swept(deployment: Deployment, operator: App, told: Told) -> Emulator:
    """The schedule ran sweep before; when the carts are due it runs at once, which saves what is left of the minute."""
    eventually(operator.timers.cursor, 180)
    eventually(lambda: time.time() >= told.due, 240)
    sweep = deployment.resources["SweepFunction"]
    answer = deployment.emulator.client("lambda").invoke(FunctionName=sweep, Qualifier="live")
    assert "FunctionError" not in answer, answer["Payload"].read()
    return deployment.emulator

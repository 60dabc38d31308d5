"""One emulator, one deployment and one shop for all tests here. Carts need some three minutes to become due: LEAD, rounded up
to the minute, and the next sweep. So they are filled first, and the deployments are tested meanwhile.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rebasket_cli.stack import open_stack
from tests.e2e.deployment import ROOT, STACK, Deployment, build
from tests.e2e.emulator import Emulator, emulator
from tests.e2e.shop import ShopBackend, filled_cart, order

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from rebasket.bootstrap import App
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
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(ROOT / ".venv-ministack/bin/ministack", tmp_path_factory.mktemp("ministack")) as running:
        yield running


@pytest.fixture(scope="session")
def deployment(cloud: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    made = Deployment(cloud, build(cloud, tmp_path_factory.mktemp("build")))
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
    about = ["--name=Acme", "--url=https://shop.example", "--postal-address=1 Road, Town", "--locale=en-GB", "--holdout=0"]
    shown = subprocess.run(
        [*command, *about], env=deployment.emulator.environment, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    keys = _KEYS.search(shown)
    assert keys, shown
    shop = operator.shops.get("acme")
    assert shop
    yesterday = shop.activated_at - timedelta(days=1)
    operator.shops.save(replace(shop, activated_at=yesterday, policy=replace(shop.policy, version=2, abandoned_after=IDLE)))
    return ShopBackend(deployment.api, *keys.groups())


@dataclass(frozen=True)
class Told:
    """What the shop's backend was answered."""

    bearer: Answer
    signed: Answer
    bought: Answer


@pytest.fixture(scope="session")
def told(backend: ShopBackend) -> Told:
    """Carts that go quiet, one of them bought before it is due."""
    return Told(
        bearer=backend.post(
            filled_cart("for-anna", QUIET, email="anna@example.com"),
            filled_cart("for-phone", QUIET, phone="+380441234567"),
            filled_cart("for-carol", QUIET, email="carol@example.com"),
        ),
        signed=backend.post_signed(filled_cart("for-bob", QUIET, email="bob@example.com")),
        bought=backend.post(order("for-carol", "carol@example.com")),
    )

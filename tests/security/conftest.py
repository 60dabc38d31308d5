"""What the attacks share."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.security.two_shops import TwoShops, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.wiring import App
    from rebasket_local.cloud import LocalCloud

NUMBERS = count(1)


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[LocalCloud, App]]:
    with running() as made:
        yield made


@pytest.fixture
def shops(cloud: tuple[LocalCloud, App]) -> TwoShops:
    """Two shops that nobody else has, on the next morning: at night nothing is sent."""
    running_cloud, app = cloud
    running_cloud.run_until((running_cloud.now + timedelta(hours=14)).replace(hour=10, minute=0, second=0, microsecond=0))
    return TwoShops(running_cloud, app, next(NUMBERS))

import pytest

from tests.samples import Reports
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shop() -> Reports:
    return Reports()

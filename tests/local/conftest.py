from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.local.toy_cloud import toy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.cloud import LocalCloud


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with toy() as running:
        yield running

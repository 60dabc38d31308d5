"""What operators and the command line count on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.shops.quiet_hours import MOST
from rebasket.messages import links, templates
from rebasket_cli import dead_letters, keys
from rebasket_cli.doctor import flow, tenants

if TYPE_CHECKING:
    from collections.abc import Mapping

CONSTANTS: Mapping[str, tuple[object, object]] = {
    # Systems Manager User Guide, "Parameter tiers": 4 KB in a standard parameter, which is free.
    "keys MOST_BYTES": (keys.MOST_BYTES, 4_096),
    # docs/operations.md, "Put back what was given up": what a run left in a queue the next one gets after five minutes.
    "HIDDEN_S": (dead_letters.HIDDEN_S, 300),
    # SQS Developer Guide, "Amazon SQS short and long polling": any wait asks all servers, up to 20 s.
    "WAIT_S": (dead_letters.WAIT_S, 5),
    # Sweep runs every minute, takes up to half of one, and clocks differ by as much: one missed run is no finding, two are.
    "LATE": (flow.LATE, timedelta(minutes=3)),
    "YOUNG": (flow.YOUNG, timedelta(minutes=10)),
    # What `rebasket doctor` warns of: a key of more than a year, and one that ends within a fortnight.
    "OLD": (tenants.OLD, timedelta(days=365)),
    "SOON": (tenants.SOON, timedelta(days=14)),
    # In minutes: 20 hours at the most, so that something of the day is left for writing (what `quiet-hours` answers).
    "MOST quiet": (MOST, 1_200),
    # Gmail Help, "Message clipped": it shows the first 102 KB of a mail; eight lines' pictures and links are within them.
    "longest link": (links._LONGEST, 900),  # noqa: SLF001  # nobody else needs it
    # What one mail may take before it is a loop gone wrong: fifteen and four times the longest.
    "fuel": (templates._FUEL, 50_000),  # noqa: SLF001  # the same
    "longest mail": (templates._LONGEST, 400_000),  # noqa: SLF001  # the same
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_it_is_what_operators_were_told(name: str) -> None:
    found, told = CONSTANTS[name]
    assert found == told

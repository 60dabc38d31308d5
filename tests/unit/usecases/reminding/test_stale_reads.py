"""A read that is older than the last write, as DynamoDB gives where consistency was not asked for: it costs a message time, never
the shopper a second one.

The adapters ask for consistent reads (tests/contracts/test_consistent_reads.py). The wire must not depend on that alone.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.faults import Journal, Port, watched
from tests.samples import ANNA, EMAIL_ONLY, ONE_EMAIL, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket.domain.shops.policy import Step


class _Behind:
    """Stands in front of a port whose `get` misses the very last write, once for each write."""

    def __init__(self, port: object) -> None:
        self._port = port
        self._seen: dict[object, Any] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the port has
        return getattr(self._port, name)

    def get(self, *key: object) -> Any:  # noqa: ANN401  # whatever the port keeps
        now = cast("Any", self._port).get(*key)
        before = self._seen.get(key)
        self._seen[key] = now
        return before if before is not None and now != before else now


def behind(port: Port, *, journal: Journal, which: str) -> Port:
    """The port, watched; and behind by one write if it is the one named."""
    seen = watched(port, journal=journal)
    return cast("Port", _Behind(seen)) if type(port).__name__ == which else seen


@pytest.mark.parametrize("answer", [None, TimeoutError("nobody answered")], ids=["accepted", "no answer"])
@pytest.mark.parametrize("which", ["MemoryEpisodes", "WatchedContacts", "MemoryCarts"])
@pytest.mark.parametrize("steps", [ONE_EMAIL, EMAIL_ONLY], ids=["one step", "two steps"])
def test_a_stale_read_sends_nothing_twice(shop: Reports, steps: Sequence[Step], which: str, answer: Exception | None) -> None:
    journal = Journal()
    world = World(a_shop(steps=steps), wrap=partial(behind, journal=journal, which=which))
    world.record(shop.updated("c1", who=person(ANNA)))
    world.mailer.failure = answer
    world.advance(after(days=3))
    assert journal.calls.count("WatchedMailer.send") == len(steps)
    ends = [state for state, _ in world.touches().values()]
    assert ends == (["unknown", "sent"] if answer else ["sent", "sent"])[: len(steps)]

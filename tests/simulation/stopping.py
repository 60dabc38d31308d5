"""People who stop the sending, of one shop or of all, and let it go on later; also when the brake has stopped it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.simulation.entries import EVERYBODY
from tests.simulation.kernel import HOUR, MINUTE, SECOND, End

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.surroundings import Surroundings

LONG = (20 * MINUTE, 3 * HOUR, 12 * HOUR)
"""How long it stays stopped, in virtual ms."""


class Stopping:
    """Draws when, and asks until an answer comes."""

    def __init__(self, world: Surroundings) -> None:
        self.world = world

    def perhaps(self, whose: str) -> None:
        """In some worlds somebody does."""
        draw = self.world.rng.source("stop", whose)
        if draw.random() < 0.25 and self.world.may_happen(f"stop/{whose}"):
            self.world.kernel.at(draw.randrange(self.world.setup.span), partial(self.stop, whose))

    def stop(self, whose: str) -> None:
        """Stop a shop, or everybody."""
        sending_pauses = self.world.sending_pauses
        self._ask(
            f"stop {whose}",
            partial(sending_pauses.stop, "by hand") if whose == EVERYBODY else partial(sending_pauses.pause, whose, "by hand"),
        )

    def stopped(self, whose: str) -> None:
        """It is stopped now, by hand or by the brake: somebody will let it go on."""
        long = self.world.rng.source("stopped", whose, len(self.world.ledger.pauses)).choice(LONG)
        self.world.kernel.at(self.world.kernel.now + long, partial(self.go_on, whose))

    def go_on(self, whose: str) -> None:
        """Let it go on."""
        sending_pauses = self.world.sending_pauses
        self._ask(f"start {whose}", sending_pauses.start if whose == EVERYBODY else partial(sending_pauses.resume, whose))

    def _ask(self, what: str, call: Callable[[], object], attempt: int = 1) -> None:
        name = f"{what} {attempt}"

        def ended(end: End, _answer: object) -> None:
            if end is not End.RETURNED:
                self.world.kernel.at(self.world.kernel.now + MINUTE, partial(self._ask, what, call, attempt + 1))

        process = self.world.process(name, 30 * SECOND, ended, scope=name)
        self.world.kernel.spawn(process, call)

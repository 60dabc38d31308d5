"""How many carts a month, and how they live."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.shops.policy import EVERYBODY, Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

FULLEST: Mapping[str, Fraction] = {"recovered": Fraction(1)}
"""Every cart goes through everything: eight events, left, two e-mails, a click, an order. No e-mail traffic costs more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Shares in percent. The defaults are assumptions: some 70 % of carts are left (Baymard Institute's mean of 50 studies), the
    others are guesses to be replaced by a shop's own figures (`rebasket report`).
    """

    left: int = 70
    reachable: int = 35
    """Of those left: with an address and consent."""
    recovered: int = 10
    """Of those reminded."""
    by_text: int = 0
    """Of those reminded: by text message."""

    def __post_init__(self) -> None:
        """Raise Invalid for what is no share."""
        wrong = [
            FieldError(f"/{name}", "between 0 and 100 percent")
            for name in ("left", "reachable", "recovered", "by_text")
            if not 0 <= getattr(self, name) <= 100
        ]
        if wrong:
            message = "no such traffic"
            raise Invalid(message, tuple(wrong))

    def lives(self) -> dict[str, Fraction]:
        """Share of each life."""
        left, reachable = Fraction(self.left, 100), Fraction(self.left * self.reachable, 10_000)
        held = reachable * Fraction(Policy().holdout, EVERYBODY)
        texted = (reachable - held) * Fraction(self.by_text, 100)
        mailed = reachable - held - texted
        recovered = mailed * Fraction(self.recovered, 100)
        return {
            "bought": 1 - left,
            "unreachable": left - reachable,
            "held": held,
            "texted": texted,
            "mailed": mailed - recovered,
            "recovered": recovered,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """A month. `lives` are shares that add up to 1; `parts` those of one text message; `shards` and `monitoring` as deployed."""

    carts: int
    lives: Mapping[str, Fraction] = field(default_factory=lambda: Habits().lives())
    country: str = "US"
    parts: int = 1
    shops: int = 1
    shards: int = 4
    monitoring: str = "none"

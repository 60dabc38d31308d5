"""One question of a decision, as it is kept with the touch that it decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked, whether the answer let the reminder through, and what was seen."""

    name: str
    passed: bool
    seen: str = ""

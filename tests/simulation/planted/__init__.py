"""Bugs to be found: each a small patch of the code under test, applied in memory. A simulation that misses one is too weak."""

from __future__ import annotations

from tests.simulation.planted import books, figures, forgotten, gate, people, reasons, timers, wire
from tests.simulation.planted.catalogue import BUGS, CARTS, NEEDED_FAULTS, SLOW, planted

__all__ = [
    "BUGS",
    "CARTS",
    "NEEDED_FAULTS",
    "SLOW",
    "books",
    "figures",
    "forgotten",
    "gate",
    "people",
    "planted",
    "reasons",
    "timers",
    "wire",
]

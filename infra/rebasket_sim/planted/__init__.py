"""Bugs to be found: each a small patch of the code under test, applied in memory. A simulation that misses one is too weak."""

from __future__ import annotations

from rebasket_sim.planted import books, gate, timers, wire
from rebasket_sim.planted.catalogue import BUGS, GUSTS, planted

__all__ = ["BUGS", "GUSTS", "books", "gate", "planted", "timers", "wire"]

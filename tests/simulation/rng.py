"""Chance without order: every draw is a hash of the seed and of what it is for.

So a fault or an event that is left out changes no other draw, and a failing run can be made shorter.
"""

from __future__ import annotations

import random
from hashlib import blake2b
from struct import Struct

_FOUR = Struct(">IIII")
WHOLE = 1 << 32
"""A draw is a whole number below this."""


class Rng:
    """The draws of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._key = seed.to_bytes(16, "big")

    def four(self, scope: str, number: int, name: str) -> tuple[int, int, int, int]:
        """Four independent draws for the call `name`, the `number`th of `scope`; each below `WHOLE`."""
        return _FOUR.unpack(blake2b(f"{scope}|{number}|{name}".encode(), digest_size=16, key=self._key).digest())

    def unit(self, *what: object) -> float:
        """One draw in [0, 1)."""
        return self.four("/".join(map(str, what)), 0, "")[0] / WHOLE

    def happens(self, share: float, *what: object) -> bool:
        """True in this share of all cases."""
        return share > 0 and self.unit(*what) < share

    def source(self, *what: object) -> random.Random:
        """A generator for whatever needs many draws in a row."""
        return random.Random("/".join(map(str, (self.seed, *what))))

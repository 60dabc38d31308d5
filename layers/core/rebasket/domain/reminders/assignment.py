"""Who is held back, so that one can tell what reminders change.

Assignment is a stable hash, not a draw, so a repeat decides the same. What is hashed is the contact that the cart names first
(the cart itself where it names none): the same address is in the same group on every device and cart, another address of the
same person may be in the other one.
"""

from __future__ import annotations

import hashlib

from rebasket.domain.reminders.episode import Arm

SALT = "holdout-1"


def arm_of(shop: str, unit: str, holdout: int) -> Arm:
    """The group of `unit` (a contact's hash, or a cart where nobody is known) when `holdout` thousandths are held back."""
    digest = hashlib.sha256(f"{SALT}\x00{shop}\x00{unit}".encode()).digest()
    return Arm.HELD if int.from_bytes(digest[:8], "big") % 1000 < holdout else Arm.TREATMENT

"""Lives all lives anew and writes them down: `python -m tests.histories.record`."""

from __future__ import annotations

from tests.histories.drawn import drawn
from tests.histories.form import FILE, fingerprint, write
from tests.histories.plans import live
from tests.histories.told_outside import told_of_the_outside
from tests.histories.told_shoppers import told_of_shoppers

DRAWN = 200


def main() -> None:
    """Write them, and say what CHANGELOG.md must say."""
    plans = [*told_of_shoppers(), *told_of_the_outside(), *drawn(DRAWN)]
    write([live(plan) for plan in plans])
    size = FILE.stat().st_size / 1000
    print(f"{len(plans)} lives, {size:.0f} kB; in CHANGELOG.md: Histories: {fingerprint()}")  # noqa: T201  # its purpose


if __name__ == "__main__":
    main()

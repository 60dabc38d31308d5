"""Leaves out of the content layer what no message shows: two thirds of it.

    trim.py DIRECTORY    after the wheels were installed there, before they are compiled

Every locale stays, because a shop may report any. Of each, numbers, money, plurals, lists and dates stay; what is emptied
are mostly names, of languages, countries, time zones and units.
"""

from __future__ import annotations

import pickle
import shutil
import sys
from pathlib import Path
from typing import Final

EMPTIED: Final = frozenset({
    "compound_unit_patterns", "currency_names_plural", "date_fields", "datetime_skeletons", "interval_formats", "languages",
    "meta_zones", "scripts", "territories", "time_zones", "unit_display_names", "unit_patterns", "variants", "zone_formats",
})  # fmt: skip
"""Parts of a locale, as Babel calls them. They stay in place: it looks into some of them without need."""


def trim(site: Path) -> None:
    """Trim an installation."""
    # Extracts and compiles catalogues, on a translator's machine.
    shutil.rmtree(site / "babel" / "messages")
    # The data refer to Babel's own classes: the installation's, whatever this interpreter has.
    sys.path.insert(0, str(site))
    sys.dont_write_bytecode = True
    for path in (site / "babel" / "locale-data").glob("*.dat"):
        locale = pickle.loads(path.read_bytes())  # noqa: S301  # of a wheel whose hash was checked
        path.write_bytes(pickle.dumps({name: {} if name in EMPTIED else part for name, part in locale.items()}, protocol=2))


if __name__ == "__main__":
    trim(Path(sys.argv[1]))

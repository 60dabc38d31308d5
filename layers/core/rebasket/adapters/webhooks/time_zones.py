"""Names of time zones, as the IANA database has them; the copy in `tzdata`, so that they are the same everywhere."""

from functools import cache
from importlib.resources import files


@cache
def time_zones() -> frozenset[str]:
    """All names, links to older spellings included."""
    return frozenset((files("tzdata") / "zones").read_text(encoding="utf-8").split())

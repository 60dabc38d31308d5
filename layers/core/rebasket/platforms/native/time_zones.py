"""Names of time zones, as the IANA database has them; the copy in `tzdata`, so that they are the same everywhere."""

from functools import cache
from importlib.resources import files


@cache
def time_zones() -> dict[str, str]:
    """All names, links to older spellings included, by their casefolded form."""
    names = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names}

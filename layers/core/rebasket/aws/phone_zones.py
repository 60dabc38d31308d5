"""The time zone of a phone number, where its country tells: by the country lists of the IANA database in `tzdata`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from rebasket.aws.phone_countries import country_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket.domain.people.addresses import Address

AS_GOOD_AS_ONE: Final = {
    "AR": "America/Argentina/Buenos_Aires", "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro", "MY": "Asia/Kuala_Lumpur", "PS": "Asia/Gaza", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Countries of several zones that show the same time by now; and Ukraine, whose numbers do not reach Crimea's networks."""


def zone_of(address: Address) -> str | None:
    """See ports.ZoneOf. None for an e-mail address, and for a number whose country shows several times (the United States)."""
    country = country_of(address)
    if country in AS_GOOD_AS_ONE:
        return AS_GOOD_AS_ONE[country]
    zones = zones_of_countries().get(country or "", ())
    return zones[0] if len(zones) == 1 else None


@cache
def zones_of_countries() -> Mapping[str, tuple[str, ...]]:
    """The zones of each country (ISO 3166). Lines of zone.tab: country, coordinates, zone, comment; tabs between."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found

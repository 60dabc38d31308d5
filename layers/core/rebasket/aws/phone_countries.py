"""The country of a phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Channel

if TYPE_CHECKING:
    from rebasket.domain.people.addresses import Address


def country_of(address: Address) -> str | None:
    """See ports.CountryOf. None for an e-mail address, and for a number of no country (satellites)."""
    if address.channel is not Channel.SMS:
        return None
    import phonenumbers  # noqa: PLC0415  # 40 ms that only text messages need

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(address.value))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None

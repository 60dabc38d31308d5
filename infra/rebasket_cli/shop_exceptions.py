"""Whom a shop never writes to, and below which worth it reminds nobody: read from what was told, and shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rebasket.domain.errors import FieldError, Invalid
from rebasket.platforms.native.currencies import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NONE = "none"
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ADDRESS = re.compile(rf"[^@\s]+@{_DOMAIN.pattern}|\+[0-9]{{6,15}}")
_WORTH = re.compile(r"([A-Z]{3})=([0-9]{1,12})")


def excepted(addresses: Iterable[str], domains: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Both as `Shop` keeps them. Raises Invalid, naming each place that holds something else."""
    found = [address.strip().casefold() for address in addresses], [domain.strip().casefold() for domain in domains]
    kinds = (
        ("except_addresses", found[0], _ADDRESS, "an e-mail address, or a number as +380441234567"),
        ("except_domains", found[1], _DOMAIN, "a domain, such as shop.example"),
    )
    wrong = [
        FieldError(f"/{name}/{place}", f"is not {what}")
        for name, values, form, what in kinds
        for place, value in enumerate(values)
        if not form.fullmatch(value)
    ]
    if wrong:
        message = "these exceptions cannot be read"
        raise Invalid(message, tuple(wrong))
    return frozenset(found[0]), frozenset(found[1])


def exceptions_of(told: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Addresses and domains told together, or `none` alone. Raises Invalid."""
    if list(told) == [NONE]:
        return frozenset(), frozenset()
    addresses = [one for one in told if "@" in one or one.startswith("+")]
    return excepted(addresses, [one for one in told if one not in addresses])


def least_value_of(told: Sequence[str]) -> Mapping[str, int]:
    """Of texts such as `EUR=1000`, minor units; or of `none` alone. Raises Invalid."""
    if list(told) == [NONE]:
        return {}
    found = {}
    for text in told:
        read = _WORTH.fullmatch(text)
        if read is None or read[1] not in CURRENCIES:
            message = f"“{text}” is no worth: a currency and minor units, as EUR=1000 for 10.00 EUR"
            raise Invalid(message, (FieldError("/least_value", message),))
        found[read[1]] = int(read[2])
    return found

"""Events that were refused or lost something, in the Carts table: one item for each cart and type, one counter a shop and
day.

Two write units for each such event, none for any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rebasket.aws import keys
from rebasket.aws.attributes import from_millis, to_millis
from rebasket.aws.carts import expiry
from rebasket.domain.carts.amiss import RETENTION, Amiss, AmissCounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rebasket.aws.table import Table


@dataclass(frozen=True)
class DynamoAmissEvents:
    """See ports.AmissEvents."""

    table: Table

    def note(self, amiss: Amiss) -> None:
        """See ports.AmissEvents."""
        expires = expiry(amiss.at, RETENTION)
        if amiss.cart:
            told = {"event": amiss.event, "at": to_millis(amiss.at), "refused": amiss.refused, "expires": expires}
            fields = [list(field) for field in amiss.fields]
            self.table.put(keys.amiss(amiss.shop, amiss.cart, amiss.type), {**told, "fields": fields})
        self.table.update(
            keys.amiss_day(amiss.shop, f"{amiss.at:%Y-%m-%d}"),
            "ADD #what :one SET #expires = if_not_exists(#expires, :expires)",
            {":one": 1, ":expires": expires},
            names={"#what": "refused" if amiss.refused else "mended", "#expires": "expires"},
        )

    def of_cart(self, shop: str, cart: str) -> Sequence[Amiss]:
        """See ports.AmissEvents."""
        found = [
            Amiss(
                shop=shop,
                cart=cart,
                type=item["sk"],
                event=item.get("event"),
                at=from_millis(item["at"]),
                refused=item["refused"],
                fields=tuple((pointer, detail) for pointer, detail in item["fields"]),
            )
            for item in self.table.query(keys.amiss(shop, cart, "")["pk"])
        ]
        return sorted(found, key=lambda amiss: amiss.at)

    def days(self, shop: str, first: str, last: str) -> Mapping[str, AmissCounts]:
        """See ports.AmissEvents."""
        found = self.table.query(keys.amiss_day(shop, "")["pk"], first, last)
        return {item["sk"]: AmissCounts(item.get("refused", 0), item.get("mended", 0)) for item in found}

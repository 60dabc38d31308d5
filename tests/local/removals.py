"""Items that are put and deleted again, and what the stream makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_local.faults import Delivery, Fate
from tests.local.toy_cloud import delete, put

if TYPE_CHECKING:
    from rebasket_local.cloud import LocalCloud


def removed(cloud: LocalCloud, *sorts: str, **attributes: dict[str, object]) -> None:
    for sort in sorts:
        put(cloud, sort, "thing#1", **attributes)
        delete(cloud, sort)


def deliveries(cloud: LocalCloud) -> list[Delivery]:
    """All deliveries from now on."""
    seen: list[Delivery] = []

    def on_delivery(delivery: Delivery) -> Fate:
        seen.append(delivery)
        return Fate.DELIVERED

    cloud.faults.on_delivery = on_delivery
    return seen


def sorts_of(delivery: Delivery) -> str:
    return "".join(record["dynamodb"]["Keys"]["sk"]["S"] for record in delivery.records)

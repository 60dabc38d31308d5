"""Policies are versions that never change: another rule is another version, which carts follow that are declared abandoned from
within a minute on. What was declared before goes on by its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.aws import keys
from rebasket.domain.errors import Misconfigured, NotFound
from rebasket_cli.leftovers import Remains, stored

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Shop
    from rebasket.wiring import App


def known_shop(app: App, shop_id: str) -> Shop:
    """The shop that is meant. Raises NotFound; Misconfigured when it cannot be read."""
    match stored(app, shop_id):
        case None:
            message = f"there is no shop {shop_id}; `rebasket shop create` makes one"
            raise NotFound(message)
        case Remains(why=why):
            message = f"the shop {shop_id} is broken, {why}; `rebasket shop create {shop_id}` makes it anew"
            raise Misconfigured(message)
        case shop:
            return shop


def free_version(app: App, shop: Shop) -> int:
    """A version that no policy of the shop has yet, not even one that cannot be read."""
    version = shop.policy.version + 1
    while app.table.get(keys.policy(shop.id, version)) is not None:
        version += 1
    return version

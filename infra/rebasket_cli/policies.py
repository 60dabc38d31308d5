"""Policies are versions that never change: another rule is another version, which carts follow that are declared abandoned from
within a minute on. What was declared before goes on by its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.errors import NotFound

if TYPE_CHECKING:
    from rebasket.bootstrap import App
    from rebasket.domain.policy import Shop


def known_shop(app: App, shop_id: str) -> Shop:
    """The shop whose policy is meant. Raises NotFound."""
    shop = app.shops.get(shop_id)
    if shop is None:
        message = f"there is no shop {shop_id}; `rebasket shop create` makes one"
        raise NotFound(message)
    return shop


def free_version(app: App, shop: Shop) -> int:
    """A version that no policy of the shop has yet."""
    version = shop.policy.version + 1
    while app.shops.policy(shop.id, version) is not None:
        version += 1
    return version

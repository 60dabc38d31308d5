"""Every key of both tables, in one place. User text never decides where a key ends: what may hold a `#` comes last."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.carts.timer import Timer
    from rebasket.domain.reminders.episode import EpisodeRef

EPISODE_SHARDS = 4
"""Partitions that one day's episodes are spread over: 4,000 writes a second."""


Key = dict[str, str]
"""The primary key of an item: its `pk` and `sk`."""


def cart(shop: str, cart_id: str) -> Key:
    """A cart."""
    return {"pk": f"cart#{shop}#{cart_id}", "sk": "cart"}


def contact(shop: str, key: str) -> Key:
    """A contact."""
    return {"pk": f"contact#{shop}#{key}", "sk": "contact"}


def contact_cart(shop: str, key: str, cart_id: str) -> Key:
    """That a cart names a contact."""
    return {"pk": f"contact#{shop}#{key}", "sk": f"cart#{cart_id}"}


def journal(shop: str, key: str, millis: int, act: str) -> Key:
    """What was done about a contact's "no" at that moment; in order of time."""
    return {"pk": f"contact#{shop}#{key}", "sk": f"journal#{millis:014}#{act}"}


def episode(ref: EpisodeRef) -> Key:
    """An episode."""
    shard = zlib.crc32(ref.cart.encode()) % EPISODE_SHARDS
    return {"pk": episode_partition(ref.shop, ref.day, shard), "sk": f"{ref.cart}#{ref.generation}"}


def episode_partition(shop: str, day: str, shard: int) -> str:
    """One of the partitions that a day's episodes lie in."""
    return f"episodes#{shop}#{day}#{shard}"


def order(shop_id: str, order_id: str) -> Key:
    """The episode that an order is bound to; filed beside the days."""
    return {"pk": f"episodes#{shop_id}#order#{order_id}", "sk": "order"}


def amiss(shop_id: str, cart_id: str, kind: str) -> Key:
    """The latest event of its type about a cart that was refused or lost something; filed beside the days, as orders are."""
    return {"pk": f"episodes#{shop_id}#amiss#{cart_id}", "sk": kind}


def amiss_day(shop_id: str, day: str) -> Key:
    """How many events of a shop were refused or lost something on one day."""
    return {"pk": f"episodes#{shop_id}#amiss", "sk": day}


def shop(shop_id: str) -> Key:
    """A shop."""
    return {"pk": f"shop#{shop_id}", "sk": "shop"}


def policy(shop_id: str, version: int) -> Key:
    """One version of a shop's policy."""
    return {"pk": f"shop#{shop_id}", "sk": f"policy#{version}"}


SHOPS = "shops"


def shop_listed(shop_id: str) -> Key:
    """A shop in the list of all."""
    return {"pk": SHOPS, "sk": shop_id}


def reputation(shop_id: str, day: str) -> Key:
    """What the provider said of a shop's messages on one day."""
    return {"pk": f"pulse#{shop_id}", "sk": day}


def pause(shop_id: str) -> Key:
    """That a shop sends nothing for now. A partition of its own: `feedback` may write this and not the shop."""
    return {"pk": f"shop#{shop_id}#pause", "sk": "pause"}


STOP: Key = {"pk": "shop##stop", "sk": "stop"}
"""That nobody sends anything for now. Under the shops' prefix, where every function may read."""


def other_voice(shop_id: str, channel: str) -> Key:
    """That a shop's platform sent reminders of its own on that channel."""
    return {"pk": f"elsewhere#{shop_id}", "sk": channel}


def sms_slots(shop_id: str, beginning: str, hour: str) -> Key:
    """How many text messages went to numbers that begin so in that hour."""
    return {"pk": f"texts#{shop_id}#{beginning}", "sk": hour}


def link(code: str) -> Key:
    """A short link."""
    return {"pk": f"link#{code}", "sk": "link"}


def books(shop_id: str, day: str) -> Key:
    """A closed day."""
    return {"pk": f"books#{shop_id}", "sk": f"{day}#figures"}


def posting(shop_id: str, day: str, number: int) -> Key:
    """What was posted to a closed day; after all days, in the same partition."""
    return {"pk": f"books#{shop_id}", "sk": f"posting#{day}#{number:06}"}


def mark(shop_id: str, day: str, arrived: str) -> Key:
    """That a closed day is about to change. A partition of its own: whoever writes to episodes may write this and no books."""
    return {"pk": f"changed#{shop_id}", "sk": f"{day}#{arrived}"}


def timer(item: Timer, shards: int) -> Key:
    """A timer."""
    shard = zlib.crc32(f"{item.shop}#{item.cart}".encode()) % shards
    return {"pk": timer_partition(item.due, shard), "sk": f"{item.shop}#{item.cart}#{item.generation}"}


def timer_partition(minute: datetime, shard: int) -> str:
    """One of the partitions that a minute's timers lie in."""
    return f"{minute:%Y-%m-%dT%H:%MZ}#{shard}"


CURSOR: Key = {"pk": "cursor", "sk": "sweep"}

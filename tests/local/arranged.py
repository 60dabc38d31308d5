"""A made-up shop whose shoppers are about to come."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

from rebasket_local.traffic.courier import Keys
from rebasket_local.traffic.fortnight import Plan, arrange
from rebasket_local.traffic.ledger import Ledger
from rebasket_local.traffic.provider import Provider
from rebasket_local.traffic.settings import read_settings
from tests.cli.made_up_world import MadeUpWorld

START = datetime(2026, 11, 2, tzinfo=UTC)
KEYS = Keys(
    bearer="rbk_shop_key_secret",
    signing_key_id="shop_key",
    signing_secret=f"whsec_{base64.b64encode(bytes(range(32))).decode()}",
)
PLAN = Plan(seed=1, start=START, days=14, carts=900)
SMALL = Plan(seed=1, start=START, days=5, carts=120)
END = PLAN.end + timedelta(days=10)


def arranged(plan: Plan = SMALL, **changed: dict[str, object]) -> tuple[MadeUpWorld, Provider, Ledger]:
    """`changed` habits, by the name of their table."""
    settings, _ = read_settings()
    tables = {name: getattr(settings, name).model_copy(update=update) for name, update in changed.items()}
    world = MadeUpWorld(START)
    provider, ledger = arrange(world, KEYS, plan, settings.model_copy(update=tables))
    return world, provider, ledger


@cache
def fortnight() -> tuple[MadeUpWorld, Ledger]:
    """Nobody gets a message."""
    world, _, ledger = arranged(PLAN)
    world.run(END)
    return world, ledger

"""What the tests of `rebasket why` ask about, and how they read its answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.aws.phone_countries import country_of
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.sms_limits import Destination
from rebasket_cli.why.case import Case, LookUp
from rebasket_cli.why.told import told
from tests.doubles import address_hash
from tests.samples import (
    ANNA,
    PRICES,
    SHOP,
    Reports,
    a_shop,
    person,
)  # fmt: skip
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts import events as ev


CANARY = "canary.jones"
"""Neither this nor any other text that somebody is known by may be printed."""
MAIL, PHONE = Address(Channel.EMAIL, f"{CANARY}@nest.example.org"), Address(Channel.SMS, "+380441239876")
SECRETS = (CANARY, "nest", MAIL.value, PHONE.value, PHONE.value[3:-2], "Canary Jones", "Tea sencha")


def destination(number: Address) -> Destination:
    country = country_of(number)
    return Destination(country, priced=PRICES.text(country) is not None)


def case(world: World, cart: str = "c1") -> Case:
    found = world.shops.get(SHOP)
    assert found
    look_up = LookUp(
        carts=world.carts,
        contacts=world.contacts,
        episodes=world.episodes,
        shops=world.shops,
        address_hash=address_hash,
        destination=destination,
        retention=timedelta(days=90),
        clock=world.clock,
    )
    return look_up(found, cart)


def lines(world: World, cart: str = "c1") -> list[str]:
    found = told(case(world, cart))
    assert all(len(line) <= 110 for line in found)
    assert "None" not in "\n".join(found)
    return found


def whole(world: World, cart: str = "c1") -> str:
    """As one line, so that it does not matter where lines are broken."""
    return re.sub(r"\s+", " ", "\n".join(lines(world, cart)))


def answer(world: World, cart: str = "c1") -> str:
    """What stands between the first line and the facts."""
    text = "\n".join(lines(world, cart))
    return " ".join(text.split("\n\n")[1].split())


def left(*, who: ev.Person | None = None, **rules: Any) -> World:  # noqa: ANN401  # whatever a policy takes
    """A world in which Anna's cart was reported at START."""
    world = World(a_shop(**rules))
    world.record(Reports().updated(who=who or person(ANNA)))
    return world

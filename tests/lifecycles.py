"""Many carts' whole lives: updated, identified, gone quiet, reminded of, some bought, some never. The same every time.

python -m tests.lifecycles 10000       # prints how many carts a second go through the ports in memory
"""

from __future__ import annotations

import random
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.people.addresses import Address, Channel
from tests.samples import START, Reports, a_line, a_shop, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.events import Event

DAYS = 3
"""Days over which carts begin."""


def whole_lives(world: World, carts: int, seed: int = 1) -> None:
    """Let so many carts live, and the days after them be closed."""
    world.shops.save(a_shop(version=2, holdout=100))
    for event in _events(carts, random.Random(seed)):
        world.report_at(event)
    world.advance(timedelta(days=4))
    world.leap(START + timedelta(days=DAYS + 10))
    world.close_books()


def _events(carts: int, draw: random.Random) -> list[Event]:
    shop = Reports()
    events: list[Event] = []
    for number in range(carts):
        at = START + timedelta(milliseconds=draw.randrange(DAYS * 86_400_000))
        cart, channel = f"cart-{number}", Channel.SMS if number % 5 == 0 else Channel.EMAIL
        strewn = number * 7919 % 10_000_000  # people's numbers do not lie side by side
        value = f"+38044{strewn:07}" if channel is Channel.SMS else f"{number}@example.org"
        who = person(Address(channel, value))
        events.append(shop.updated(cart, at, a_line(f"s{number % 97}", 1 + number % 3), who=who))
        events.append(shop.added(cart, at + timedelta(minutes=1 + number % 40), a_line("more")))
        kind = draw.random()
        if kind < 0.3:  # before any reminder, after one, after both
            bought = at + timedelta(minutes=draw.choice((45, 60 * 8, 60 * 40)))
            events.append(shop.ordered(cart, bought, f"o{number}", 2_000 + number % 500))
        elif kind < 0.4:
            events.append(shop.checkout(cart, at + timedelta(hours=5)))
    return sorted(events, key=lambda event: event.at)


def main() -> None:
    """Measure."""
    carts = int(sys.argv[1]) if sys.argv[1:] else 10_000
    world = World()
    began, worked = time.perf_counter(), time.process_time()
    whole_lives(world, carts)
    took, work = time.perf_counter() - began, time.process_time() - worked
    print(  # noqa: T201  # its purpose
        f"{carts} carts, {len(world.messages)} messages: {took:.1f} s, {carts / took:.0f} carts a second "
        f"({work:.1f} s of one processor, {carts / work:.0f} a second)"
    )


if __name__ == "__main__":
    main()

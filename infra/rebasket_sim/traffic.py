"""What happens in the shops: carts that grow, are forgotten, bought, emptied; people on two devices; orders before their carts.

Nothing is random here but the seed's draws: each cart has its own, so one that is left out changes no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_sim.fates import FATES
from rebasket_sim.kernel import HOUR, MINUTE, SECOND
from rebasket_sim.script import Said, Script, grows, identified
from rebasket_sim.shops import Temper, temper_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from rebasket_sim.chance import Chance


def traffic(chance: Chance, shop: str, carts: int, span: int) -> list[Said]:
    """All that a shop reports of so many carts, begun within `span` milliseconds."""
    temper = temper_of(chance, shop)
    people = {Temper.MIXED: max(2, carts // 2), Temper.CROWD: 2 + carts // 8, Temper.STRANGERS: carts}[temper]
    when = [chance.source("moment", shop, person).randrange(span) for person in range(people)]
    return [
        said for number in range(carts) for said in _cart(chance.source("cart", shop, number), shop, number, when, span, temper)
    ]


def _cart(draw: Random, shop: str, number: int, moments: list[int], span: int, temper: Temper) -> list[Said]:
    person = number if temper is Temper.STRANGERS else draw.randrange(len(moments))
    script = Script(draw, shop, f"c{number}" if number % 7 else f"c#{number}", person, somebody=draw.randrange(len(moments)))
    at, known = draw.randrange(span), draw.random() < 0.75
    if draw.random() < (0.95 if temper is Temper.CROWD else 0.5):  # several carts of one person go quiet in the same minute
        at = moments[person] + draw.randrange(2 * SECOND)
    script.snapshot(at, named=known, consent=draw.choice((None, True, True, False)), lines=draw.choice((1, 2, 3)))
    for _ in range(draw.choice((0, 0, 1, 3))):
        at += draw.choice((2 * SECOND, 40 * SECOND, 5 * MINUTE, 9 * MINUTE))
        grows(script, at)
    if not known and draw.random() < 0.7:
        at += draw.choice((SECOND, MINUTE, 10 * MINUTE, HOUR))
        identified(script, at, consent=draw.choice((None, True)))
    if draw.random() < 0.25:
        identified(script, at + draw.choice((MINUTE, HOUR)), consent=True, ambush=True)
    patient = 1 if temper is Temper.MIXED else 3
    fate = draw.choices(
        tuple(FATES), tuple(weight * (patient if fate == "forgotten" else 1) for fate, (weight, _) in FATES.items())
    )[0]
    FATES[fate][1](script, at)
    return script.said


def people_of(said: list[Said]) -> Iterator[tuple[tuple[str, str], int]]:
    """Whose each cart is."""
    for one in said:
        yield (one.shop, one.cart), one.person

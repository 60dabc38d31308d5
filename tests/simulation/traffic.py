"""What happens in the shops: carts that grow, are forgotten, bought, emptied; people on two devices; orders before their carts.

Nothing is random here but the seed's draws: each cart has its own, so one that is left out changes no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.kernel import DAY, HOUR, MINUTE, SECOND
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.script import Said, Script, grows, identified
from tests.simulation.several import several
from tests.simulation.shops import Population, population_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.simulation.rng import Rng


COMES_BACK = tuple(days * DAY for days in (31, 36, 45, 64, 92))
"""How long after its last word a cart's name is used again, in worlds that last for months."""


def traffic(rng: Rng, shop: str, carts: int, span: int, *, months: bool = False) -> list[Said]:
    """All that a shop reports of so many carts, begun within `span` milliseconds. `months`: and what comes of them long after."""
    population = population_of(rng, shop)
    people = {Population.MIXED: max(2, carts // 2), Population.CROWD: 2 + carts // 8, Population.STRANGERS: carts}[population]
    when = [rng.source("moment", shop, person).randrange(span) for person in range(people)]
    found: list[Said] = []
    for number in range(carts):
        slow = rng.source("slow", shop, number) if months else None
        said = _cart(rng.source("cart", shop, number), shop, number, when, span, population, slow)
        found += said
        if slow is not None and slow.random() < 0.7:
            found += _second_life(rng.source("again", shop, number), said, slow, len(when))
    return found + several(rng, shop, carts, span)


def _second_life(draw: Random, before: list[Said], slow: Random, people: int) -> list[Said]:
    """A cart under the same name, of the same person or of somebody else, when the first one was forgotten, or nearly."""
    first, at = before[0], max(said.at for said in before) + slow.choice(COMES_BACK)
    person = draw.randrange(people) if draw.random() < 0.3 else first.person
    script = Script(draw, first.shop, first.cart, person, somebody=draw.randrange(people), slow=slow, life=2)
    script.snapshot(at, named=draw.random() < 0.8, consent=draw.choice((None, True, True)), lines=draw.choice((1, 2)))
    _continued(script, at, 1)
    return script.said


def _cart(
    draw: Random, shop: str, number: int, moments: list[int], span: int, population: Population, slow: Random | None
) -> list[Said]:
    person = number if population is Population.STRANGERS else draw.randrange(len(moments))
    name = f"c{number}" if number % 7 else f"c#{number}"
    script = Script(draw, shop, name, person, somebody=draw.randrange(len(moments)), slow=slow)
    at, known = draw.randrange(span), draw.random() < 0.75
    if draw.random() < (
        0.95 if population is Population.CROWD else 0.5
    ):  # several carts of one person go quiet in the same minute
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
    _continued(script, at, 1 if population is Population.MIXED else 3)
    return script.said


def _continued(script: Script, at: int, patient: int) -> None:
    scenario = script.draw.choices(
        tuple(SCENARIOS),
        tuple(weight * (patient if scenario == "forgotten" else 1) for scenario, (weight, _) in SCENARIOS.items()),
    )[0]
    SCENARIOS[scenario][1](script, at)


def people_of(said: list[Said]) -> Iterator[tuple[tuple[str, str], int]]:
    """Whose each cart is."""
    for one in said:
        yield (one.shop, one.cart), one.person

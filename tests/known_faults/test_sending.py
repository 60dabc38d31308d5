"""What a shop expects of its provider's bad hours, of batches that are busy, and of addresses that cannot be reached."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from functions.remind import app as remind
from rebasket.domain.errors import Throttled
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.shops.policy import Step
from rebasket.domain.shops.quiet_hours import QuietHours
from rebasket.observability import metrics
from tests.doubles import address_hash
from tests.functions.ingest_client import Context
from tests.known_faults.providers import refusing
from tests.samples import ANNA, ONE_EMAIL, SHOP, START, Reports, a_shop, after, person
from tests.world import World

if TYPE_CHECKING:
    from rebasket.domain.carts.timer import Timer


def shopper(number: int) -> Address:
    return Address(Channel.EMAIL, f"p{number}@example.org")


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="When many reminders are due at the end of the night, a part of them is never sent.",
)
def test_every_reminder_held_over_the_night_goes_out_though_the_provider_takes_few_a_second() -> None:
    """A shop expects a send rate to slow the morning's reminders and lose none: 300 wait, 14 of each 60 tries are taken."""
    tries = count()
    night = {Channel.EMAIL: QuietHours(time(21), time(8))}
    world = World(
        a_shop(steps=ONE_EMAIL, quiet_hours=night),
        wrap=refusing(lambda _: Throttled("too many requests") if next(tries) % 60 >= 14 else None),
    )
    shop = Reports()
    world.advance(timedelta(hours=12))
    for number in range(300):
        world.record(shop.updated(f"c{number}", world.clock(), who=person(shopper(number))))
    world.leap(timedelta(hours=40))
    assert len(world.messages) == 300


@pytest.mark.parametrize("hours", [5, 20])
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A reminder is given up after four hours of refusals, not after the day the policy says.",
)
def test_a_reminder_outlasts_hours_of_refusals_within_the_time_the_policy_gives_it(hours: int) -> None:
    """A shop whose daily quota is used up expects its reminders once it is free again, if that is within the policy's day."""
    free_again = after(hours=1 + hours)
    world = World(a_shop(steps=ONE_EMAIL), wrap=refusing(lambda now: Throttled("quota") if now < free_again else None))
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    world.leap(after(hours=60))
    assert len(world.messages) == 1


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="While the provider does not answer, every reminder that is due is used up, never sent.",
)
def test_a_provider_that_does_not_answer_costs_few_reminders() -> None:
    """A shop expects that reminders wait while the provider is silent for ten minutes: at most a third may end in doubt."""
    speaks_again = after(hours=1, minutes=10)
    world = World(a_shop(steps=ONE_EMAIL), wrap=refusing(lambda now: TimeoutError() if now < speaks_again else None))
    shop = Reports()
    for number in range(120):
        world.record(shop.updated(f"c{number}", START + timedelta(seconds=5 * number), who=person(shopper(number))))
    world.advance(after(hours=6))
    assert len(world.messages) > 80


def deletion(timer: Timer) -> dict[str, Any]:
    """The stream's record of a deleted timer."""
    image: dict[str, Any] = {
        "due": {"N": str(int(timer.due.timestamp()))},
        "shop": {"S": timer.shop},
        "cart": {"S": timer.cart},
        "generation": {"N": str(timer.generation)},
        "attempt": {"N": str(timer.attempt)},
    }
    return {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1", "OldImage": image}}


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="A reminder that came last in eight busy batches is given up without having been tried.",
)
def test_a_reminder_that_found_no_time_in_eight_batches_is_sent_in_the_ninth(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop expects that a reminder is given up for its own failures, not because others before it took the batch's time."""
    world = World(a_shop(steps=ONE_EMAIL))
    monkeypatch.setattr(remind, "app", world)
    monkeypatch.setattr(metrics.provider, "namespace", "Rebasket")
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    for _ in range(8):
        world.clock.at = min(world.timers.items, default=world.clock())
        world.sweep()
        records = [deletion(timer) for timer in world.timers.deleted]
        answer: Any = remind.handler({"Records": records}, Context(left=10_000))
        if not answer["batchItemFailures"]:
            world.timers.deleted.clear()
    world.leap(after(hours=12))
    assert len(world.messages) == 1


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="Texts are sent to, and paid for, numbers of landlines that cannot show them."
)
def test_a_landline_is_written_to_by_mail() -> None:
    """A shopper who left a landline and a mail address expects the message where it can be read."""
    landline = Address(Channel.SMS, "+380441234567")
    steps = (Step(delay=timedelta(0), channels=(Channel.SMS, Channel.EMAIL)),)
    world = World(a_shop(steps=steps))
    world.record(Reports().updated("c1", START, who=person(ANNA, landline)))
    world.advance(after(hours=2))
    assert [message.contact for message in world.messages] == [address_hash(SHOP, ANNA)]


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="A reminder planned for after the cart was forgotten vanishes without an entry."
)
def test_a_step_later_than_the_carts_retention_ends_in_an_entry() -> None:
    """An operator expects each planned step to be told of in the end, also where the cart is forgotten before it is due."""
    steps = (ONE_EMAIL[0], Step(delay=timedelta(days=45), channels=(Channel.EMAIL,)))
    world = World(a_shop(steps=steps))
    world.record(Reports().updated("c1", START, who=person(ANNA)))
    world.advance(after(hours=2))
    world.carts.items.clear()  # what the table's time to live does after thirty days
    world.leap(after(days=60))
    assert set(world.touches("c1")) == {1, 2}

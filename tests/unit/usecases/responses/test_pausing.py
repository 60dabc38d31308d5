"""A shop whose mail bounces stops by itself, before the provider stops the account; an operator lets it go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import TouchId
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.sending.delivery_events import DeliveryEvent, Feedback
from rebasket.domain.sending.sending_pause import Limits, ReputationCounters, verdict
from rebasket.memory import MemorySendingPauses
from rebasket.usecases.responses.pause_sending import PauseSending
from tests.samples import ANNA, ONE_EMAIL, SHOP, Reports, a_shop, after, person
from tests.world import World


@pytest.mark.parametrize(
    ("reputation", "stops"),
    [
        (ReputationCounters(accepted=100, bounced=4), False),
        (ReputationCounters(accepted=100, bounced=5), True),
        (ReputationCounters(accepted=125, bounced=5), False),
        (ReputationCounters(accepted=10, bounced=4), False),
        (ReputationCounters(accepted=3_000, complained=2), False),
        (ReputationCounters(accepted=3_000, complained=3), True),
        (ReputationCounters(accepted=3_750, complained=3), False),
        (ReputationCounters(accepted=0, bounced=5), True),
    ],
)
def test_the_brake_pulls_beyond_the_limits_and_not_by_chance(reputation: ReputationCounters, stops: bool) -> None:  # noqa: FBT001  # a table
    assert (verdict(reputation) is not None) is stops


def test_the_limits_lie_below_the_provider_s() -> None:
    limits = Limits()
    assert limits.bounced < 5_000
    assert limits.complained < 100


def test_the_reason_names_what_and_how_much() -> None:
    assert (
        verdict(ReputationCounters(accepted=100, bounced=6))
        == f"6 bounces of 100 messages in {timedelta(days=7).days} days, the limit is 4 %"
    )


class Braked:
    """A world with a brake, and one cart of Anna's that is due for its first reminder."""

    def __init__(self) -> None:
        self.world = World(a_shop(steps=ONE_EMAIL))
        self.sending_pauses = MemorySendingPauses(shops=self.world.shops, clock=self.world.clock)
        self.pull = PauseSending(episodes=self.world.episodes, sending_pauses=self.sending_pauses)

    def told(self, cart: str, word: DeliveryEvent) -> str | None:
        return self.pull(
            Feedback(
                shop=SHOP,
                day=f"{self.world.clock():%Y-%m-%d}",
                touch=TouchId(cart, 1, 1),
                contact="k",
                channel=Channel.EMAIL,
                word=word,
                message_id=None,
                at=self.world.clock(),
            )
        )


def test_the_fifth_bounce_pauses_the_shop_and_no_message_counts_twice() -> None:
    braked = Braked()
    for n in range(4):
        assert braked.told(f"b{n}", DeliveryEvent.BOUNCED) is None
        assert braked.told(f"b{n}", DeliveryEvent.BOUNCED) is None, "told again"
    assert braked.told("b4", DeliveryEvent.BOUNCED) is not None
    assert braked.told("b5", DeliveryEvent.BOUNCED) is None, "paused already"
    assert braked.world.shops.get(SHOP) == replace(a_shop(steps=ONE_EMAIL), paused=braked.sending_pauses.shops.paused[SHOP])


def test_a_paused_reminder_waits_and_goes_out_when_the_shop_is_released(shop: Reports) -> None:
    braked = Braked()
    world = braked.world
    world.report_at(shop.updated("c1", after(), who=person(ANNA)))
    braked.sending_pauses.pause(SHOP, "bounces")
    world.advance(timedelta(hours=5))
    assert world.mailer.sent == []
    braked.sending_pauses.resume(SHOP)
    world.advance(timedelta(minutes=16))
    assert len(world.mailer.sent) == 1


def test_a_reminder_paused_too_long_is_skipped_and_not_sent_out_of_place(shop: Reports) -> None:
    braked = Braked()
    world = braked.world
    world.report_at(shop.updated("c1", after(), who=person(ANNA)))
    braked.sending_pauses.stop("stopped by hand")
    world.advance(timedelta(hours=30))
    braked.sending_pauses.start()
    world.advance(timedelta(hours=1))
    assert world.mailer.sent == []
    touch = world.episode("c1").touches[1]
    assert (touch.state, touch.why) == (TouchState.SKIPPED, "not too late")

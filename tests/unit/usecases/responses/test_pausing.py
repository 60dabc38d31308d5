"""A shop whose mail bounces stops by itself, before the provider stops the account; an operator lets it go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import Contact, TouchId
from rebasket.domain.people.contact_form import person_of
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
        (ReputationCounters(accepted=100, bounced=4, confirmed=4), False),
        (ReputationCounters(accepted=100, bounced=5, confirmed=5), True),
        (ReputationCounters(accepted=125, bounced=5, confirmed=5), False),
        (ReputationCounters(accepted=119, bounced=5), False),
        (ReputationCounters(accepted=300, bounced=19, confirmed=4), False),
        (ReputationCounters(accepted=300, bounced=20), True),
        (ReputationCounters(accepted=500, bounced=20), False),
        (ReputationCounters(accepted=3_000, complained=2), False),
        (ReputationCounters(accepted=3_000, complained=3), True),
        (ReputationCounters(accepted=3_750, complained=3), False),
        (ReputationCounters(accepted=0, bounced=20), True),
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
        verdict(ReputationCounters(accepted=100, bounced=26))
        == f"26 bounces of 100 messages in {timedelta(days=7).days} days, the limit is 4 %"
    )


class Braked:
    """A world with a brake, and one cart of Anna's that is due for its first reminder."""

    def __init__(self) -> None:
        self.world = World(a_shop(steps=ONE_EMAIL))
        self.sending_pauses = MemorySendingPauses(shops=self.world.shops, clock=self.world.clock)
        self.pull = PauseSending(episodes=self.world.episodes, contacts=self.world.contacts, sending_pauses=self.sending_pauses)

    def bought(self) -> None:
        """The address is that of an earlier customer."""
        bought = Contact(shop=SHOP, key="k", channel=Channel.EMAIL, version=1, bought_at=after(), placed_at=after())
        assert self.world.contacts.put(person_of(bought))

    def told(self, cart: str, word: DeliveryEvent) -> str | None:
        return self.pull(self.feedback(cart, word))

    def feedback(self, cart: str, word: DeliveryEvent) -> Feedback:
        return Feedback(
            shop=SHOP,
            day=f"{self.world.clock():%Y-%m-%d}",
            touch=TouchId(cart, 1, 1),
            contact="k",
            channel=Channel.EMAIL,
            word=word,
            message_id=None,
            at=self.world.clock(),
        )


def test_the_fifth_bounce_pauses_the_shop_and_no_message_counts_twice() -> None:
    braked = Braked()
    braked.bought()
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


def test_bounces_of_addresses_that_somebody_typed_pause_a_shop_from_the_twentieth_on() -> None:
    """Whoever types five wrong addresses into a shop's carts must not stop it."""
    braked = Braked()
    assert [braked.told(f"b{n}", DeliveryEvent.BOUNCED) is None for n in range(20)] == [True] * 19 + [False]


def test_what_the_provider_itself_holds_back_is_not_counted() -> None:
    braked = Braked()
    braked.bought()
    for n in range(30):
        held = replace(braked.feedback(f"b{n}", DeliveryEvent.BOUNCED), held_by_provider=True)
        assert braked.pull(held) is None
    assert braked.sending_pauses.reputation(SHOP) == ReputationCounters()

"""Rules at their edges, found by mutation testing: whose quiet hours count, sums of what the provider said, words of refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.reminders import schedule
from rebasket.domain.reporting.adjustments import ChangedDay, changed_day_of, difference
from rebasket.domain.reporting.daily_figures import DailyFigures, Figures
from rebasket.domain.sending.delivery_events import DeliveryEvent
from rebasket.domain.sending.sending_pause import Limits, ReputationCounters, verdict
from rebasket.domain.shops.policy import Step
from rebasket.domain.shops.quiet_hours import LAST_CALL, QuietHours, first_allowed, waking_time
from tests.samples import SHOP, START, a_header, a_policy

NIGHT = QuietHours(time(21), time(8))
EVENING = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)
"""21:30 in Kyiv."""

HEADER = a_header(EVENING, time_zone="Europe/Kyiv")
BY_CHANNEL = a_policy(
    steps=(
        Step(delay=timedelta(0), channels=(Channel.SMS, Channel.EMAIL)),
        Step(delay=timedelta(days=1), channels=(Channel.SMS,)),
    ),
    quiet_hours={Channel.EMAIL: NIGHT},
)


def test_a_step_waits_for_the_morning_where_its_shopper_is() -> None:
    assert schedule.due_of(1, HEADER, {}, BY_CHANNEL) == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    assert schedule.due_of(1, replace(HEADER, time_zone=None), {}, BY_CHANNEL) == EVENING


def test_a_successor_waits_by_its_own_channels_and_not_by_its_predecessors() -> None:
    both = replace(HEADER, contacts={Channel.EMAIL: "k", Channel.SMS: "p"})
    assert schedule.successor_due(1, both, BY_CHANNEL, EVENING) == EVENING + timedelta(days=1), "texts have no quiet hours here"
    later = Step(delay=timedelta(days=1), channels=(Channel.EMAIL,))
    last = Step(delay=timedelta(days=2), channels=(Channel.SMS,))
    mails = replace(BY_CHANNEL, steps=(Step(delay=timedelta(0), channels=(Channel.SMS,)), later, last))
    assert schedule.successor_due(1, HEADER, mails, EVENING) == datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


def test_seconds_before_quiet_hours_are_too_late_and_the_morning_is_a_whole_minute() -> None:
    begins = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    morning = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert first_allowed(begins - LAST_CALL, "UTC", NIGHT) == morning
    assert first_allowed(begins - LAST_CALL - timedelta(minutes=1), "UTC", NIGHT) == begins - LAST_CALL - timedelta(minutes=1)
    odd = timedelta(seconds=17, microseconds=250_000)
    assert waking_time(begins - odd, morning + odd, "UTC", NIGHT) == 2 * odd
    assert waking_time(begins, morning, "UTC", NIGHT) == timedelta(0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", 'must be two times of the day, such as "21:00-08:00"'),
        ("08:00-08:00", "at least a minute, at most 20 hours: something of the day has to be left for writing"),
    ],
)
def test_what_is_no_quiet_hours_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        QuietHours.parse(text)
    assert (refused.value.detail, [(field.pointer, field.detail) for field in refused.value.errors]) == (said, [("", said)])


def test_days_of_what_the_provider_said_add_up() -> None:
    one, other = (
        ReputationCounters(accepted=10, bounced=2, complained=1),
        ReputationCounters(accepted=100, bounced=20, complained=10),
    )
    assert one + other == ReputationCounters(accepted=110, bounced=22, complained=11)


def test_complaints_are_counted_among_all_that_was_accepted_also_where_its_events_got_lost() -> None:
    limits = Limits(complained=80, complained_at_least=3)
    assert (
        verdict(ReputationCounters(accepted=1_000, complained=3), limits)
        == "3 complaints of 1000 messages in 7 days, the limit is 0.08 %"
    )
    assert (
        verdict(ReputationCounters(bounced=1, complained=4), limits)
        == "4 complaints of 5 messages in 7 days, the limit is 0.08 %"
    )


def test_the_weight_of_a_word_is_its_place() -> None:
    assert [word.weight for word in DeliveryEvent] == [1, 2, 3]


def test_one_cart_recovered_at_no_cost_cost_nothing_each() -> None:
    assert Figures(recovered=1).cost_per_recovered == 0
    assert Figures(recovered=1, cost=7).cost_per_recovered == 7
    assert Figures(recovered=0, cost=7).cost_per_recovered is None
    assert Figures(recovered=2, cost=-1).cost_per_recovered is None


def test_a_mark_and_a_difference_are_of_their_shop_and_day() -> None:
    assert changed_day_of(SHOP, "2026-02-20", START) == ChangedDay(shop=SHOP, day="2026-02-20", arrived="2026-03-02", at=START)
    before = DailyFigures(day="2026-02-20", total=Figures(episodes=1), channels={})
    after = replace(before, total=Figures(episodes=2))
    assert difference(after, before) == DailyFigures(day="2026-02-20", total=Figures(episodes=1), channels={})

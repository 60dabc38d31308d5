"""Rules that contradict each other are refused, naming the field."""

from __future__ import annotations

import itertools
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given

from rebasket.domain.errors import Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Policy, Step
from rebasket.domain.shops.quiet_hours import QuietHours
from tests.stored import policies

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def steps(*delays: timedelta) -> tuple[Step, ...]:
    return tuple(Step(delay=delay, channels=(Channel.EMAIL,)) for delay in delays)


@pytest.mark.parametrize(
    ("rules", "pointer"),
    [
        ({"abandoned_after": timedelta(minutes=10) - timedelta(seconds=1)}, "/abandoned_after"),
        ({"abandoned_after": 14 * DAY + timedelta(seconds=1)}, "/abandoned_after"),
        ({"steps": ()}, "/steps"),
        ({"steps": steps(*(n * DAY for n in range(6)))}, "/steps"),
        ({"steps": (Step(delay=timedelta(0), channels=()),)}, "/steps"),
        ({"steps": steps(-HOUR)}, "/steps"),
        ({"steps": steps(timedelta(0), 11 * HOUR), "gap": 12 * HOUR}, "/steps"),
        ({"give_up": timedelta(minutes=9)}, "/give_up"),
        ({"cap": 0}, "/cap"),
        ({"cap_window": 61 * DAY}, "/cap_window"),
        ({"holdout": -1}, "/holdout"),
        ({"holdout": 1001}, "/holdout"),
        ({"window": timedelta(minutes=59)}, "/window"),
        ({"window": 61 * DAY}, "/window"),
        ({"attempts": 0}, "/attempts"),
        ({"attempts": 21}, "/attempts"),
        ({"quiet_hours": {Channel.SMS: QuietHours(time(9), time(9))}}, "/quiet_hours"),
        ({"quiet_hours": {Channel.EMAIL: QuietHours(time(9), time(5, 1))}}, "/quiet_hours"),
        ({"sms_countries": frozenset({"UA", "pl"})}, "/sms_countries"),
        ({"sms_countries": frozenset({"UKR"})}, "/sms_countries"),
        ({"sms_per_prefix": 0}, "/sms_per_prefix"),
        ({"sms_per_prefix": 10_001}, "/sms_per_prefix"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_named(rules: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Invalid) as caught:
        Policy(**rules)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_every_wrong_rule_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        Policy(cap=0, holdout=-1)
    assert [error.pointer for error in caught.value.errors] == ["/cap", "/holdout"]


def test_the_limits_themselves_are_allowed() -> None:
    Policy(
        abandoned_after=timedelta(minutes=10),
        steps=steps(timedelta(0), 12 * HOUR),
        gap=12 * HOUR,
        give_up=timedelta(minutes=10),
        cap=1,
        cap_window=60 * DAY,
        holdout=1000,
        window=HOUR,
        attempts=20,
        sms_countries=frozenset({"UA"}),
        sms_per_prefix=10_000,
    )
    Policy(abandoned_after=14 * DAY, window=60 * DAY, holdout=0, attempts=1, sms_countries=frozenset(), sms_per_prefix=1)


def test_usual_quiet_hours_are_nine_to_eight_for_mail_and_eight_to_nine_for_texts() -> None:
    assert {channel.value: str(hours) for channel, hours in Policy().quiet_hours.items()} == {
        "email": "21:00-08:00", "sms": "20:00-09:00",
    }  # fmt: skip
    assert Policy(quiet_hours={}).quiet_hours == {}


@given(policies())
def test_waits_between_tries_double_up_to_four_hours(policy: Policy) -> None:
    waits = [policy.backoff(attempt) for attempt in range(1, 20)]
    assert waits[:4] == [timedelta(minutes=m) for m in (2, 4, 8, 16)]
    assert all(a < b or a == b == timedelta(hours=4) for a, b in itertools.pairwise(waits))

"""A poisoned timer lies in the queue whole, readable, and can be put back."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from rebasket.aws.sqs import SqsDeadLetters, timer_from_json, timer_to_json
from rebasket.domain.carts.timer import Timer, minute_up
from tests import stored
from tests.samples import SHOP, START

timers = st.builds(
    Timer,
    shop=st.just(SHOP),
    cart=stored.names,
    generation=st.integers(0, 10**6),
    due=stored.moments.map(minute_up),
    day=st.none() | st.just("2026-03-02"),
    attempt=st.integers(0, 20),
)


@given(timers, st.text())
def test_it_comes_back_as_it_was_with_its_tries_counted_anew(timer: Timer, why: str) -> None:
    assert timer_from_json(timer_to_json(timer, why)) == replace(timer, attempt=0)


def test_it_is_sent_whole_with_the_reason_and_no_longer_than_a_message_may_be() -> None:
    timer = Timer(shop=SHOP, cart="кошик #1", generation=3, due=START, day="2026-03-02", attempt=8)
    with mock_aws():
        queue = boto3.client("sqs")
        url = queue.create_queue(QueueName="dead")["QueueUrl"]
        SqsDeadLetters(queue, url).dead_letter(timer, "Broken: " + "x" * 10**6)
        (message,) = queue.receive_message(QueueUrl=url)["Messages"]
    said = json.loads(message["Body"])
    assert (said["cart"], said["generation"], said["attempt"]) == ("кошик #1", 3, 8)
    assert said["why"].startswith("Broken: xxx")
    assert len(message["Body"].encode()) < 10_000
    assert timer_from_json(message["Body"]) == replace(timer, attempt=0)

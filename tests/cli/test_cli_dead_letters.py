"""Dead letters are fetched to the last, few as they may be, and each once in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from rebasket.aws.sqs import SqsDeadLetters
from rebasket.domain.carts.timer import LEAD, Timer, minute_up
from rebasket.memory import MemoryTimers
from rebasket_cli.dead_letters import HIDDEN_S, dead_letters
from rebasket_cli.operate import put_back
from tests.doubles import ManualClock
from tests.samples import SHOP, START
from tests.template.moto_stack import ManyServers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_sqs import SQSClient


@pytest.fixture
def sqs() -> Iterator[SQSClient]:
    with mock_aws():
        yield boto3.client("sqs")


@pytest.fixture
def url(sqs: SQSClient) -> str:
    return sqs.create_queue(QueueName="dead")["QueueUrl"]


@pytest.mark.parametrize("count", [1, 12])
def test_buried_timers_are_put_back_to_the_last(sqs: SQSClient, url: str, count: int) -> None:
    timers, clock, servers = MemoryTimers(), ManualClock(), ManyServers(sqs)
    names = [f"c{n}" for n in range(count)]
    for name in names:
        SqsDeadLetters(sqs, url).dead_letter(Timer(shop=SHOP, cart=name, generation=1, due=START, attempt=8), "why")
    assert put_back(servers.client, url, timers, clock) == count
    armed = timers.due_at(minute_up(clock() + LEAD))
    assert sorted((timer.cart, timer.attempt) for timer in armed) == sorted((name, 0) for name in names)
    assert put_back(servers.client, url, timers, clock) == 0


def test_a_letter_is_handed_out_once_in_a_run(sqs: SQSClient, url: str) -> None:
    """Whatever the queue's own time is: here none, so that only what the request asks for hides it."""
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    servers = ManyServers(sqs)
    sqs.send_message(QueueUrl=url, MessageBody="left where it is")
    assert [letter["Body"] for letter in dead_letters(servers.client, url)] == ["left where it is"]
    assert {asked["VisibilityTimeout"] for asked in servers.asked} == {HIDDEN_S}


def test_a_letter_that_is_no_timer_stays_and_holds_up_no_other(
    sqs: SQSClient, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    timers, clock, servers = MemoryTimers(), ManualClock(), ManyServers(sqs)
    for body in ("not JSON", "{}", "[]"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    SqsDeadLetters(sqs, url).dead_letter(Timer(shop=SHOP, cart="c1", generation=1, due=START, attempt=8), "why")
    assert put_back(servers.client, url, timers, clock) == 1
    assert capsys.readouterr().out.count("is no timer, and stays") == 3
    sizes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(sizes["ApproximateNumberOfMessages"]) + int(sizes["ApproximateNumberOfMessagesNotVisible"]) == 3

"""The local cloud as a whole: time, order, isolation, repeatability."""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from rebasket_local.agenda import Agenda
from rebasket_local.cloud import LocalCloud
from rebasket_local.errors import AlreadyRunning
from rebasket_local.faults import Invocation, ProcessKilled
from tests.local.toy_cloud import SENDER, START, TOY, delete, do, notes, put, toy

if TYPE_CHECKING:
    from pathlib import Path


# --- Time and order ---------------------------------------------------------------------------------------------------


def test_things_due_at_the_same_time_happen_in_the_order_of_their_arrangement() -> None:
    agenda, done = Agenda(), list[int]()
    for number in range(50):
        agenda.add(START + timedelta(seconds=number % 5), partial(done.append, number))
    while (due := agenda.pop(START + timedelta(seconds=3))) is not None:
        due.action()

    assert done == sorted(range(50), key=lambda number: (number % 5, number))[:40]


def test_what_is_cancelled_is_not_done() -> None:
    agenda = Agenda()
    first, second = (agenda.add(START, lambda: None, in_flight=True) for _ in range(2))
    agenda.cancel(first)
    agenda.cancel(first)

    assert agenda.in_flight == 1
    assert agenda.pop(START) is second
    assert agenda.pop(START) is None


def test_own_work_runs_in_its_turn_and_may_arrange_more() -> None:
    done: list[tuple[str, datetime]] = []
    with toy() as cloud:
        cloud.at(START + timedelta(minutes=2), lambda: done.append(("second", cloud.now)))
        cloud.at(START + timedelta(minutes=1), lambda: cloud.at(START, lambda: done.append(("late", cloud.now))))
        cloud.advance(timedelta(minutes=3))
        assert cloud.now == START + timedelta(minutes=3)

    assert done == [("late", START + timedelta(minutes=1)), ("second", START + timedelta(minutes=2))]


def test_everybody_reads_virtual_time() -> None:
    with toy() as cloud:
        cloud.pause("TickMinutely")
        cloud.advance(timedelta(days=3))

        assert datetime.now(UTC) == cloud.now == START + timedelta(days=3)
        put(cloud, "a")
        delete(cloud, "a")
        cloud.settle()
        created = notes(cloud, "listen")["a"]["record"]["dynamodb"]["ApproximateCreationDateTime"]
        assert created == (START + timedelta(days=3)).timestamp()


def test_sleep_moves_the_clock_of_the_cloud_only() -> None:
    with toy() as cloud:
        answer = do(cloud, "sleep", seconds=4).json()

        assert answer == {"before": 10_000, "after": 6_000}
        assert cloud.now == START + timedelta(seconds=4)


def test_settling_goes_no_further_than_it_must() -> None:
    with toy() as cloud:
        cloud.settle()
        assert cloud.now == START

        put(cloud, "a")
        delete(cloud, "a")
        cloud.settle()
        assert cloud.now == START + timedelta(milliseconds=200)


# --- Isolation --------------------------------------------------------------------------------------------------------


def test_functions_share_code_but_not_what_it_keeps() -> None:
    with toy() as cloud:
        web, listen = (cloud.function(name).module("toyshop.notes") for name in ("Web", "Listen"))

        assert web is not listen
        assert (web.ROLE, listen.ROLE) == ("web", "listen")
        assert web.boto3 is listen.boto3 is boto3
        assert "toyshop" not in sys.modules


def test_a_module_of_the_same_name_outside_is_nobodys_and_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = type(sys)("toyshop")
    monkeypatch.setitem(sys.modules, "toyshop", mine)
    with toy() as cloud:
        assert do(cloud, "environment").status == 200
        assert sys.modules["toyshop"] is mine


def test_a_process_lives_from_one_invocation_to_the_next_until_it_is_killed() -> None:
    def kill(invocation: Invocation) -> None:
        if json.loads(invocation.event["body"])["do"] == "environment":
            raise ProcessKilled

    with toy() as cloud:
        item = {"pk": {"S": "thing#1"}, "sk": {"S": "a"}}
        assert [do(cloud, "put", item=item).text for _ in range(2)] == ["1", "2"]
        cloud.faults.on_invoke = kill
        assert do(cloud, "environment").status == 500
        assert do(cloud, "put", item=item).text == "1"


def test_what_a_function_prints_is_in_its_log(capsys: pytest.CaptureFixture[str]) -> None:
    with toy(parameters={"Greeting": "hi"}) as cloud:
        do(cloud, "sleep", seconds=0)

        assert cloud.function("Web").log[-1] == "hi sleep"
        assert capsys.readouterr().out == ""


def test_warnings_are_log_lines_each_once_and_no_errors(recwarn: pytest.WarningsRecorder) -> None:
    with toy() as cloud:
        for _ in range(3):
            assert do(cloud, "warn").status == 200

        assert len([line for line in cloud.function("Web").log if line.endswith("UserWarning: careful")]) == 1
    assert not recwarn.list


def test_a_failure_says_what_happened_where() -> None:
    with toy() as cloud:
        do(cloud, "unspeakable")

        (failure,) = cloud.failures
        assert (failure.function, failure.kind, failure.at) == ("Web", "TypeError", START)
        assert "not JSON serializable" in failure.trace


def test_the_process_is_given_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    before, finders, urandom = dict(os.environ), list(sys.meta_path), os.urandom
    with toy() as cloud:
        assert "AWS_ENDPOINT_URL" not in os.environ
        do(cloud, "environment")

    assert dict(os.environ) == before
    assert sys.meta_path == finders
    assert os.urandom is urandom
    assert abs(datetime.now(UTC) - START) > timedelta(days=1)
    with toy() as again:
        assert again.now == START


def test_two_at_once_are_refused() -> None:
    with toy(), pytest.raises(AlreadyRunning), toy():
        pass


# --- Same input, same outcome -----------------------------------------------------------------------------------------


def story(seed: int, *, fast: bool = True) -> dict[str, Any]:
    with toy(seed=seed, fast=fast) as cloud:
        for number in range(5):
            put(cloud, f"{number}", due={"N": str(int(START.timestamp()) + 60 * number)})
        for number in range(2):
            do(cloud, "mail", **{"from": SENDER, "to": f"a{number}@shopper.example"})
        cloud.mail_event(cloud.outbox[0], "Delivery")
        cloud.advance(timedelta(hours=2))
        return {
            "messages": cloud.outbox.messages,
            "notes": {role: notes(cloud, role) for role in ("listen", "tick", "react")},
            "invocations": dict(cloud.invocations),
            "random": [str(uuid.uuid4()), os.urandom(8)],
        }


def test_a_story_repeats_itself_from_its_seed_and_only_from_it() -> None:
    first = story(1)

    assert first == story(1)
    other = story(2)
    assert first["notes"]["listen"] != other["notes"]["listen"]  # TTL was late by other times
    assert first["random"] != other["random"]
    assert first["invocations"] == other["invocations"] == {"Web": 2, "Listen": 5, "Tick": 120, "React": 1}


def test_the_fast_way_and_the_plain_one_tell_the_same_story() -> None:
    fast, plain = story(1), story(1, fast=False)

    for told in (fast, plain):
        del told["random"]  # boto3 draws an id for each request that it sends
        told["messages"] = [(message.at, message.to, message.raw) for message in told["messages"]]
        for event in told["notes"]["react"].values():
            event["event"]["detail"]["mail"].pop("messageId")  # moto draws more random ids on the plain way
            event["event"]["detail"]["mail"]["commonHeaders"].pop("messageId")
    assert fast == plain


def test_outputs_and_parameters() -> None:
    with toy(TOY, {"Extra": "yes"}) as cloud:
        assert cloud.outputs["ThingsName"] == "rebasket-Things"
        assert cloud.outputs["Url"].startswith("https://")
        assert cloud.queue("Extras") == []


def test_a_bucket_shows_what_was_put_there(tmp_path: Path) -> None:
    with LocalCloud.start(TOY, {}, START, region="us-east-1") as cloud:
        cloud.client("s3").put_object(Bucket=cloud.resource("Failed").ref, Key="b", Body=b"2")
        cloud.client("s3").put_object(Bucket=cloud.resource("Failed").ref, Key="a", Body=b"1")
        assert cloud.objects("Failed") == {"a": b"1", "b": b"2"}

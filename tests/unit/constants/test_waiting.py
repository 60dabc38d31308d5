"""How long anything waits, and how old anything may be: clients, spare times of functions, what is remembered between calls."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from functions.close_books import app as close_books
from functions.remind import app as remind
from functions.report import app as report
from functions.sweep import app as sweep
from rebasket.aws.attributes import to_attributes
from rebasket.aws.sending_pauses import DynamoSendingPauses
from rebasket.aws.ses import SesMailer
from rebasket.aws.shops import MAX_CACHED, DynamoShops
from rebasket.aws.sns import SnsTexter
from rebasket.aws.sqs import SqsDeadLetters
from rebasket.aws.ssm import SsmSecrets
from rebasket.http.answer import Answer, json_answer
from rebasket.observability import metrics
from rebasket.settings import SendingSettings, Settings
from rebasket.usecases.reminding.process_timer import ProcessedTimer
from rebasket.usecases.timers.sweep import Swept
from rebasket.wiring import App
from tests.contracts.conftest import new_table
from tests.doubles import ManualClock
from tests.functions.ingest_client import Context, cart_updated, world
from tests.samples import SHOP, START, a_shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from rebasket.domain.carts.timer import Timer
    from rebasket.usecases.reporting.job_runner import JobRunner

# -- Clients -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app() -> App:
    """As a function wires it, with an environment of its own."""
    made = App()
    made.__dict__["settings"] = Settings(
        stage="dev",
        region="eu-central-1",
        carts_table="carts",
        timers_table="timers",
        timer_shards=4,
        secrets_prefix="/rebasket/dev",
        retention=timedelta(days=90),
    )
    made.__dict__["sending"] = SendingSettings(
        sender="carts@shop.example",
        configuration_set="rebasket-dev",
        public_url="https://go.shop.example",
        sms_sender_id="",
        dead_timers_url="https://sqs.eu-central-1.amazonaws.com/123456789012/dead",
    )
    return made


def waits(client: Any) -> tuple[float, float, int]:  # noqa: ANN401  # each service has a type of its own
    """Seconds to connect, seconds to answer, attempts in all."""
    config = client.meta.config
    return config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]


def test_who_sends_asks_once_and_gives_up_after_twelve_seconds(app: App) -> None:
    """A second attempt is a second message: there is no idempotency token (SES API v2, SendEmail; SNS API, Publish). And the
    first has to end five seconds before the function does: 12 + 5 = 17 are what `remind` wants to have left.
    """
    deliver = app.process_timer.follow_up.send_step.deliver
    assert isinstance(deliver.mailer, SesMailer)
    assert isinstance(deliver.texter, SnsTexter)
    assert waits(deliver.mailer.client) == (2, 10, 1)
    assert waits(deliver.texter.client) == (2, 10, 1)


def test_what_can_be_repeated_is_tried_three_times_and_ends_within_a_functions_spare_time(app: App) -> None:
    """botocore's `standard` mode: three attempts of four seconds at the longest."""
    assert waits(app.dynamodb) == (1, 3, 3)
    assert waits(app.secrets.client) == (1, 3, 3)
    dead_letter_queue = app.process_timer.dead_letter_queue
    assert isinstance(dead_letter_queue, SqsDeadLetters)
    assert waits(dead_letter_queue.client) == (1, 3, 3)
    configured: Any = app.dynamodb.meta.config
    assert configured.retries["mode"] == "standard"


# -- What is remembered between calls ----------------------------------------------------------------------------------


@mock_aws
def test_a_stop_is_seen_by_every_function_after_half_a_minute() -> None:
    """docs/operations.md, "Pause and stop": all take effect within a minute, the wakes under way (30 s) included."""
    table, clock = new_table(boto3.client("dynamodb")), ManualClock()
    DynamoShops(table, clock).save(a_shop())
    shops = DynamoShops(table, clock)
    assert paused(shops) is None
    DynamoSendingPauses(table, clock).stop("maintenance")
    clock.at = START + timedelta(seconds=30)
    assert paused(shops) is None, "so long it is remembered: two reads a minute for each shop"
    clock.at = START + timedelta(seconds=30, milliseconds=1)
    assert paused(shops) == "maintenance"


def paused(shops: DynamoShops) -> str | None:
    found = shops.get(SHOP)
    assert found is not None
    return found.paused


def test_what_strangers_ask_about_is_bounded() -> None:
    """A shop's id is part of what anybody may send."""
    assert MAX_CACHED == 1_000


@mock_aws
def test_a_key_that_was_withdrawn_works_for_five_minutes_at_the_most() -> None:
    """ADR 0007; docs/integration.md: a new key may take as long until it works everywhere."""
    clock, client = ManualClock(), boto3.client("ssm")
    secrets = SsmSecrets(client, "/rebasket/dev", clock)
    secrets.put("shops/tea/keys", "withdrawn")
    assert secrets.find("shops/tea/keys") == "withdrawn"
    client.put_parameter(Name="/rebasket/dev/shops/tea/keys", Value="another", Type="SecureString", Overwrite=True)
    clock.at = START + timedelta(minutes=5)
    assert secrets.find("shops/tea/keys") == "withdrawn"
    clock.at = START + timedelta(minutes=5, milliseconds=1)
    assert secrets.find("shops/tea/keys") == "another"


# -- What a function keeps of its time ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics.provider, "namespace", "Rebasket")


class Attending:
    """Notes which timers were looked at, and which put off."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, timer: Timer) -> ProcessedTimer:
        self.done.append(f"{timer.cart} looked at")
        return ProcessedTimer("done")

    def again(self, timer: Timer, error: Exception) -> ProcessedTimer:
        self.done.append(f"{timer.cart} put off")
        return ProcessedTimer("again", error)


@pytest.mark.parametrize(("left", "done"), [(17_000, "c1 looked at"), (16_999, "c1 put off")])
def test_remind_begins_with_nothing_in_its_last_17_seconds(monkeypatch: pytest.MonkeyPatch, left: int, done: str) -> None:
    """12 s for the slowest request on the wire, 5 s before the function's own end (docs/architecture.md)."""
    attending = Attending()
    monkeypatch.setattr(remind, "app", SimpleNamespace(process_timer=attending))
    image = to_attributes({"due": 1_772_445_600, "shop": SHOP, "cart": "c1", "generation": 1})
    remind.attend({"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "1", "OldImage": image}}, left)
    assert attending.done == [done]


@pytest.mark.parametrize(("left", "over"), [(5_000, False), (4_999, True)])
def test_sweep_keeps_five_seconds_to_move_its_cursor(monkeypatch: pytest.MonkeyPatch, left: int, over: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """One write, tried three times in the worst case, and an answer."""
    seen: list[bool] = []

    def swept(time_is_up: Callable[[], bool]) -> Swept:
        seen.append(time_is_up())
        return Swept(1, 0, timedelta(0))

    monkeypatch.setattr(sweep, "app", SimpleNamespace(sweep_timers=swept))
    sweep.handler({}, Context(left=left, function_name="sweep"))
    assert seen == [over]


@pytest.mark.parametrize(("left", "status"), [(3_000, 202), (2_999, 503)])
def test_ingest_begins_with_no_event_in_its_last_three_seconds(monkeypatch: pytest.MonkeyPatch, left: int, status: int) -> None:
    """A read and three writes; the shop gets a 503 with results rather than API Gateway's time-out without."""
    shop = world(monkeypatch)
    shop.context.left = left
    assert shop.post([cart_updated()]).status == status


@pytest.mark.parametrize(("left", "over"), [(3_000, False), (2_999, True)])
def test_a_report_keeps_three_seconds_to_answer(monkeypatch: pytest.MonkeyPatch, left: int, over: bool) -> None:  # noqa: FBT001  # a parameter of the test
    seen: list[bool] = []

    def made(_event: object, time_is_up: Callable[[], bool]) -> Answer:
        seen.append(time_is_up())
        return json_answer(200, {})

    monkeypatch.setattr(report, "report", made)
    context: Any = Context(left=left, function_name="report")
    report.handler({}, context)
    assert seen == [over]


def test_a_night_closes_for_half_of_its_time_and_keeps_ten_seconds_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that is tried three times, four seconds each at the longest, goes on no longer than that by much."""
    left: dict[str, int] = {}

    def closed(night: JobRunner) -> dict[str, list[str]]:
        left["to close"] = night.left()
        return {}

    def posted(night: JobRunner) -> list[object]:
        left["to post"] = night.left()
        return []

    monkeypatch.setattr(close_books, "app", SimpleNamespace(close_books=closed, post_adjustments=posted))
    close_books.handler({}, Context(left=240_000, function_name="close_books"))
    assert left == {"to close": 120_000, "to post": 230_000}

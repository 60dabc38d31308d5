"""template.yaml itself in the local cloud: every function starts with what it is given, and a cart finds its way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.shops.policy import Policy, Shop
from rebasket.wiring import App
from rebasket_cli.shop import create_shop
from rebasket_local.cloud import LocalCloud
from rebasket_local.isolation import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.http_api import Response

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
PARAMETERS = {"SenderEmail": "carts@shop.example", "TimerShards": "1"}


@pytest.fixture
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud.start(TEMPLATE, PARAMETERS, START, identities=["shop.example"]) as running:
        yield running


def open_shop(cloud: LocalCloud) -> str:
    """A shop that holds nobody back; its bearer key."""
    shop = Shop(
        id="acme",
        name="Acme",
        url="https://shop.example",
        hosts=("shop.example",),
        postal_address="1 Road, Town",
        sender_name="Acme",
        locale="en-US",
        activated_at=cloud.now - timedelta(days=1),
        policy=replace(Policy(), holdout=0),
    )
    with environment(cloud.function("IngestFunction").environment):
        return create_shop(App(), shop).bearer


def post(cloud: LocalCloud, key: str, **more: Any) -> Response:  # noqa: ANN401  # JSON
    line = {"sku": "kettle", "title": "Чайник", "quantity": 1, "unit_price": 1990}
    consent = {"email": {"granted": True, "source": "checkout", "at": "2026-03-01T00:00:00Z"}}
    event = {
        "id": "e1",
        "type": "cart.updated",
        "at": cloud.now.isoformat().replace("+00:00", "Z"),
        "cart": "c1",
        "currency": "EUR",
        "lines": [line],
        "restore_url": "https://shop.example/cart/c1",
        "contact": {"email": "ann@shopper.example", "consent": consent},
    }
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    return cloud.http("POST", "/v1/events", headers, json.dumps({**event, **more}).encode())


def links(cloud: LocalCloud) -> dict[str, str]:
    """Paths in the first mail, by their first letter."""
    part = cloud.outbox[0].mail.get_body(("plain",))
    assert part is not None
    return {path[1]: path for path in re.findall(r"https://[^/\s]+(/[ro]/\S+)", part.get_content())}


def test_every_function_starts_with_what_the_template_gives_it(cloud: LocalCloud) -> None:
    functions = [each.logical_id for each in cloud.stack.of_type("AWS::Lambda::Function")]
    assert len(functions) == 7
    for function in functions:
        cloud.function(function).module(cloud.resource(function).properties["Handler"].rpartition(".")[0])

    for function in ("SweepFunction", "CloseBooksFunction"):
        assert cloud.invoke(function).ok, cloud.failures[-1].trace


def test_a_quiet_cart_gets_its_reminder_and_its_shopper_back(cloud: LocalCloud) -> None:
    key = open_shop(cloud)
    assert post(cloud, key).status == 202
    cloud.advance(timedelta(hours=2))

    assert [(message.at - START, message.to) for message in cloud.outbox] == [
        (timedelta(hours=1, milliseconds=200), "ann@shopper.example")
    ]
    assert cloud.mail_event(cloud.outbox[0], "Delivery")
    cloud.settle()
    assert cloud.invocations["FeedbackFunction"] == 1

    restored = cloud.http("GET", links(cloud)["r"], {"user-agent": "Mozilla/5.0"})
    assert (restored.status, restored.headers["location"]) == (302, "https://shop.example/cart/c1")
    report = cloud.http("GET", "/v1/report?from=2026-03-01&to=2026-03-03", {"authorization": f"Bearer {key}"})
    assert report.json()["total"]["touches"]["sent"] == 1
    assert cloud.failures == []  # nothing was denied, nothing raised


def test_an_opt_out_is_a_post_and_ends_the_reminders(cloud: LocalCloud) -> None:
    key = open_shop(cloud)
    post(cloud, key)
    cloud.advance(timedelta(hours=2))
    assert cloud.http("GET", links(cloud)["o"]).status == 200
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert cloud.http("POST", links(cloud)["o"], form, b"List-Unsubscribe=One-Click").status == 200
    cloud.advance(timedelta(hours=24))  # the second reminder would have come by then

    assert len(cloud.outbox) == 1
    assert cloud.failures == []


def test_ttl_wakes_remind_when_sweep_is_down(cloud: LocalCloud) -> None:
    cloud.pause("SweepFunctionEveryMinute")
    post(cloud, open_shop(cloud))
    cloud.advance(timedelta(hours=3))

    (message,) = cloud.outbox
    assert timedelta(hours=1, minutes=15) <= message.at - START <= timedelta(hours=1, minutes=51)
    assert cloud.failures == []

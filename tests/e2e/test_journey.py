"""The way of a cart through what was deployed: HTTP, tables, schedule, stream, mail, HTTP."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.domain.people.person import Person
from rebasket.domain.reminders.episode import EpisodeRef, TouchState
from rebasket.domain.sending.tags import tags_of
from tests.e2e.conftest import QUIET
from tests.e2e.deployment import EVENT_SOURCE
from tests.e2e.emulator import eventually
from tests.e2e.http_request import http
from tests.e2e.shop import filled_cart, order

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import Episode, Touch
    from rebasket.wiring import App
    from tests.e2e.conftest import Told
    from tests.e2e.deployment import Deployment
    from tests.e2e.emulator import Emulator
    from tests.e2e.shop import ShopBackend

SOON = 90
"""Seconds, after which the deleted timers have long been attended to: the emulator's own pace, on a busy machine."""


@pytest.fixture(scope="session")
def mail(swept: Emulator) -> dict[str, Any]:
    """The one that Anna gets."""
    (message,) = eventually(lambda: swept.mails_to("anna@example.com"), SOON)
    return message


def link_in(text: str, kind: str, deployment: Deployment) -> str:
    """The address of a message's link, where the emulator serves it: the name in it is AWS's own."""
    (link,) = {str(found) for found in re.findall(rf"{re.escape(deployment.outputs['ApiUrl'])}/{kind}/\w+", text)}
    return deployment.api + urlsplit(link).path


def episode_of(operator: App, cart: str) -> Episode | None:
    """The one of a cart's first abandonment."""
    found = operator.carts.get("acme", cart)
    if found is None or not found.episodes:
        return None
    return operator.episodes.get(EpisodeRef(shop="acme", day=found.episodes[0].day, cart=cart, generation=1))


def first_touch(operator: App, cart: str) -> Touch:
    """As soon as it ended."""

    def ended() -> Touch | None:
        episode = episode_of(operator, cart)
        return episode.touches.get(1) if episode else None

    touch = eventually(ended, SOON)
    assert touch
    return touch


def suppressed(operator: App, contact: str) -> SuppressionReason | None:
    """Why this contact gets nothing any more."""
    found = operator.contacts.get_item("acme", contact)
    said = found.identities[contact].suppression if isinstance(found, Person) else None
    return said.why if said else None


def test_events_are_taken_by_either_key(told: Told) -> None:
    assert (told.bearer.status, told.bearer.data["accepted"]) == (202, 4), told.bearer.body
    assert (told.signed.status, told.signed.data["accepted"]) == (202, 1), told.signed.body
    assert (told.bought.status, told.bought.data["accepted"]) == (202, 1), told.bought.body


def test_nobody_gets_in_without_a_key(deployment: Deployment) -> None:
    answer = http("POST", f"{deployment.api}/v1/events", {"content-type": "application/json"}, "[]")
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")


def test_what_is_wrong_is_named(backend: ShopBackend) -> None:
    event = filled_cart("wrong", QUIET, email="anna@example.com")
    event["lines"][0]["price"] = event["lines"][0].pop("unit_price")
    answer = backend.post(event)
    assert answer.status == 422
    assert "/lines/0/price" in answer.body


def test_a_quiet_cart_gets_one_mail_with_a_link_back_to_it(deployment: Deployment, mail: dict[str, Any]) -> None:
    assert "Copper kettle" in mail["BodyText"]
    assert "Copper kettle" in mail["BodyHtml"]
    answer = http("GET", link_in(mail["BodyText"], "r", deployment))
    assert answer.status == 302
    location = urlsplit(answer.headers["location"])
    assert (location.scheme, location.netloc, location.path) == ("https", "shop.example", "/carts/for-anna")


@pytest.mark.usefixtures("swept")
def test_a_quiet_cart_with_a_phone_number_gets_one_text(deployment: Deployment, operator: App) -> None:
    assert first_touch(operator, "for-phone").state is TouchState.SENT
    (text,) = deployment.emulator.texts_to("+380441234567")
    assert http("GET", link_in(json.dumps(text), "r", deployment)).status == 302


def test_who_bought_is_left_alone(deployment: Deployment, mail: dict[str, Any]) -> None:
    # Her cart was as quiet as Anna's, who has her mail.
    assert deployment.emulator.mails_to("carol@example.com") == []


@pytest.mark.usefixtures("swept")
def test_opting_out_takes_a_click_on_a_page(deployment: Deployment, operator: App) -> None:
    (mail,) = eventually(lambda: deployment.emulator.mails_to("bob@example.com"), SOON)
    link = link_in(mail["BodyText"], "o", deployment)
    page = http("GET", link)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<form" in page.body
    bob = first_touch(operator, "for-bob").contact
    assert bob
    assert suppressed(operator, bob) is None
    assert http("POST", link, {"content-type": "application/x-www-form-urlencoded"}, "").status == 200
    assert suppressed(operator, bob) is SuppressionReason.OPTED_OUT


@pytest.mark.usefixtures("swept")
def test_who_said_no_is_left_alone(deployment: Deployment, told: Told, operator: App) -> None:
    assert told.no.status == 200, told.no.body
    touch = first_touch(operator, "for-dora")
    assert (touch.state, touch.why) == (TouchState.SKIPPED, "nobody said no")
    assert deployment.emulator.mails_to("dora@example.com") == []


def test_an_unknown_link_is_not_found(deployment: Deployment) -> None:
    assert http("GET", f"{deployment.api}/r/AAAAAAAAAAAA").status == 404


@pytest.mark.usefixtures("mail")
def test_a_bounce_ends_all_mail_to_the_address(deployment: Deployment, operator: App) -> None:
    episode = episode_of(operator, "for-anna")
    assert episode
    contact = episode.touches[1].contact
    assert contact
    configuration_set = deployment.outputs["ConfigurationSetName"]
    tags = tags_of("acme", episode.ref.day, TouchId("for-anna", 1, 1), contact) | {"ses:configuration-set": configuration_set}
    detail = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent"},
        "mail": {
            "timestamp": episode.touches[1].at.isoformat(),
            "messageId": episode.touches[1].message_id,
            "tags": {name: [value] for name, value in tags.items()},
        },
    }
    entry = {"Source": EVENT_SOURCE, "DetailType": "Email Bounced", "Detail": json.dumps(detail)}
    assert deployment.emulator.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    assert eventually(lambda: suppressed(operator, contact), SOON) is SuppressionReason.BOUNCED


@pytest.mark.usefixtures("mail")
def test_finance_reads_what_came_of_it(backend: ShopBackend, operator: App) -> None:
    first_touch(operator, "for-phone")
    assert backend.post(order("for-anna", "anna@example.com")).status == 202
    report = backend.report("json")
    assert report.status == 200
    total = report.data["total"]
    assert total["recovered"] == 1
    assert total["revenue"] == {"EUR": 9980}
    assert total["touches"]["sent"] == 3  # Anna, Bob and the phone
    table = backend.report("table")
    assert (table.status, table.headers["content-type"]) == (200, "text/plain; charset=utf-8")


def test_nothing_went_wrong_on_the_way(deployment: Deployment) -> None:
    sqs = deployment.emulator.client("sqs")
    for queue in ("DeadTimersQueueUrl", "DeadFeedbackQueueUrl", "DeadRunsQueueUrl"):
        assert "Messages" not in sqs.receive_message(QueueUrl=deployment.outputs[queue]), queue

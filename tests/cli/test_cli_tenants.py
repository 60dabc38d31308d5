"""`rebasket keys`, `shop pause`, `shop resume`, `stop`, `start`, `erase`, and mail events taken again: on moto, by command."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from rebasket.domain.carts.cart import Closed
from rebasket.domain.errors import Invalid, Misconfigured, NotFound, RebasketError, Unauthenticated
from rebasket.domain.people.addresses import Address, Channel
from rebasket.domain.people.contact import SuppressionReason, TouchId
from rebasket.domain.people.person import Person
from rebasket.domain.sending.sending_pause import verdict
from rebasket.domain.sending.tags import tags_of
from rebasket.domain.shops.keys import KeyKind, Right
from rebasket.http.credentials import authenticate
from rebasket.wiring import App
from rebasket_cli import dead_feedback, erase, keys, main
from rebasket_cli import pause as brake
from rebasket_cli.shop import create_shop
from rebasket_cli.stack import Stack
from tests.doubles import ManualClock
from tests.samples import SHOP, START, Reports, a_line, a_shop, person
from tests.template.moto_stack import REGION, ManyServers, an_app, made

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Operated:
    """A stack with one shop, and the command line that runs it."""

    app: App
    clock: ManualClock
    urls: dict[str, str]

    def run(self, *words: str) -> Result:
        """Run a command that ends well."""
        told = CliRunner().invoke(main.app, list(words))
        if told.exception is not None:
            raise told.exception
        return told

    def bearer_works(self, token: str, right: Right = Right.EVENTS) -> bool:
        fresh = App()  # as another function sees it: without what this one remembers
        fresh.settings = self.app.settings
        fresh.clock = self.clock
        try:
            return authenticate({"authorization": f"Bearer {token}"}, b"", self.clock(), fresh.shop_keys, right) == SHOP
        except Unauthenticated:
            return False


@pytest.fixture
def operated(monkeypatch: pytest.MonkeyPatch) -> Iterator[Operated]:
    with mock_aws():
        session = boto3.Session(region_name=REGION)
        app = an_app(session.client("dynamodb"))
        clock = ManualClock()
        app.clock = clock
        urls = made(session.client("sqs"), session.client("s3"))
        stack = Stack(
            app=app,
            dead_timers_url=urls["DeadTimersQueueUrl"],
            dead_feedback_url=urls["DeadFeedbackQueueUrl"],
            failed_batches_bucket="failed",
        )
        for module in (keys, brake, erase):
            monkeypatch.setattr(module, "open_stack", lambda _name: stack)
            monkeypatch.setattr(module.console, "width", 300)
        yield Operated(app, clock, urls)


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_replaced_without_a_refused_event(operated: Operated) -> None:
    first = create_shop(operated.app, a_shop()).bearer
    told = operated.run("keys", "create", SHOP, "--kind", "bearer", "--right", "events", "--right", "report").output
    second = next(word for word in told.split() if word.startswith("rbk_"))
    assert operated.bearer_works(first)
    assert operated.bearer_works(second, Right.REPORT)
    operated.run("keys", "delete", SHOP, first.split("_")[2], "--after-days", "7")
    assert operated.bearer_works(first)
    operated.clock.at += 7 * DAY
    assert not operated.bearer_works(first)
    assert operated.bearer_works(second)
    operated.run("keys", "delete", SHOP, first.split("_")[2])
    assert len(operated.app.shop_keys.keys(SHOP)) == 2


def test_keys_are_listed_without_secrets(operated: Operated) -> None:
    made_keys = create_shop(operated.app, a_shop())
    operated.clock.at += 400 * DAY
    listed = json.loads(operated.run("keys", "list", SHOP, "--json").output)
    assert [(key["kind"], key["rights"], key["age_days"], key["valid"]) for key in listed] == [
        ("bearer", ["events", "report"], 400, True),
        ("signing", ["events"], 400, True),
    ]
    table = operated.run("keys", "list", SHOP).output
    for key, shown in zip(listed, (made_keys.bearer, made_keys.signing_secret), strict=True):
        assert key["id"] in table
        assert shown not in json.dumps(listed) + table


def test_a_signing_key_is_shown_with_the_name_that_requests_give(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    told = operated.run("keys", "create", SHOP).output
    new = max(operated.app.shop_keys.keys(SHOP), key=lambda key: key.secret in told)
    assert (new.kind, set(new.rights)) == (KeyKind.SIGNING, {Right.EVENTS})
    assert f"{SHOP}_{new.id}" in told


def test_the_last_key_for_events_stays_unless_one_insists(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    bearer, signing = operated.app.shop_keys.keys(SHOP)
    operated.run("keys", "delete", SHOP, signing.id)
    with pytest.raises(Invalid):
        operated.run("keys", "delete", SHOP, bearer.id)
    assert [key.id for key in operated.app.shop_keys.keys(SHOP)] == [bearer.id]
    operated.run("keys", "delete", SHOP, bearer.id, "--last")
    assert list(operated.app.shop_keys.keys(SHOP)) == []


def test_keys_that_do_not_fit_one_parameter_are_refused(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    with suppress(Invalid):
        for _ in range(30):
            keys.create_key(operated.app, SHOP, KeyKind.SIGNING, [Right.EVENTS])
    assert 10 < len(operated.app.shop_keys.keys(SHOP)) < 30
    with pytest.raises(Invalid, match="outgrow"):
        keys.create_key(operated.app, SHOP, KeyKind.SIGNING, [Right.EVENTS])


@pytest.mark.parametrize(
    "words", [("keys", "list"), ("keys", "create"), ("keys", "delete", "abcd"), ("shop", "pause"), ("shop", "resume"), ("erase",)]
)
def test_a_shop_that_is_not_there(operated: Operated, words: tuple[str, ...]) -> None:
    command, rest = words[: 2 if words[0] != "erase" else 1], words[2:]
    more = ("--email", "a@b.shop") if words[0] == "erase" else ()
    with pytest.raises(NotFound, match="no shop nobody"):
        operated.run(*command, "nobody", *rest, *more)


def test_no_such_key(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    with pytest.raises(NotFound, match="has no key zzzz; it has"):
        operated.run("keys", "delete", SHOP, "zzzz")


def test_links_get_another_secret(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    before = operated.app.secrets.get("link-keys"), operated.app.secrets.get("contact-key")
    operated.run("keys", "rotate-links")
    after = operated.app.secrets.get("link-keys"), operated.app.secrets.get("contact-key")
    assert before[0] != after[0]
    assert before[1] == after[1]


# --- Stop and go ------------------------------------------------------------------------------------------------------


def paused(operated: Operated) -> str | None:
    operated.clock.at += timedelta(seconds=31)  # functions look twice a minute
    shop = operated.app.shops.get(SHOP)
    assert shop
    return shop.paused


def test_a_shop_is_paused_and_goes_on(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    operated.run("shop", "pause", SHOP, "--why", "new letters")
    assert paused(operated) == "new letters"
    assert "already: new letters" in operated.run("shop", "pause", SHOP).output
    operated.run("shop", "resume", SHOP)
    assert paused(operated) is None


def test_one_switch_stops_everybody(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    operated.run("shop", "pause", SHOP, "--why", "letters [draft]")
    operated.run("stop", "--why", "an audit")
    assert paused(operated) == "an audit"
    assert "rebasket start" in operated.run("shop", "resume", SHOP).output
    operated.run("shop", "pause", SHOP, "--why", "letters [draft]")
    assert "stays paused (letters [draft])" in operated.run("start").output
    assert paused(operated) == "letters [draft]"


def test_resuming_says_when_the_brake_would_pull_again(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    for _ in range(20):
        operated.app.sending_pauses.count(SHOP, "bounced")
    assert verdict(operated.app.sending_pauses.reputation(SHOP))
    assert "20 bounces of 20 messages" in operated.run("shop", "resume", SHOP).output


# --- Erasing ----------------------------------------------------------------------------------------------------------


def test_another_spelling_is_the_same_person(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    anna = Address(Channel.EMAIL, "anna@example.org")
    phone = Address(Channel.SMS, "+380441234567")
    reports = Reports()
    operated.app.record_event(reports.updated("c1", START, a_line(), who=person(anna)))
    operated.app.record_event(reports.updated("c2", START, a_line(), who=person(phone)))
    told = operated.run("erase", SHOP, "--email", "Anna@Example.ORG", "--phone", "+380 44 123-45-67").output
    assert told.startswith("2 carts emptied")
    assert "anna" not in told.lower()
    for cart_id in ("c1", "c2"):
        cart = operated.app.carts.get(SHOP, cart_id)
        assert cart
        assert (cart.why, cart.facts.named) == (Closed.ERASED, {})
    assert operated.run("erase", SHOP, "--email", "anna@example.org").output.startswith("0 carts")


@pytest.mark.parametrize(
    ("words", "pointer"),
    [((), "/email"), (("--email", "anna"), "/email"), (("--phone", "044 123"), "/phone"), (("--email", "a@b.shop "), "/email")],
)
def test_what_is_no_address_is_refused(operated: Operated, words: tuple[str, ...], pointer: str) -> None:
    create_shop(operated.app, a_shop())
    with pytest.raises(Invalid) as refused:
        operated.run("erase", SHOP, *words)
    assert [error.pointer for error in refused.value.errors] == [pointer]


# --- Mail events that were not taken ----------------------------------------------------------------------------------


def a_complaint(key: str, touch: TouchId) -> dict[str, Any]:
    tags = tags_of(SHOP, "2026-03-02", touch, key)
    mail = {"messageId": "m1", "timestamp": "2026-03-02T12:00:00Z", "tags": {name: [value] for name, value in tags.items()}}
    return {"detail-type": "Email Complaint", "detail": {"eventType": "Complaint", "mail": mail, "complaint": {}}}


def test_mail_events_are_taken_whoever_gave_them_up(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    sqs = boto3.client("sqs", region_name=REGION)
    url = operated.urls["DeadFeedbackQueueUrl"]
    people = [Address(Channel.EMAIL, f"{name}@example.org") for name in ("a", "b")]
    hashes = [operated.app.address_hash(SHOP, address) for address in people]
    first, second = (a_complaint(key, TouchId("c1", 1, step)) for step, key in enumerate(hashes))
    of_lambda = {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": second}
    bodies: list[dict[str, Any]] = [first, of_lambda, {"detail": {}}]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    done = dead_feedback.take_again(ManyServers(sqs).client, url, operated.app)
    assert (done.taken, done.left, done.why) == (2, 1, {"KeyError"})
    for key in hashes:
        found = operated.app.contacts.get_item(SHOP, key)
        assert isinstance(found, Person)
        said = found.identities[key].suppression
        assert said
        assert said.why is SuppressionReason.COMPLAINED
    assert operated.app.sending_pauses.reputation(SHOP).complained == 2


# --- How errors end ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [NotFound("no such [thing]"), Misconfigured("no stack"), RebasketError("x")], ids=lambda error: type(error).__name__
)
def test_errors_of_ours_are_a_line_and_exit_with_2(
    error: RebasketError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_name: str) -> Stack:
        raise error

    monkeypatch.setattr(brake, "open_stack", refuse)
    monkeypatch.setattr("sys.argv", ["rebasket", "stop"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.strip() == str(error)


def test_what_aws_refuses_is_a_line_and_exits_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setattr("sys.argv", ["rebasket", "start"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.strip() == "You must specify a region."


def test_times_are_utc(operated: Operated) -> None:
    create_shop(operated.app, a_shop())
    operated.clock.at = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # another day already in the zone of these tests
    bearer, _signing = operated.app.shop_keys.keys(SHOP)
    assert "ends 2026-04-01 23:30 UTC" in operated.run("keys", "delete", SHOP, bearer.id, "--after-days", "1").output

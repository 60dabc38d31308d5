"""Canaries: somebody's address, number, name, product and customer id go through every function, through its failures and into
every bin, and are found in no log, metric, dead letter, answer or trace; in no encoding, and not as a hash without a key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from botocore.exceptions import ParamValidationError

from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Step
from tests.security import canaries
from tests.security.canaries import CUSTOMER, EMAIL, NAME, PHONE, SKU, TITLE, seen_in
from tests.security.two_shops import TwoShops, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_local.faults import Call

FUNCTIONS = ["Ingest", "Sweep", "Remind", "Feedback", "Visit", "CloseBooks", "Report"]


@pytest.mark.parametrize("word", canaries.WORDS)
def test_a_canary_is_recognised_in_every_form(word: str) -> None:
    hidden = [
        f"to={quote(word)}",
        json.dumps({"a": word}),
        *(base64.b64encode(f"{'x' * lead}{word} and more".encode()).decode() for lead in range(3)),
        f"raw {word.encode().hex()}",
        hashlib.sha256(word.encode()).hexdigest(),
        word.upper(),
    ]
    for text in hidden:
        assert seen_in(f"before {text} after"), text
    assert not seen_in("an ordinary line of a log, with the cart c1 of oak-1")


def personal(shops: TwoShops, cart: str, **more: object) -> dict[str, object]:
    line = {"sku": SKU, "title": TITLE, "quantity": 1, "unit_price": 1990, "product_url": f"https://x.example/{SKU}"}
    said = {"granted": True, "source": f"said by {NAME}", "at": moment(shops.cloud.now - timedelta(days=1))}
    contact = {"email": EMAIL, "phone": PHONE, "name": NAME, "customer_id": CUSTOMER, "consent": {"email": said, "sms": said}}
    return shops.cart(cart, None, lines=[line], contact=contact, **more)


def told(shops: TwoShops) -> Iterator[tuple[str, str]]:
    """Everything that leaves the functions besides the messages themselves: logs with their metrics, what Lambda would log of an
    invocation that failed, and the bins. Dead mail events are SES's own and name the recipient: docs/operations.md says so.
    """
    for function in FUNCTIONS:
        yield function, "\n".join(shops.cloud.function(f"{function}Function").log)
    for failure in shops.cloud.failures:
        yield f"failure of {failure.function}", f"{failure.message}\n{failure.trace}"
    for queue in ("DeadTimersQueue", "DeadRunsQueue"):
        for message in shops.cloud.queue(queue):
            yield queue, str(message)
    for name, content in shops.cloud.objects("FailedBatchesBucket").items():
        yield f"FailedBatchesBucket {name}", content.decode()


def assert_nothing_personal(shops: TwoShops) -> None:
    for where, text in told(shops):
        assert not seen_in(text), where


def test_a_whole_life_leaves_nothing_of_anybody(shops: TwoShops) -> None:
    shops.post("oak", personal(shops, "c1"))
    shops.advance(hours=2)
    (message,) = [message for message in shops.cloud.outbox if message.to == EMAIL]
    assert seen_in(message.raw.decode()) >= {EMAIL}, "the canary does sing where it should"
    code = shops.code("oak")
    answers = [shops.cloud.http(method, f"/{path}/{code}") for method, path in (("GET", "r"), ("GET", "o"), ("POST", "o"))]
    for kind in ("Delivery", "Bounce", "Complaint"):
        shops.cloud.mail_event(message, kind)
    shops.cloud.settle()
    shops.post("oak", shops.order("c1", "o1", EMAIL))
    assert shops.cloud.invoke("CloseBooksFunction").ok
    answers.append(shops.cloud.http("GET", "/v1/report", shops.bearer("oak")))
    answers.append(shops.cloud.http("GET", "/v1/report?format=table", shops.bearer("oak")))
    for answer in answers:
        assert not seen_in(answer.text + str(answer.headers))
    silent = [name for name in FUNCTIONS if not shops.cloud.function(f"{name}Function").log]
    assert set(silent) <= {"Report"}, "what says nothing proves nothing"
    assert_nothing_personal(shops)
    assert not [where for where, text in told(shops) if code in text], "nor a link, by which anybody could say no for them"


def test_a_refusal_repeats_nothing_of_what_was_sent(shops: TwoShops) -> None:
    good = personal(shops, "c1")
    wrong: list[object] = [
        {**good, EMAIL: NAME},
        {**good, NAME: {PHONE: TITLE}},
        {**good, "contact": {"email": f"{EMAIL} ", "phone": f"{PHONE}9999", "name": NAME + "\x00"}},
        {**good, "contact": {"email": EMAIL, "phone": EMAIL}},
        {**good, "lines": [{"sku": SKU, "title": TITLE, "quantity": TITLE, "unit_price": NAME}]},
        {**good, "type": EMAIL},
        {**good, "at": EMAIL},
        {**good, "currency": NAME, "locale": EMAIL, "restore_url": f"https://evil.example/{EMAIL}"},
        {**good, "lines": TITLE, "contact": EMAIL},
        {"events": [good, EMAIL, [NAME]], EMAIL: PHONE},
        f'{{"email": "{EMAIL}", '.encode(),
        f'{{"email": "{EMAIL}"}} {PHONE}'.encode(),
        f'{{"{EMAIL}": 1, "{EMAIL}": 2}}'.encode(),
        EMAIL.encode() + b"\xff",
    ]
    for body in wrong:
        shops.post("oak", body)  # which may leave things out of it
        answer = shops.post("oak", body, query="?strict=1")
        assert 400 <= answer.status < 500, body
        # A name of a field is pointed at, so that it can be mended: that is the shop's own slip, told to the shop alone.
        told_to_the_shop = {error["pointer"] for error in answer.json().get("errors", ())}
        rest = answer.text
        for pointer in told_to_the_shop:
            rest = rest.replace(json.dumps(pointer), "")
        assert not seen_in(rest), body
    assert_nothing_personal(shops)


class Chatty:
    """Breaks calls of one function, saying in the error all that was sent: as botocore does when it checks parameters."""

    def __init__(self, function: str, *operations: str) -> None:
        self.function, self.operations, self.said = function, operations, 0

    def __call__(self, call: Call) -> None:
        if call.function == self.function and call.when == "before" and call.operation in self.operations:
            self.said += 1
            raise ParamValidationError(report=f"{call.params} {EMAIL} {PHONE} {NAME} {TITLE}")


@pytest.mark.parametrize("operation", ["SendEmail", "PutItem", "UpdateItem", "GetItem"])
def test_an_error_that_tells_everything_is_told_to_nobody(shops: TwoShops, operation: str) -> None:
    """The wake is tried eight times and buried; what cannot even be armed again goes back to the stream, and then to the bin."""
    shops.post("oak", personal(shops, "c1"))
    chatty = Chatty("RemindFunction", operation)
    shops.cloud.faults.on_call = chatty
    try:
        shops.advance(hours=9)
    finally:
        shops.cloud.faults.on_call = None
    assert chatty.said > 0
    shops.advance(hours=26)
    bins = {"GetItem": shops.cloud.queue("DeadTimersQueue"), "PutItem": shops.cloud.objects("FailedBatchesBucket")}
    assert bins.get(operation, "not needed"), "the bin is empty: nothing was proved"
    assert_nothing_personal(shops)


@pytest.mark.parametrize("broken", [False, True])
def test_nor_is_a_text_message_or_what_went_wrong_with_it(shops: TwoShops, broken: bool) -> None:  # noqa: FBT001  # both ways
    stored = shops.app.shops.get(shops.id("oak"))
    assert stored is not None
    steps = (Step(delay=timedelta(0), channels=(Channel.SMS,)),)
    shops.app.shops.save(replace(stored, policy=replace(stored.policy, version=2, steps=steps)))
    shops.post("oak", personal(shops, "c1"))
    chatty, since = Chatty("RemindFunction", "Publish"), len(shops.cloud.outbox)
    shops.cloud.faults.on_call = chatty if broken else None
    try:
        shops.advance(hours=2)
    finally:
        shops.cloud.faults.on_call = None
    assert (chatty.said > 0) == broken
    assert [message.to for message in shops.cloud.outbox][since:] == ([] if broken else [PHONE])
    assert_nothing_personal(shops)


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
def test_an_event_that_cannot_be_recorded_is_not_told_either(shops: TwoShops, operation: str) -> None:
    shops.post("oak", shops.cart("c0"))
    chatty = Chatty("IngestFunction", operation)
    shops.cloud.faults.on_call = chatty
    try:
        answer = shops.post("oak", personal(shops, "c1"))
    finally:
        shops.cloud.faults.on_call = None
    assert answer.status in {500, 503}
    assert not seen_in(answer.text)
    assert chatty.said > 0
    assert_nothing_personal(shops)


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem"])
@pytest.mark.parametrize("function", ["VisitFunction", "FeedbackFunction"])
def test_a_no_that_cannot_be_recorded_is_not_told_either(shops: TwoShops, function: str, operation: str) -> None:
    """What is stored of somebody holds where they consented, in the shop's own words. The error ends the run: Lambda logs it."""
    shops.post("oak", personal(shops, "c1"))
    shops.advance(hours=2)
    (message,) = shops.sent("oak")
    code = shops.code("oak")
    chatty = Chatty(function, operation)
    shops.cloud.faults.on_call = chatty
    try:
        if function == "VisitFunction":
            answers = [shops.cloud.http(method, f"/{path}/{code}") for method, path in (("GET", "r"), ("POST", "o"))]
            assert 500 in {answer.status for answer in answers}
        shops.cloud.mail_event(message, "Complaint")
        shops.cloud.settle()
    finally:
        shops.cloud.faults.on_call = None
    assert chatty.said > 0
    assert "ParamValidationError" in "".join(shops.cloud.function(function).log), "what kind of error it was is told"
    assert_nothing_personal(shops)

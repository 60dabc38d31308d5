"""A connection to the provider is kept for the next message; what dies between two messages puts nothing on the wire twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from rebasket.aws.ports import ONCE
from rebasket.aws.ses import SesMailer
from rebasket.aws.sns import SnsTexter
from rebasket.domain.errors import NotAccepted
from rebasket.domain.sending.message import Email, Text
from tests.aws.provider import OK, provider
from tests.samples import ANNA, ANNA_PHONE
from tests.unit.domain.sending.test_tags import TAGS

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.loopback


def mailer(url: str) -> Callable[[], str]:
    ses = SesMailer(boto3.client("sesv2", endpoint_url=url, config=ONCE), "shop@example.com", "rebasket")
    return lambda: ses.send(Email(to=ANNA, raw=b"Subject: tea\r\n\r\nhello", tags=TAGS))


def texter(url: str) -> Callable[[], str]:
    sns = SnsTexter(boto3.client("sns", endpoint_url=url, config=ONCE), "TEA")
    return lambda: sns.send(Text(to=ANNA_PHONE, body="tea", parts=1, country="UA"))


@pytest.fixture(params=[mailer, texter])
def sender(request: pytest.FixtureRequest) -> Callable[[str], Callable[[], str]]:
    found: Callable[[str], Callable[[], str]] = request.param
    return found


def test_the_next_message_goes_by_the_same_connection(sender: Callable[[str], Callable[[], str]]) -> None:
    with provider(OK, keep=True) as found:
        send = sender(found.url)
        assert [send(), send()] == ["id-1", "id-1"]
    assert (len(found.requests), found.connections) == (2, 1)


def test_a_provider_that_keeps_nothing_gets_a_connection_for_each(sender: Callable[[str], Callable[[], str]]) -> None:
    with provider(OK) as found:
        send = sender(found.url)
        assert [send(), send()] == ["id-1", "id-1"]
    assert (len(found.requests), found.connections) == (2, 2)


def test_a_connection_that_was_closed_meanwhile_is_made_anew_before_the_request(
    sender: Callable[[str], Callable[[], str]],
) -> None:
    with provider(OK, keep=True) as found:
        send = sender(found.url)
        send()
        found.close_idle()
        assert send() == "id-1"
    assert (len(found.requests), found.connections) == (2, 2)


def test_a_request_on_a_connection_that_was_forgotten_meanwhile_is_not_repeated(
    sender: Callable[[str], Callable[[], str]],
) -> None:
    """It went out, and nobody here can know that nobody read it: tests/known_faults/test_operating.py says what that costs."""
    with provider(OK, keep=True) as found:
        send = sender(found.url)
        send()
        found.forget_idle()
        with pytest.raises(Exception, match="Connection was closed") as raised:
            send()
    assert not isinstance(raised.value, NotAccepted)
    assert (len(found.requests), found.connections) == (1, 1)

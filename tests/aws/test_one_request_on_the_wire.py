"""One message is one request on the wire, whatever the provider does with it; counted at a socket.

The clients are made as `aws/ports.py` makes them, with ONCE; only the time-outs are shorter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.session import Session
from moto import mock_aws

from rebasket.aws.ports import ONCE
from rebasket.aws.ses import NOT_NOW as SES_NOT_NOW
from rebasket.aws.ses import REJECTED as SES_REJECTED
from rebasket.aws.ses import SesMailer
from rebasket.aws.sns import NOT_NOW as SNS_NOT_NOW
from rebasket.aws.sns import REJECTED as SNS_REJECTED
from rebasket.aws.sns import SnsTexter
from rebasket.domain.errors import NotAccepted, Rejected, Throttled
from rebasket.domain.sending.message import Email, Text
from rebasket.wiring import App
from tests.aws.provider import OK, Answer, Manner, Provider, provider
from tests.samples import ANNA, ANNA_PHONE
from tests.unit.domain.sending.test_tags import TAGS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.loopback

EMAIL = Email(to=ANNA, raw="Subject: чай\r\n\r\nhello".encode(), tags=TAGS)
TEXT = Text(to=ANNA_PHONE, body="чай", parts=1, country="UA")
HASTY = ONCE.merge(Config(connect_timeout=1, read_timeout=0.3))


def mail(url: str, config: Config | None = HASTY, verify: str | None = None) -> str:
    client = boto3.client("sesv2", endpoint_url=url, config=config, verify=verify)
    return SesMailer(client, "shop@example.com", "rebasket").send(EMAIL)


def text(url: str, config: Config | None = HASTY, verify: str | None = None) -> str:
    return SnsTexter(boto3.client("sns", endpoint_url=url, config=config, verify=verify), "TEA").send(TEXT)


@pytest.fixture(params=[mail, text])
def send(request: pytest.FixtureRequest) -> Callable[..., str]:
    found: Callable[..., str] = request.param
    return found


def tried(
    send: Callable[..., str], manner: Manner | Answer, server: ssl.SSLContext | None = None, **how: object
) -> tuple[Provider, Exception | None]:
    """What arrived, and what was raised."""
    with provider(manner, server) as found:
        try:
            assert send(found.url, **how) == "id-1"
        except Exception as error:  # noqa: BLE001  # whatever it is, is the result
            return found, error
    return found, None


def test_an_accepted_message_is_one_request(send: Callable[..., str]) -> None:
    found, error = tried(send, OK)
    assert error is None
    assert len(found.requests) == 1


@pytest.mark.parametrize("manner", sorted(set(Manner) - {Manner.BROKEN_TLS}, key=str))
def test_without_a_clear_answer_it_is_one_request_and_nobody_says_it_was_not_taken(
    send: Callable[..., str], manner: Manner
) -> None:
    found, error = tried(send, manner)
    assert len(found.requests) == 1
    assert error is not None
    assert not isinstance(error, NotAccepted), "it may have gone out"


@pytest.mark.parametrize("manner", [Manner.BROKEN_TLS, Manner.CLOSE])
def test_a_connection_that_breaks_under_tls_after_the_request_is_no_refusal(
    send: Callable[..., str], manner: Manner, tls: tuple[ssl.SSLContext, Path]
) -> None:
    server, certificate = tls
    found, error = tried(send, manner, server, verify=str(certificate))
    assert len(found.requests) == 1
    assert error is not None
    assert not isinstance(error, NotAccepted), "it may have gone out"


def test_under_tls_too_an_accepted_message_is_one_request(send: Callable[..., str], tls: tuple[ssl.SSLContext, Path]) -> None:
    server, certificate = tls
    found, error = tried(send, OK, server, verify=str(certificate))
    assert (len(found.requests), error) == (1, None)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_one_request_and_unknown(send: Callable[..., str], status: int) -> None:
    found, error = tried(send, Answer(status, "InternalFailure"))
    assert len(found.requests) == 1
    assert error is not None
    assert not isinstance(error, NotAccepted)


@pytest.mark.parametrize("code", sorted(SES_NOT_NOW))
def test_ses_says_not_now(code: str) -> None:
    found, error = tried(mail, Answer(429 if "Too" in code else 400, code))
    assert len(found.requests) == 1
    assert isinstance(error, Throttled)
    assert str(error) == code


@pytest.mark.parametrize("code", sorted(SNS_NOT_NOW))
def test_sns_says_not_now(code: str) -> None:
    found, error = tried(text, Answer(429 if "Throttl" in code else 403, code))
    assert len(found.requests) == 1
    assert isinstance(error, Throttled)


@pytest.mark.parametrize("code", sorted(SES_REJECTED))
def test_ses_says_never(code: str) -> None:
    found, error = tried(mail, Answer(400, code))
    assert len(found.requests) == 1
    assert isinstance(error, Rejected)


@pytest.mark.parametrize("code", sorted(SNS_REJECTED))
def test_sns_says_never(code: str) -> None:
    found, error = tried(text, Answer(400, code))
    assert len(found.requests) == 1
    assert isinstance(error, Rejected)


@pytest.mark.parametrize(
    ("service", "operation", "known"),
    [("sesv2", "SendEmail", SES_NOT_NOW | SES_REJECTED), ("sns", "Publish", SNS_NOT_NOW | SNS_REJECTED)],
)
def test_every_refusal_that_the_sdk_s_model_names_is_known_by_its_code_on_the_wire(
    service: str, operation: str, known: frozenset[str]
) -> None:
    errors = Session().get_service_model(service).operation_model(operation).error_shapes
    codes = {error.metadata.get("error", {}).get("code", error.name) for error in errors}
    of_topics = {code for code in codes if code.startswith(("KMS", "Endpoint", "Platform"))} | ({"NotFound"} & codes)
    assert codes - of_topics - {"InternalError"} <= known


def test_an_error_that_nobody_has_heard_of_is_unknown(send: Callable[..., str]) -> None:
    found, error = tried(send, Answer(400, "SomethingNew"))
    assert len(found.requests) == 1
    assert not isinstance(error, NotAccepted)


def test_where_nobody_listens_it_was_surely_not_taken(send: Callable[..., str]) -> None:
    with provider(OK) as gone:
        pass
    with pytest.raises(Throttled, match="no connection"):
        send(gone.url)


@pytest.mark.parametrize(
    "manner", [Manner.CLOSE, Manner.SILENCE, Answer(500, "InternalFailure"), Answer(429, "TooManyRequestsException")]
)
def test_a_client_as_it_comes_would_put_several_on_the_wire(
    send: Callable[..., str], manner: Manner | Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the tests above can fail: without ONCE the SDK repeats the request behind our back."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    found, _ = tried(send, manner, config=Config(read_timeout=0.3))
    assert len(found.requests) > 1


@pytest.mark.parametrize("variable", ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"])
def test_no_environment_turns_retries_on_again(send: Callable[..., str], variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, {"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"}[variable])
    found, _ = tried(send, Answer(500, "InternalFailure"))
    assert len(found.requests) == 1


def test_the_application_sends_with_clients_that_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever `bootstrap` makes of its settings, what sends does not retry."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        app = App()
        deliver = app.process_timer.follow_up.send_step.deliver
        for port in (deliver.mailer, deliver.texter):
            assert isinstance(port, SesMailer | SnsTexter)
            retries = port.client.meta.config.retries  # type: ignore[attr-defined]  # botocore sets it
            assert retries is not None
            assert retries["total_max_attempts"] == 1
        patient = app.dynamodb.meta.config.retries  # type: ignore[attr-defined]  # as above
        assert patient["total_max_attempts"] > 1, "what can be repeated, is"


SETTINGS = {
    "REBASKET_STAGE": "test",
    "REBASKET_CARTS_TABLE": "Carts",
    "REBASKET_TIMERS_TABLE": "Timers",
    "REBASKET_TIMER_SHARDS": "1",
    "REBASKET_SECRETS_PREFIX": "/rebasket/test",
    "REBASKET_RETENTION_DAYS": "90",
    "REBASKET_SENDER": "shop@example.com",
    "REBASKET_CONFIGURATION_SET": "rebasket",
    "REBASKET_PUBLIC_URL": "https://go.example",
    "REBASKET_SMS_SENDER_ID": "",
    "REBASKET_DEAD_TIMERS_URL": "https://sqs.example/dead",
    "POWERTOOLS_SERVICE_NAME": "remind",
    "POWERTOOLS_METRICS_NAMESPACE": "Rebasket",
}


# -- What the request says ---------------------------------------------------------------------------------------------


def test_the_mail_goes_as_it_is_with_its_tags_and_its_configuration_set() -> None:
    found, _ = tried(mail, OK)
    (request,) = found.requests
    assert request.startswith(b"POST /v2/email/outbound-emails ")
    for piece in (b'"FromEmailAddress": "shop@example.com"', b'"ConfigurationSetName": "rebasket"', ANNA.value.encode()):
        assert piece in request
    for name, value in TAGS.items():
        assert f'{{"Name": "{name}", "Value": "{value}"}}'.encode() in request


def test_the_text_goes_to_the_number_as_promotional_under_the_senders_name() -> None:
    found, _ = tried(text, OK)
    (request,) = found.requests
    for piece in (b"PhoneNumber=%2B380441234567", b"Message=%D1%87%D0%B0%D0%B9", b"Promotional", b"TEA"):
        assert piece in request

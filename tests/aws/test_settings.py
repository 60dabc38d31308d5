"""The environment: what is missing or wrong is named, and the function does not start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rebasket.domain.errors import Misconfigured
from rebasket.settings import read_sending, read_settings
from tests.aws.test_one_request_on_the_wire import SETTINGS

GOOD = {**SETTINGS, "AWS_REGION": "eu-central-1"}
COMMON = ["REBASKET_STAGE", "AWS_REGION", "REBASKET_CARTS_TABLE", "REBASKET_TIMERS_TABLE", "REBASKET_TIMER_SHARDS"]
COMMON += ["REBASKET_SECRETS_PREFIX", "REBASKET_RETENTION_DAYS"]
SENDING = ["REBASKET_SENDER", "REBASKET_CONFIGURATION_SET", "REBASKET_PUBLIC_URL", "REBASKET_DEAD_TIMERS_URL"]


def test_a_good_environment_is_read() -> None:
    settings, sending = read_settings(GOOD), read_sending({**GOOD, "REBASKET_PUBLIC_URL": "https://go.example/"})
    assert (settings.timer_shards, settings.retention, settings.region) == (1, timedelta(days=90), "eu-central-1")
    assert (sending.sms_sender_id, sending.public_url) == ("", "https://go.example")


@pytest.mark.parametrize("name", COMMON)
@pytest.mark.parametrize("value", [None, ""])
def test_what_every_function_needs_is_named_when_it_is_missing(name: str, value: str | None) -> None:
    with pytest.raises(Misconfigured, match=name):
        read_settings({key: known for key, known in {**GOOD, name: value}.items() if known is not None})


@pytest.mark.parametrize("name", [*SENDING, "REBASKET_SMS_SENDER_ID"])
def test_what_sending_needs_is_named_when_it_is_missing(name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        read_sending({key: value for key, value in GOOD.items() if key != name})
    if name in SENDING:
        with pytest.raises(Misconfigured, match=name):
            read_sending({**GOOD, name: ""})


@pytest.mark.parametrize(("name", "least", "most"), [("REBASKET_TIMER_SHARDS", 1, 64), ("REBASKET_RETENTION_DAYS", 30, 1095)])
def test_numbers_have_limits(name: str, least: int, most: int) -> None:
    for value in (least, most):
        read_settings({**GOOD, name: str(value)})
    for wrong in (str(least - 1), str(most + 1), "-1", "1.5", "one", "٣", " 5", "1e2"):
        with pytest.raises(Misconfigured, match=f"{name} is not a whole number from {least} to {most}"):
            read_settings({**GOOD, name: wrong})

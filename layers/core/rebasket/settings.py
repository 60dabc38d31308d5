"""The environment, read once into a frozen object. What is missing or wrong is named, and the function does not start."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket.domain.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What template.yaml tells every function."""

    stage: str
    region: str
    carts_table: str
    timers_table: str
    timer_shards: int
    secrets_prefix: str
    retention: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSettings:
    """What it tells `remind` besides."""

    sender: str
    configuration_set: str
    public_url: str
    sms_sender_id: str
    dead_timers_url: str


def _text(environment: Mapping[str, str], name: str, *, empty: bool = False) -> str:
    value = environment.get(name)
    if value is None or (not value and not empty):
        message = f"the environment variable {name} is not set"
        raise Misconfigured(message)
    return value


def _number(environment: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = _text(environment, name)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        message = f"the environment variable {name} is not a whole number from {least} to {most}"
        raise Misconfigured(message)
    return int(text)


def in_lambda(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is a function: Lambda says how it was started."""
    return "AWS_LAMBDA_INITIALIZATION_TYPE" in environment


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check. Raises Misconfigured, naming the variable."""
    return Settings(
        stage=_text(environment, "REBASKET_STAGE"),
        region=_text(environment, "AWS_REGION"),
        carts_table=_text(environment, "REBASKET_CARTS_TABLE"),
        timers_table=_text(environment, "REBASKET_TIMERS_TABLE"),
        timer_shards=_number(environment, "REBASKET_TIMER_SHARDS", 1, 64),
        secrets_prefix=_text(environment, "REBASKET_SECRETS_PREFIX"),
        retention=timedelta(days=_number(environment, "REBASKET_RETENTION_DAYS", 30, 1095)),
    )


def read_sending(environment: Mapping[str, str] = os.environ) -> SendingSettings:
    """Read and check. Raises Misconfigured, naming the variable."""
    return SendingSettings(
        sender=_text(environment, "REBASKET_SENDER"),
        configuration_set=_text(environment, "REBASKET_CONFIGURATION_SET"),
        public_url=_text(environment, "REBASKET_PUBLIC_URL").rstrip("/"),
        sms_sender_id=_text(environment, "REBASKET_SMS_SENDER_ID", empty=True),
        dead_timers_url=_text(environment, "REBASKET_DEAD_TIMERS_URL"),
    )

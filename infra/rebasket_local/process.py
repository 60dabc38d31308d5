"""The process as the local cloud needs it: moto instead of AWS, nothing of the shell's AWS settings, virtual time."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest.mock import patch

import boto3
import botocore.session
from botocore.loaders import create_loader
from moto import mock_aws
from moto.moto_api._internal import mock_random

from rebasket_local.calls import Calls
from rebasket_local.clock import VirtualClock
from rebasket_local.errors import AlreadyRunning
from rebasket_local.isolation import environment

_LOADER: Final = create_loader()
"""Descriptions of AWS's services, megabytes of JSON: read once in a process, not once in each cloud."""

_taken = False


@contextmanager
def taken(*, clock: VirtualClock, calls: Calls, region: str, seed: int) -> Iterator[None]:
    """While inside, the process is one local cloud's. Raises `AlreadyRunning` if it is another's."""
    global _taken  # noqa: PLW0603  # a process has one clock, one environment and one moto
    if _taken:
        raise AlreadyRunning("another local cloud runs in this process")
    _taken = True
    try:
        with environment(_environment(region)), mock_aws(), clock.running(), calls.intercepted(), _seeded_entropy(seed):
            session = botocore.session.Session()
            session.register_component("data_loader", _LOADER)
            boto3.setup_default_session(botocore_session=session)  # mock_aws takes it away in the end
            mock_random.seed(seed)  # moto's identifiers, and so message ids
            yield
    finally:
        _taken = False


@contextmanager
def _seeded_entropy(seed: int) -> Iterator[None]:
    """While inside, `secrets`, `uuid4` and `os.urandom` repeat themselves from the seed. Nothing here is worth guessing."""
    entropy = random.Random(f"{seed}/entropy")
    with patch.object(os, "urandom", entropy.randbytes), patch.object(random, "_urandom", entropy.randbytes):
        yield


def _environment(region: str) -> dict[str, str]:
    """What it is, without what could lead boto3 past moto, and with a Region."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }

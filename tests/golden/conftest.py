"""`pytest tests/golden --renew-golden`: store what is found as golden. Whoever does so has a migration to explain; README.md."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from tests.golden.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_dynamodb import DynamoDBClient


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="store what is found as golden, instead of comparing")


@pytest.fixture(scope="session")
def renew(request: pytest.FixtureRequest) -> bool:
    asked = bool(request.config.getoption("--renew-golden", default=False))
    if asked and (os.environ.get("CI") or os.environ.get("PYTEST_XDIST_WORKER")):
        pytest.exit("golden files are renewed by a person, in one process, and reviewed", returncode=2)
    return asked


@pytest.fixture(scope="module")
def client() -> Iterator[DynamoDBClient]:
    with mock_aws():
        yield boto3.client("dynamodb")


@pytest.fixture
def tables(client: DynamoDBClient) -> Tables:
    return Tables(client)

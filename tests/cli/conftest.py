"""What the command line's tests start from."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from rebasket_cli.doctor.clients import Clients
from tests.cli.deployed import Deployed
from tests.template.moto_stack import REGION, an_app, made


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    """One for all: reading the services' models takes longer than the tests."""
    return boto3.Session(region_name=REGION)


@pytest.fixture
def deployed(session: boto3.Session) -> Iterator[Deployed]:
    with mock_aws():
        clients = Clients.of(session)
        stubs = [Stubber(client) for client in (clients.cloudformation, clients.sesv2, clients.sns)]
        for stub in stubs:
            stub.activate()
        yield Deployed(clients, an_app(clients.dynamodb), made(clients.sqs, clients.s3), *stubs)

"""The template, as it would stand in an account after a deployment with little more than the defaults."""

from pathlib import Path

import pytest

from rebasket_local.stack import Stack

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack(TEMPLATE, {"SenderEmail": "carts@shop.example"}, region="eu-central-1", name="rebasket-test")

"""The simulator's functions live as long, and are tried as often, as template.yaml says."""

from __future__ import annotations

from pathlib import Path

import pytest

from rebasket_local.stack import Stack
from tests.simulation import machinery, provider, reporting, stream
from tests.simulation.forgetting import RETENTION
from tests.simulation.kernel import SECOND

TEMPLATE = Path(__file__).parents[3] / "template.yaml"
LIVES = {
    "Ingest": reporting.LIFE,
    "Sweep": machinery.LIFE,
    "Remind": stream.LIFE,
    "Feedback": provider.FEEDBACK_LIFE,
    "Visit": provider.VISIT_LIFE,
    "CloseBooks": machinery.NIGHT,
}


@pytest.fixture(scope="module")
def stack() -> Stack:
    return Stack(TEMPLATE, {"SenderEmail": "carts@shop.example"}, region="eu-central-1", name="t")


def test_functions_live_as_long(stack: Stack) -> None:
    assert {name: stack.resource(f"{name}Function").properties["Timeout"] * SECOND for name in LIVES} == LIVES


def test_records_come_in_such_batches_and_are_tried_as_often(stack: Stack) -> None:
    (mapping,) = stack.of_type("AWS::Lambda::EventSourceMapping")
    said = mapping.properties
    assert (said["BatchSize"], said["MaximumRetryAttempts"], said["BisectBatchOnFunctionError"]) == (
        stream.BATCH,
        stream.RETRIES,
        True,
    )
    assert said["MaximumRecordAgeInSeconds"] * SECOND == stream.RECORD_AGE


def test_carts_are_forgotten_no_sooner() -> None:
    with pytest.raises(Exception, match="RetentionDays"):
        Stack(
            TEMPLATE,
            {"SenderEmail": "carts@shop.example", "RetentionDays": str(RETENTION.days - 1)},
            region="eu-central-1",
            name="t",
        )

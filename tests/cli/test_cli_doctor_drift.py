"""`rebasket doctor --drift`: a detection is started, waited for and read."""

from typing import Any

from botocore.stub import Stubber

from rebasket_cli.doctor import stack_facts
from rebasket_cli.doctor.facts import Drift
from tests.cli.deployed import CREATED, STACK, Deployed


def an_answer(stub: Stubber, status: str, **more: Any) -> None:  # noqa: ANN401  # whatever an answer holds
    stub.add_response(
        "describe_stack_drift_detection_status",
        {
            "StackId": STACK,
            "StackDriftDetectionId": "d1",
            "DetectionStatus": status,
            "Timestamp": CREATED,
            **more,
        },
        {"StackDriftDetectionId": "d1"},
    )


def no_wait() -> None:
    """No time passes."""


def test_drift_is_waited_for_and_read_page_by_page(deployed: Deployed) -> None:
    stub, waits = deployed.cloudformation, []
    stub.add_response("detect_stack_drift", {"StackDriftDetectionId": "d1"}, {"StackName": "rebasket"})
    an_answer(stub, "DETECTION_IN_PROGRESS")
    an_answer(stub, "DETECTION_COMPLETE", StackDriftStatus="DRIFTED", DriftedStackResourceCount=2)
    asked: dict[str, Any] = {"StackName": "rebasket", "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    one = {"StackId": STACK, "ResourceType": "x", "Timestamp": CREATED}
    difference = {"PropertyPath": "/RetentionInDays", "ExpectedValue": "30", "ActualValue": "1", "DifferenceType": "NOT_EQUAL"}
    modified = {"LogicalResourceId": "SweepLogGroup", "StackResourceDriftStatus": "MODIFIED", "PropertyDifferences": [difference]}
    deleted = {"LogicalResourceId": "DeadRunsQueue", "StackResourceDriftStatus": "DELETED"}
    stub.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": [one | modified], "NextToken": "n"}, asked)
    stub.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": [one | deleted]}, asked | {"NextToken": "n"})
    found = stack_facts.drift(deployed.clients.cloudformation, "rebasket", lambda: waits.append(1))
    assert found == Drift(status="DRIFTED", modified=("SweepLogGroup (/RetentionInDays)",), deleted=("DeadRunsQueue",))
    assert waits == [1]


def test_no_drift(deployed: Deployed) -> None:
    deployed.cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "d1"})
    an_answer(deployed.cloudformation, "DETECTION_COMPLETE", StackDriftStatus="IN_SYNC", DriftedStackResourceCount=0)
    assert stack_facts.drift(deployed.clients.cloudformation, "rebasket", no_wait) == Drift(status="IN_SYNC")


def test_a_detection_that_failed_is_no_all_clear(deployed: Deployed) -> None:
    deployed.cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "d1"})
    an_answer(deployed.cloudformation, "DETECTION_FAILED", DetectionStatusReason="no right to read X")
    deployed.cloudformation.add_response("describe_stack_resource_drifts", {"StackResourceDrifts": []})
    found = stack_facts.drift(deployed.clients.cloudformation, "rebasket", no_wait)
    assert found == Drift(status="UNKNOWN", why="no right to read X")


def test_nobody_waits_for_ever(deployed: Deployed) -> None:
    deployed.cloudformation.add_response("detect_stack_drift", {"StackDriftDetectionId": "d1"})
    for _ in range(stack_facts.DRIFT_TRIES):
        an_answer(deployed.cloudformation, "DETECTION_IN_PROGRESS")
    assert stack_facts.drift(deployed.clients.cloudformation, "rebasket", no_wait).status == "UNKNOWN"

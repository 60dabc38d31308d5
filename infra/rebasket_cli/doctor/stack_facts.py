"""What CloudFormation says of the stack, and of what somebody changed by hand since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from rebasket.domain.errors import Misconfigured
from rebasket_cli.doctor.facts import Deployment, Drift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

DRIFT_TRIES = 60
"""Questions after which CloudFormation may look on without us."""


class Said(dict[str, str]):
    """Parameters and outputs by name."""

    def __missing__(self, name: str) -> str:
        """Raise Misconfigured: somebody asked another stack than ours."""
        message = f"the stack does not say its {name}: is it Rebasket, and up to date?"
        raise Misconfigured(message)


def deployment(client: CloudFormationClient, stack: str) -> Deployment | None:
    """The stack, None when there is none."""
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's way to say that there is none
            return None
        raise
    said = Said((one["ParameterKey"], one["ParameterValue"]) for one in found.get("Parameters", []))
    said.update((one["OutputKey"], one["OutputValue"]) for one in found.get("Outputs", []))
    return Deployment(
        arn=found["StackId"],
        status=found["StackStatus"],
        reason=found.get("StackStatusReason", ""),
        changed_at=found.get("LastUpdatedTime", found["CreationTime"]),
        said=said,
    )


def drift(client: CloudFormationClient, stack: str, wait: Callable[[], None]) -> Drift:
    """Have CloudFormation look, and ask for its answer again and again, `wait` in between."""
    detection = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    for _ in range(DRIFT_TRIES):
        answer = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if answer["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break
        wait()
    else:
        return Drift(status="UNKNOWN", why="CloudFormation is still looking; ask again later")
    # A detection that failed for some resources has looked at the others all the same.
    failed = answer["DetectionStatus"] == "DETECTION_FAILED"
    found = list(_resource_drifts(client, stack)) if failed or answer.get("DriftedStackResourceCount") else []
    return Drift(
        status="UNKNOWN" if failed else answer.get("StackDriftStatus", "UNKNOWN"),
        why=answer.get("DetectionStatusReason", ""),
        modified=tuple(sorted(_named(one) for one in found if one["StackResourceDriftStatus"] == "MODIFIED")),
        deleted=tuple(sorted(_named(one) for one in found if one["StackResourceDriftStatus"] == "DELETED")),
    )


def _resource_drifts(client: CloudFormationClient, stack: str) -> Iterator[StackResourceDriftTypeDef]:
    more: dict[str, Any] = {}
    while True:
        page = client.describe_stack_resource_drifts(
            StackName=stack, StackResourceDriftStatusFilters=["MODIFIED", "DELETED"], **more
        )
        yield from page["StackResourceDrifts"]
        if "NextToken" not in page:
            return
        more = {"NextToken": page["NextToken"]}


def _named(resource: StackResourceDriftTypeDef) -> str:
    """`CartsTable (/PointInTimeRecoverySpecification)`."""
    paths = sorted({difference["PropertyPath"] for difference in resource.get("PropertyDifferences", [])})
    name = resource["LogicalResourceId"]
    return f"{name} ({', '.join(paths)})" if paths else name

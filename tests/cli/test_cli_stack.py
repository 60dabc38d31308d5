"""A deployed stack as the command line reaches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rebasket_cli import stack

if TYPE_CHECKING:
    import pytest

SAID = {
    "Stage": "dev", "CartsTableName": "carts", "TimersTableName": "timers", "TimerShards": "1", "SecretsPrefix": "/rebasket/dev",
    "RetentionDays": "90", "DeadTimersQueueUrl": "q", "DeadFeedbackQueueUrl": "f", "FailedBatchesBucketName": "b",
}  # fmt: skip


class Frankfurt:
    """A session whose profile is for one Region."""

    region_name = "eu-central-1"

    def client(self, _service: str) -> Frankfurt:
        return self

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803  # as boto3 has it
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in SAID.items()]
        return {"Stacks": [{"StackName": StackName, "Outputs": outputs}]}


def test_messages_are_priced_where_the_stack_is_whatever_region_the_shell_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 looks for AWS_DEFAULT_REGION and the profile, and not at AWS_REGION."""
    for variable in stack.VARIABLES.values():
        monkeypatch.setenv(variable, "")  # and put back afterwards
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setattr("boto3.Session", Frankfurt)
    assert stack.open_stack("rebasket").app.prices.email is None, "nobody knows that one"

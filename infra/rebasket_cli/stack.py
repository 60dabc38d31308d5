"""A deployed stack, as the command line reaches it: the same application as in the functions, told where its things are by the
stack's own parameters and outputs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from botocore.exceptions import ClientError

from rebasket.domain.errors import Misconfigured

if TYPE_CHECKING:
    from rebasket.wiring import App

NAMED_BY = "REBASKET_STACK"
StackName = Annotated[str, typer.Option(envvar=NAMED_BY, help="CloudFormation stack")]
"""How every command that works on a stack is told which: `--stack`, else the environment, else the usual one."""
USUAL_STACK = "rebasket"

VARIABLES = {
    "Stage": "REBASKET_STAGE",
    "CartsTableName": "REBASKET_CARTS_TABLE",
    "TimersTableName": "REBASKET_TIMERS_TABLE",
    "TimerShards": "REBASKET_TIMER_SHARDS",
    "SecretsPrefix": "REBASKET_SECRETS_PREFIX",
    "RetentionDays": "REBASKET_RETENTION_DAYS",
}
"""Names of parameters and outputs, and the variables that the template makes of them for its functions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A deployed stack: its application, and where its failures wait."""

    app: App
    dead_timers_url: str
    dead_feedback_url: str
    failed_batches_bucket: str


def open_stack(name: str) -> Stack:
    """Find a stack with the operator's own AWS credentials. Raises Misconfigured when there is none, or it is not Rebasket."""
    session = boto3.Session()
    try:
        described = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        why = error.response["Error"]["Message"]
        message = f"no stack {name} in {session.region_name}: {why} (--stack or {NAMED_BY} names another)"
        raise Misconfigured(message) from error
    said = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in described.get("Parameters", [])}
    said |= {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    missing = sorted({*VARIABLES, "DeadTimersQueueUrl", "DeadFeedbackQueueUrl", "FailedBatchesBucketName"} - said.keys())
    if missing:
        message = f"the stack {name} does not say its {', '.join(missing)}: is it Rebasket, and up to date?"
        raise Misconfigured(message)
    os.environ |= {variable: said[key] for key, variable in VARIABLES.items()}
    os.environ["AWS_REGION"] = session.region_name  # which boto3 does not look at: the shell may name another
    from rebasket.wiring import App  # reads the environment that was just made

    return Stack(
        app=App(),
        dead_timers_url=said["DeadTimersQueueUrl"],
        dead_feedback_url=said["DeadFeedbackQueueUrl"],
        failed_batches_bucket=said["FailedBatchesBucketName"],
    )

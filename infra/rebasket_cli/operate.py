"""What an operator does to a running stack: report, rearm, redrive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import boto3
import typer
from rich.console import Console

from rebasket.aws.sqs import timer_from_json
from rebasket.aws.timers import timer_in
from rebasket.domain.carts.timer import LEAD, minute_up
from rebasket.usecases.reporting.report_json import report_as_data
from rebasket.usecases.reporting.report_table import report_as_table
from rebasket_cli.dead_feedback import take_again
from rebasket_cli.dead_letters import dead_letters
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

    from rebasket.domain.carts.timer import Timer
    from rebasket.ports import Clock, Timers

console = Console()


def report(
    shop: Annotated[str, typer.Argument(help="Which shop")],
    *,
    first: Annotated[str | None, typer.Option("--from", help="First day, as 2026-11-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Print what each recovered cart cost, by day and channel."""
    until = date.fromisoformat(last) if last else datetime.now(UTC).date()
    since = date.fromisoformat(first) if first else until - timedelta(days=27)
    made = open_stack(stack).app.make_report(shop, since, until)
    typer.echo(json.dumps(report_as_data(made), ensure_ascii=False, indent=2) if as_json else report_as_table(made))


def rearm(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count")] = False,
    stack: StackName = USUAL_STACK,
) -> None:
    """Arm every active or abandoned cart that has lost its timer. Safe at any time; reads the whole table."""
    armed = open_stack(stack).app.rearm(dry=dry_run)
    console.print(f"{len(armed)} timers {'are missing' if dry_run else 'armed'}")


def redrive(*, stack: StackName = USUAL_STACK) -> None:
    """Put back what was given up on, once the cause is mended: poisoned timers, batches that killed the function, mail events."""
    opened = open_stack(stack)
    count = put_back(boto3.client("sqs"), opened.dead_timers_url, opened.app.timers, opened.app.clock)
    count += put_back_batches(boto3.client("s3"), opened.failed_batches_bucket, opened.app.timers, opened.app.clock)
    console.print(f"{count} timers put back")
    events = take_again(boto3.client("sqs"), opened.dead_feedback_url, opened.app)
    console.print(f"{events.taken} mail events taken")
    if events.left:
        console.print(f"{events.left} mail events left where they were: {', '.join(sorted(events.why))}", markup=False)


def put_back(sqs: SQSClient, queue_url: str, timers: Timers, clock: Clock) -> int:
    """Arm every buried timer again, then take it from the queue; a crash in between arms it twice, which is harmless.

    A letter that is no timer stays, and is said.
    """
    count = 0
    for letter in dead_letters(sqs, queue_url):
        try:
            timer = timer_from_json(letter["Body"])
        except (ValueError, KeyError, TypeError) as error:
            console.print(f"letter {letter['MessageId']} is no timer, and stays: {type(error).__name__}", markup=False)
            continue
        again(timer, timers, clock)
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=letter["ReceiptHandle"])
        count += 1
    return count


def put_back_batches(s3: S3Client, bucket: str, timers: Timers, clock: Clock) -> int:
    """Arm every timer of the failed stream batches again, then delete the batch.

    Lambda writes one object for each, with the whole event under `payload`, as text or as JSON (Lambda Developer Guide,
    "Retain discarded batches": S3 destinations).
    """
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            kept = json.loads(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())
            payload = kept["payload"]
            batch = json.loads(payload) if isinstance(payload, str) else payload
            for record in batch["Records"]:
                timer = timer_in(record)
                if timer is not None:
                    again(timer, timers, clock)
                    count += 1
            s3.delete_object(Bucket=bucket, Key=found["Key"])
    return count


def again(timer: Timer, timers: Timers, clock: Clock) -> None:
    """Arm a timer for the next minutes, its tries counted anew."""
    timers.arm(replace(timer, due=minute_up(clock() + LEAD), attempt=0))

"""Findings about what waits, timers that sweep did not get to and dead letters, and about alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rebasket_cli.doctor.finding import aws, deploy, fail, logs, ok, rebasket, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.doctor.facts import Alarms, Facts, Waiting
    from rebasket_cli.doctor.finding import Finding

LATE = timedelta(minutes=3)
"""Sweep runs every minute and moves the cursor to the minute it began in."""

YOUNG = timedelta(minutes=10)
"""A stack of this age may not have swept yet."""


def waiting(facts: Facts, found: Waiting) -> Iterator[Finding]:
    """Sweep, then the dead letters."""
    yield _sweep(facts, found)
    said = facts.deployment.said if facts.deployment else {}
    redrive = rebasket(facts, "redrive")
    if found.dead_letter_queue:
        means = "Timers that remind gave up on, whole: their carts get no reminder. Mend the cause (their `why` says), then:"
        yield fail("dead letters", f"{found.dead_letter_queue} timers", means, redrive)
    if found.failed_batches:
        means = "Batches of timers that killed remind. S3 forgets them after 30 days. Mend the cause, then:"
        yield fail("dead letters", f"{found.failed_batches} batches", means, redrive)
    if found.dead_feedback:
        means = "Mail events that were not taken; a complaint may be among them. The queue forgets them after 14 days."
        yield fail("dead letters", f"{found.dead_feedback} mail events", means, redrive)
    if found.dead_runs:
        means = "Runs of sweep or close_books failed; their logs say why, and which days stay open. Then empty the queue:"
        mend = aws(facts, f"sqs purge-queue --queue-url {said.get('DeadRunsQueueUrl', '')}")
        yield warn("dead letters", f"{found.dead_runs} failed runs", means, mend)
    if not (found.dead_letter_queue or found.failed_batches or found.dead_feedback or found.dead_runs):
        yield ok("dead letters", "none")


def alarms(facts: Facts, found: Alarms) -> Iterator[Finding]:
    """Those that ring now; the runbook has a section for each."""
    for name, why in found.ringing.items():
        look = f"Read docs/operations.md#alarm-{name}"
        yield warn("alarms", f"{name} rings", why, look)
    if not found.count:
        means = "Nobody is told when reminders stop. Alarms cost some $4 a month."
        yield warn("alarms", "there are none", means, deploy(facts, "Monitoring=alarms AlarmEmail=you@your-domain"))
    elif not found.ringing:
        yield ok("alarms", f"{found.count}, none rings")


def _sweep(facts: Facts, found: Waiting) -> Finding:
    if found.cursor is None:
        young = facts.deployment is not None and facts.now - facts.deployment.changed_at < YOUNG
        note = warn if young else fail
        return note("sweep", "has not run yet", "Timers are deleted by TTL alone, minutes to days late.", logs(facts, "sweep"))
    behind = facts.now - found.cursor
    if behind > LATE:
        means = "Reminders come late. Sweep catches up by itself once it runs; see why it does not:"
        return fail("sweep", f"{int(behind / timedelta(minutes=1))} minutes behind", means, logs(facts, "sweep"))
    return ok("sweep", f"done up to {found.cursor:%H:%M} UTC")

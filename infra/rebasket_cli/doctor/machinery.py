"""Findings about the stack itself, its tables, and what drives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_cli.doctor.finding import aws, deploy, fail, logs, ok, warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket_cli.doctor.facts import Deployment, Drift, Facts, Machinery, Switch, TableState
    from rebasket_cli.doctor.finding import Finding

FEW_RUNS = 100
"""Concurrent Lambda runs of the whole account. New accounts begin with 10 (Lambda Developer Guide, "Lambda quotas"): one busy
minute of another application, and nothing is taken or sent."""


def stack(facts: Facts, found: Deployment) -> Iterator[Finding]:
    """The last deployment."""
    seen = f"{found.status}, {found.changed_at:%Y-%m-%d %H:%M} UTC" + (f": {found.reason}" if found.reason else "")
    events = aws(facts, f"cloudformation describe-stack-events --stack-name {facts.stack} --max-items 20")
    if found.status.endswith("_IN_PROGRESS"):
        yield warn("stack", seen, "A deployment is under way: what follows may change.", aws(facts, _wait(facts)))
    elif found.status == "UPDATE_ROLLBACK_COMPLETE":
        yield warn("stack", seen, "The last deployment failed and was taken back; the one before it runs.", events)
    elif found.status == "UPDATE_ROLLBACK_FAILED":
        mend = aws(facts, f"cloudformation continue-update-rollback --stack-name {facts.stack}")
        yield fail("stack", seen, "A failed deployment could not be taken back: parts of two versions run.", mend)
    elif found.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}:
        yield ok("stack", seen)
    else:
        yield fail("stack", seen, "The stack is not whole.", events)


def _wait(facts: Facts) -> str:
    return f"cloudformation wait stack-update-complete --stack-name {facts.stack}"


def drift(facts: Facts, found: Drift) -> Iterator[Finding]:
    """What was changed by hand since."""
    look = aws(
        facts,
        f"cloudformation describe-stack-resource-drifts --stack-name {facts.stack}"
        " --stack-resource-drift-status-filters MODIFIED DELETED",
    )
    if found.deleted:
        means = "Somebody deleted what the template made; a deployment does not notice, and does not make it again."
        yield fail("drift", f"gone: {', '.join(found.deleted)}", means, look)
    if found.modified:
        means = (
            "Changed by hand. A deployment leaves it so until that property changes in the template: undo it, or write it there."
        )
        yield warn("drift", f"changed: {', '.join(found.modified)}", means, look)
    if found.status == "UNKNOWN":
        yield warn("drift", f"not known: {found.why}", "What somebody changed by hand would not show here.", look)
    elif not found.deleted and not found.modified:
        yield ok("drift", "none: the stack is as its template says")


def machinery(facts: Facts, found: Machinery) -> Iterator[Finding]:
    """Tables, stream, schedules, rule, concurrency."""
    yield from _table(facts, found.carts, "expires", "Carts are kept for ever, with the addresses in them.")
    yield from _table(facts, found.timers, "due", "Without TTL nothing reminds of a timer that sweep missed.")
    yield from _stream(facts, found)
    for schedule in found.schedules:
        yield _schedule(facts, schedule)
    for rule in found.rules:
        yield _rule(facts, rule)
    yield _concurrency(facts, found.concurrency)


def _table(facts: Facts, table: TableState, attribute: str, without: str) -> Iterator[Finding]:
    if table.ttl == attribute:
        yield ok("TTL", f"on, by `{attribute}`: {table.name}")
    else:
        mend = aws(
            facts,
            f"dynamodb update-time-to-live --table-name {table.name}"
            f" --time-to-live-specification Enabled=true,AttributeName={attribute}",
        )
        yield fail("TTL", f"{'by ' + table.ttl if table.ttl else 'off'}: {table.name}", without, mend)
    if table.recoverable:
        yield ok("recovery", f"to any second of 35 days: {table.name}")
    else:
        mend = aws(
            facts,
            f"dynamodb update-continuous-backups --table-name {table.name}"
            " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        )
        yield fail("recovery", f"off: {table.name}", "What is lost or spoiled there cannot be had back.", mend)


def _stream(facts: Facts, found: Machinery) -> Iterator[Finding]:
    if found.timers.stream != "OLD_IMAGE":
        means = "Deleted timers wake nobody: no reminder is sent."
        yield fail(
            "stream", f"{found.timers.stream or 'off'}, where OLD_IMAGE is needed: {found.timers.name}", means, deploy(facts)
        )
        return
    mapping = found.mapping
    if mapping is None or mapping.state is None:
        yield fail("stream", "no function reads it", "Deleted timers wake nobody: no reminder is sent.", deploy(facts))
    elif mapping.state not in {"Enabled", "Enabling", "Updating"}:
        mend = aws(facts, f"lambda update-event-source-mapping --uuid {mapping.name} --enabled")
        yield fail("stream", f"its mapping is {mapping.state}", "No reminder is sent; after 24 hours the stream forgets.", mend)
    elif mapping.last.startswith("PROBLEM"):
        means = "remind cannot be run; batches are tried again, then put aside."
        yield fail("stream", f"its last batch: {mapping.last}", means, logs(facts, "remind"))
    else:
        yield ok("stream", f"read by remind ({mapping.state}{', ' + mapping.last if mapping.last else ''})")


def _schedule(facts: Facts, schedule: Switch) -> Finding:
    if schedule.state == "ENABLED":
        return ok("schedule", f"on: {schedule.logical_id}")
    means = "sweep or close_books does not run: reminders come late, by TTL alone, or the books stay open."
    if schedule.state is None:
        return fail("schedule", f"gone: {schedule.logical_id}", means, deploy(facts))
    whole = (
        "{Name:Name,GroupName:GroupName,ScheduleExpression:ScheduleExpression,"
        "ScheduleExpressionTimezone:ScheduleExpressionTimezone,FlexibleTimeWindow:FlexibleTimeWindow,Target:Target,"
        'Description:Description,State:`"ENABLED"`}'
    )
    get = aws(facts, f"scheduler get-schedule --name {schedule.name} --query '{whole}' --output json")
    mend = aws(facts, f'scheduler update-schedule --cli-input-json "$({get})"')
    return fail("schedule", f"{schedule.state}: {schedule.logical_id}", means, mend)


def _rule(facts: Facts, rule: Switch) -> Finding:
    if rule.state == "ENABLED":
        return ok("mail events", f"rule on: {rule.logical_id}")
    means = "Bounces and complaints suppress nobody, the brake is blind, and unknown touches stay unknown."
    if rule.state is None:
        return fail("mail events", f"rule gone: {rule.logical_id}", means, deploy(facts))
    return fail(
        "mail events", f"rule {rule.state}: {rule.logical_id}", means, aws(facts, f"events enable-rule --name {rule.name}")
    )


def _concurrency(facts: Facts, limit: int) -> Finding:
    if limit >= FEW_RUNS:
        return ok("concurrency", f"{limit} concurrent Lambda runs in this account and Region")
    mend = aws(
        facts,
        "service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    )
    means = "All functions of the account share them; beyond that, events are answered with 503 and reminders wait."
    return warn("concurrency", f"only {limit} concurrent Lambda runs in this account and Region", means, mend)

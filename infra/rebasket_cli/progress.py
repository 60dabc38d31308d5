"""Moving a local cloud's time on, with a bar that says how far it is and what has happened so far."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from rebasket.domain.shops.policy import Policy
    from rebasket_local.cloud import LocalCloud
    from rebasket_local.traffic.ledger import Ledger

STEP = timedelta(hours=1)


def move_on(cloud: LocalCloud, ledger: Ledger, console: Console, *, traffic_ends: datetime, until: datetime) -> None:
    """Run until then, hour by hour."""
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description}"),
        BarColumn(bar_width=34),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]:>6,} events  {task.fields[messages]:>5,} messages"),
        TimeElapsedColumn(),
    )
    hours = -(-(until - cloud.now) // STEP)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=hours, events=0, messages=0)
        while cloud.now < until:
            phase = f"{cloud.now:%a %d %b}" if cloud.now < traffic_ends else "last steps"
            progress.update(task, description=f"{phase:10}")
            cloud.run_until(min(cloud.now + STEP, until))
            progress.update(task, advance=1, events=len(ledger.acknowledged), messages=len(cloud.outbox))


def drain(policy: Policy) -> timedelta:
    """How long after the last cart its last step has ended, each after a night; half a day more for events that come late."""
    night = max((timedelta(minutes=quiet.minutes) for quiet in policy.quiet_hours.values()), default=timedelta(0))
    return policy.abandoned_after + policy.steps[-1].delay + policy.gap + len(policy.steps) * night + timedelta(hours=12)

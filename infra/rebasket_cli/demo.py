"""`rebasket demo`: a fortnight of a shop's traffic, through everything, in virtual time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

START = datetime(2026, 11, 2, tzinfo=UTC)
"""A Monday. Any day would do; the same day every time makes the same run every time."""

console = Console()


def demo(
    *,
    seed: Annotated[int, typer.Option(help="Of all chance: the same seed gives the same files, byte for byte")] = 1,
    days: Annotated[int, typer.Option(min=1, max=60, help="In which shoppers begin carts")] = 14,
    carts: Annotated[int, typer.Option(min=1, max=100_000, help="Begun in that time")] = 1000,
    out: Annotated[Path, typer.Option(help="Folder for the results")] = Path("build/demo"),
    traffic: Annotated[Path | None, typer.Option(help="Shoppers' habits, a copy of traffic.toml with other figures")] = None,
) -> None:
    """Run a shop's traffic through Rebasket on this machine, and see what came of it.

    The CloudFormation template itself runs, in virtual time, without an AWS account: a fortnight takes about a minute.
    """
    from rebasket_cli import outcome
    from rebasket_cli.progress import drain, move_on
    from rebasket_cli.stage import staged
    from rebasket_local.results.findings import gather
    from rebasket_local.results.page import About
    from rebasket_local.results.summary import summarise
    from rebasket_local.traffic.catalogue import pictures
    from rebasket_local.traffic.fortnight import Plan, arrange
    from rebasket_local.traffic.nights import in_quiet_hours
    from rebasket_local.traffic.per_person import per_person
    from rebasket_local.traffic.settings import read_settings

    began = time.perf_counter()
    settings, figures = read_settings(traffic)
    plan = Plan(seed=seed, start=START, days=days, carts=carts)
    with staged(settings.shop, START, seed=seed) as stage:
        provider, ledger = arrange(stage.cloud, stage.keys, plan, settings)
        stage.cloud.outbox.on_message = provider.carry
        move_on(stage.cloud, ledger, console, traffic_ends=plan.end, until=plan.end + drain(stage.shop.policy))
        findings = gather(stage.cloud, stage.app, stage.shop, stage.keys.bearer, ledger, started_at=START)
        findings = replace(
            findings,
            in_quiet_hours=in_quiet_hours(findings.messages, provider.people, settings.shop),
            per_person=per_person(findings.messages, provider.people, stage.shop.policy.gap),
        )
        summary = summarise(findings, wall_s=time.perf_counter() - began, seed=seed, days=days)
        about = About(
            title=f"Rebasket: {days} days of {settings.shop.name}",
            origin=f"made-up traffic of {days} days, seed {seed}",
            command=f"rebasket demo --seed {seed} --days {days} --carts {carts}",
        )
        outcome.write(findings, summary, about, out, pictures=pictures(settings.shop), figures=figures)
    outcome.tell(findings, summary, f"{settings.shop.name}: {days} days", out, console)

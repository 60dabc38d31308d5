"""`rebasket doctor`: look at everything, and say it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from rebasket_cli.doctor.diagnosis import findings, worst
from rebasket_cli.doctor.finding import Severity
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rebasket_cli.doctor.facts import Facts
    from rebasket_cli.doctor.finding import Finding

POLL_S = 5
MARKS = {Severity.OK: "[green]ok  [/]", Severity.WARN: "[yellow]warn[/]", Severity.FAIL: "[bold red]FAIL[/]"}

console = Console(soft_wrap=True, highlight=False)


def doctor(
    *,
    stack: StackName = USUAL_STACK,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON")] = False,
    drift: Annotated[bool, typer.Option(help="Have CloudFormation look for what was changed by hand: a minute")] = True,
) -> None:
    """Say what a deployed stack lacks, and the command that mends it.

    Changes nothing. Exits with 1 when something must be mended.
    """
    facts = look(stack, drift=drift)
    found = findings(facts)
    if as_json:
        data = {"stack": stack, "region": facts.region, "worst": worst(found), "findings": [one.as_data() for one in found]}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        tell(found)
    if worst(found) is Severity.FAIL:
        raise typer.Exit(1)


def look(stack: str, *, drift: bool) -> Facts:
    """The facts, with the operator's credentials."""
    import boto3

    from rebasket_cli.doctor.clients import Clients
    from rebasket_cli.doctor.gather import Gatherer

    session = boto3.Session()
    gather = Gatherer(
        clients=Clients.of(session),
        open_app=lambda: open_stack(stack).app,
        txt=txt,
        wait=(lambda: time.sleep(POLL_S)) if drift else None,
    )
    return gather(stack, session.region_name, datetime.now(UTC))


def txt(name: str) -> list[str]:
    """TXT records of a name in DNS, none when there are none. Raises OSError when nobody answers."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, resolve

    try:
        answer = resolve(name, "TXT", raise_on_no_answer=False, lifetime=5)
    except NXDOMAIN:
        return []
    except DNSException as error:
        message = f"DNS did not answer ({type(error).__name__}); look yourself: dig +short TXT {name}"
        raise OSError(message) from error
    return [b"".join(record.strings).decode(errors="replace") for record in answer.rrset or ()]


def tell(found: Sequence[Finding]) -> None:
    """One line each; what is not well says what that means, and what mends it."""
    for one in found:
        console.print(f"{MARKS[one.severity]}  {one.topic:14} {escape(one.seen)}")
        if one.means:
            console.print(f"{'':21}{escape(one.means)}", style="dim")
        if one.mend:
            console.print(f"{'':21}→ {escape(one.mend)}")
    counts = {severity: sum(one.severity is severity for one in found) for severity in Severity}
    console.print(
        f"\n{counts[Severity.FAIL]} to mend, {counts[Severity.WARN]} to see to, {counts[Severity.OK]} well", style="bold"
    )

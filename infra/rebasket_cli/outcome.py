"""What a run leaves behind: files in a folder, a table in the terminal, and an exit code that says whether the promises held."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from rebasket_local.results.outbox_files import write_outbox, write_pictures
from rebasket_local.results.page import report_page
from rebasket_local.results.samples import samples
from rebasket_local.results.summary import broken
from rebasket_local.results.terminal import closing_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from rebasket_local.results.findings import Findings
    from rebasket_local.results.page import About
    from rebasket_local.results.summary import Summary
    from rebasket_local.traffic.settings import Figure


def write(
    findings: Findings,
    summary: Summary,
    about: About,
    folder: Path,
    *,
    pictures: Mapping[str, str] | None = None,
    figures: Sequence[Figure] = (),
) -> None:
    """summary.json, report.html and outbox/; pictures/ when there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = pictures or {}
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    page = report_page(findings, summary, about, samples(findings, shown), figures)
    (folder / "report.html").write_text(page, encoding="utf-8")
    write_outbox(findings, folder / "outbox", shown)
    if shown:
        write_pictures(shown, folder / "pictures")


def tell(findings: Findings, summary: Summary, title: str, folder: Path, console: Console) -> None:
    """The table, and where the files are. Exits with 1 if a promise was broken."""
    console.print()
    console.print(closing_table(summary, findings.channels, title))
    console.print(f"  report   {folder / 'report.html'}", highlight=False)
    console.print(f"  outbox   {folder / 'outbox' / 'index.html'}", highlight=False)
    console.print(f"  figures  {folder / 'summary.json'}", highlight=False)
    for problem in findings.ledger.problems[:5]:
        console.print(f"  [red]{problem.at:%Y-%m-%d %H:%M}[/] {problem.what}", highlight=False)
    if broken(summary):
        raise typer.Exit(1)

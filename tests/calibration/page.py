"""The tables of docs/finance.md, between their markers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tests.calibration.judge import MONTHS, Found, monte_carlo_error

if TYPE_CHECKING:
    from pathlib import Path

Tables = Mapping[str, Sequence[Found]]
HELD = ("5% held", "20% held", "50% held")


def write_page(page: Path, tables: Tables) -> None:
    """Raises ValueError where a marker is missing."""
    text = page.read_text(encoding="utf-8")
    for name, lines in {
        "grid": _grid(tables["grid"]),
        "grid-sum": [_sum(tables["grid"])],
        "hard": _listed(tables["hard"]),
        "crowd": _listed(tables["crowd"]),
        "money": _money(tables["money"]),
        "split": _split(tables["split"]),
        "one-look": _listed(tables["one look"]),
    }.items():
        text = replaced(text, name, lines)
    page.write_text(text, encoding="utf-8")


def replaced(text: str, name: str, lines: Sequence[str]) -> str:
    """The page with other lines between the markers of `name`."""
    marker = re.compile(rf"(<!-- calibration: {name} -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)
    body = "\n".join(lines)
    text, count = marker.subn(lambda found: found.group(1) + body + found.group(2), text)
    if count != 1:
        raise ValueError(f"the page has no place for the table {name}")
    return text


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"


def _grid(rows: Sequence[Found]) -> list[str]:
    """A line for each shop, base and effect; a column for each share held."""
    by_name = {row.name: row for row in rows}
    lines = [
        "| people a month, base, lift | "
        + " | ".join(f"{what} {held}" for what in ("missed,", "told,", "width,") for held in HELD)
        + " |",
        "| --- |" + " --: |" * 9,
    ]
    for name in dict.fromkeys(row.name.rpartition(", ")[0] for row in rows):
        cells = [by_name[f"{name}, {held}"] for held in HELD]
        missed = [_percent(cell.missed) for cell in cells]
        told = [" / ".join(f"{share * 100:.0f}" for share in cell.told[1:]) for cell in cells]
        widths = [_percent(cell.widths[2]) for cell in cells]
        lines.append("| " + " | ".join([name, *missed, *told, *widths]) + " |")
    return lines


def _sum(rows: Sequence[Found]) -> str:
    worst = max(rows, key=lambda row: row.missed)
    mean = sum(row.missed for row in rows) / len(rows)
    error = _percent(monte_carlo_error(mean, rows[0].lives * len(rows)))
    most = f"{_percent(worst.missed)} % at most (+ {_percent(worst.error)}; {worst.name})"
    wrong = _percent(max(row.told_wrongly for row in rows))
    return (
        f"Of {len(rows)} cells, {rows[0].lives:,} lives each: missed {_percent(mean)} % on average (+ {error}), {most}. "
        f"A wrong sign was told in {wrong} % at most."
    )


def _listed(rows: Sequence[Found]) -> list[str]:
    lines = [
        "| world | lives | missed, % | error, + | told, %, by 6 / 12 / 24 months | width, points, at 3 / 12 / 24 |",
        "| --- |" + " --: |" * 5,
    ]
    for row in rows:
        told = " / ".join(f"{share * 100:.0f}" for share in row.told[1:])
        widths = " / ".join(_percent(row.widths[MONTHS.index(month)]) for month in (3, 12, 24))
        lines.append(f"| {row.name} | {row.lives} | {_percent(row.missed)} | {_percent(row.error)} | {told} | {widths} |")
    return lines


def _money(rows: Sequence[Found]) -> list[str]:
    lines = ["| figure, shop | lives | missed, % | error, + |", "| --- | --: | --: | --: |"]
    return lines + [
        f"| {row.kind}: {row.name} | {row.lives} | {_percent(row.missed)} | {_percent(row.error)} |"
        for row in sorted(rows, key=lambda row: row.kind)
    ]


def _split(rows: Sequence[Found]) -> list[str]:
    lines = [
        "| people a month, held | of these never arrive | lives | alarm, %, by 3 / 6 / 12 months |",
        "| --- | --: | --: | --: |",
    ]
    for row in rows:
        a_month, *_, held = row.name.split(", ")
        lost = row.kind.removeprefix("split check, ").removesuffix(" of the held lost")
        lines.append(f"| {a_month}, {held} | {lost} | {row.lives} | {' / '.join(_percent(share) for share in row.told[:3])} |")
    return lines

"""`make calibrate`: lives through every world and writes build/calibration/summary.json; with --page also the tables of
docs/finance.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.calibration.grid import tasks
from tests.calibration.judge import Found
from tests.calibration.page import write_page

ROOT = Path(__file__).parents[2]
SUMMARY = ROOT / "build" / "calibration" / "summary.json"


def _run(job: tuple[int, int]) -> tuple[str, list[Found]]:
    # By number: a world holds functions, which do not go from process to process.
    number, lives = job
    task = tasks()[number]
    return task.table, task.run(lives)


def _before() -> dict[str, list[Found]]:
    if not SUMMARY.exists():
        return {}
    tables: dict[str, list[dict[str, Any]]] = json.loads(SUMMARY.read_text(encoding="utf-8"))["tables"]
    return {
        name: [Found(**row | {"told": tuple(row["told"]), "widths": tuple(row["widths"])}) for row in rows]
        for name, rows in tables.items()
    }


def main() -> None:
    """Seeds are 0, 1, 2 … of each world by its name: the same lives every time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lives", type=int, default=400, help="of each shop")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="these tables; the others stay as the summary has them (of none: all stay)")
    parser.add_argument("--page", action="store_true", help="write the tables of docs/finance.md")
    options = parser.parse_args()
    begun = time.monotonic()
    wanted = [task.table for task in tasks() if options.only is None or task.table in options.only]
    tables = defaultdict(
        list, {name: rows for name, rows in _before().items() if name not in wanted} if options.only is not None else {}
    )
    jobs = [(number, options.lives) for number, task in enumerate(tasks()) if task.table in wanted]
    with multiprocessing.get_context("fork").Pool(options.processes) as pool:
        for done, (table, found) in enumerate(pool.imap(_run, jobs), start=1):
            tables[table] += found
            for row in found:
                line = f"{done:3}/{len(jobs)} {row.missed:6.1%} +{row.error:.1%}  {row.kind}: {row.name}"
                print(line, flush=True)  # noqa: T201  # a script says what it does
    minutes = (time.monotonic() - begun) / 60
    summary = {
        "last_run": {"minutes": round(minutes, 1), "processes": options.processes, "tables": sorted(set(wanted))},
        "tables": {table: [row.as_data() for row in rows] for table, rows in tables.items()},
    }
    SUMMARY.parent.mkdir(parents=True, exist_ok=True)
    SUMMARY.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    if options.page:
        write_page(ROOT / "docs" / "finance.md", tables)
    print(f"{minutes:.1f} minutes; {SUMMARY.relative_to(ROOT)}")  # noqa: T201  # the same


if __name__ == "__main__":
    main()

"""What each function costs before it can take its first event, in instructions: `make bench-start`.

A start is what Lambda's INIT phase does: import the handler's module, which makes the clients and whatever else a first event
needs (`App.warm_up`). It is measured in the package that `sam build` made, under valgrind, where counts repeat; milliseconds
do not travel. What a function loads with its first event only, to answer who has no business here for less, is counted apart. The
unit is `boto3.client("dynamodb")` of an ordinary installation, compiled alike, on the same interpreter.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.benches.package import REGION, ROOT, build, packaged, python313

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.benches.package import Packaged

WORK = ROOT / "build" / "bench"
ARCHITECTURE = "x86_64"
"""Of the wheels that are measured: valgrind counts this machine's instructions."""

BASE = 'import boto3; boto3.client("dynamodb")'
LIMITS = {"ingest": 0.95}
WORST = 1.6
"""Ratios above which the measurement fails: of a function by name, and of any."""

FIRST = {"ingest": "; from rebasket.platforms.native.translate import parse; functions.ingest.app.app.record_event"}
"""What a function loads not at its start but with the first event that it takes, of those that do so."""

_COLLECTED = re.compile(r"Collected : (\d+)")
_BASE_ENVIRONMENT = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody"}


def main() -> int:
    """Measure all, print them, write build/bench/start.json. 1 when one is above its limit, 2 when something is missing."""
    valgrind, python = shutil.which("valgrind"), python313()
    if valgrind is None or python is None:
        missing = (
            "valgrind (Debian, Ubuntu: apt install valgrind)" if valgrind is None else "a Python 3.13 (PYTHON313=… names one)"
        )
        Console(stderr=True, soft_wrap=True).print(f"make bench-start needs {missing}")
        return 2
    counter = Counter(valgrind, python)
    shutil.rmtree(WORK, ignore_errors=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        base = pool.submit(counter.instructions, BASE, [ordinary_boto3(python)], _BASE_ENVIRONMENT)
        functions = list(packaged(build(WORK / "package", ARCHITECTURE)))
        paths = {function.name: function.merged(WORK / f"opt-{len(function.layers)}") for function in functions}

        def counted(function: Packaged, more: str = "") -> Future[int]:
            program = f"import {function.module}{more}"
            return pool.submit(counter.instructions, program, paths[function.name], function.environment)

        starts = {function.name: counted(function) for function in functions}
        firsts = {function.name: counted(function, FIRST[function.name]) for function in functions if function.name in FIRST}
        unit = base.result()
        figures = {
            function.name: {
                "ratio": round(starts[function.name].result() / unit, 3),
                "ratio_with_first_event": round(firsts.get(function.name, starts[function.name]).result() / unit, 3),
                "instructions": starts[function.name].result(),
                "zip_bytes": function.zipped_size(),
            }
            for function in functions
        }
    (WORK / "start.json").write_text(json.dumps({"functions": figures, "base_instructions": unit}, indent=2) + "\n")
    return show(Console(), figures, unit)


def show(console: Console, figures: Mapping[str, Mapping[str, float]], unit: int) -> int:
    """Print all; 1 when one is above its limit."""
    table = Table(title=f'Start-up in units of boto3.client("dynamodb"), which is {unit / 1e6:,.0f} million instructions')
    for heading in ("function", "ratio", "limit", "with the first event", "million instructions", "zipped KB, with layers"):
        table.add_column(heading, justify="left" if heading == "function" else "right")
    above = []
    for name, one in sorted(figures.items(), key=lambda item: item[1]["ratio"]):
        limit = LIMITS.get(name, WORST)
        ratios = (one["ratio"], limit, one["ratio_with_first_event"])
        sizes = (one["instructions"] / 1e6, one["zip_bytes"] / 1024)
        table.add_row(name, *(f"{ratio:.2f}" for ratio in ratios), *(f"{size:,.0f}" for size in sizes))
        if one["ratio"] > limit:
            above.append(f"{name} starts at {one['ratio']:.3f}; its limit is {limit:.2f}.")
    console.print(table)
    console.print("\n".join(above) or "All within their limits.")
    return 1 if above else 0


def ordinary_boto3(python: str) -> Path:
    """boto3 as it is, compiled like the package."""
    folder = WORK / "boto3"
    install: list[str | Path] = [
        ROOT / ".venv/bin/uv",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--python",
        python,
    ]
    subprocess.run([*install, "--target", folder, "--requirements", "requirements/bench.txt"], cwd=ROOT, check=True)
    subprocess.run([python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", folder], check=True)
    return folder


@dataclass(frozen=True)
class Counter:
    """Counts a program's instructions."""

    valgrind: str
    python: str

    def instructions(self, program: str, path: Sequence[Path], environment: Mapping[str, str]) -> int:
        """How many it executes with this import path and nothing else around it. Raises RuntimeError with what it said."""
        command = [self.valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", self.python, "-P", "-S", "-B"]
        around = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONHASHSEED": "0",  # with it, counts are the same in every run
        }
        done = subprocess.run(
            [*command, "-c", program], env=around | {**environment}, capture_output=True, text=True, check=False
        )
        collected = _COLLECTED.search(done.stderr)
        if done.returncode or collected is None:
            raise RuntimeError(done.stderr)
        return int(collected[1])


if __name__ == "__main__":
    sys.exit(main())

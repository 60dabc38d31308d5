"""While the carts of `told` become due: what `sam build` packed is whole, and no more than is used.

The emulator's interpreter has libraries of its own, which would stand in for what is missing. Here is nothing beside the package.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.benches.package import ROOT, packaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("told")

AT_WORK = ROOT / "tests/e2e/libraries_at_work.py"

NOT_AT_START = {
    "boto3": "a tenth of a start; functions use botocore",
    "phonenumbers": "only events and texts that name a phone need it",
    "email_validator": "only events that name an e-mail address need it",
}
"""Modules that no function loads before its first event, and why."""

NOT_AT_START_OF = {
    "ingest": {"pydantic", "rebasket.usecases.recording.record_event", "babel", "minijinja"},
    "sweep": {"pydantic", "rebasket.domain.carts.cart", "babel", "minijinja"},
    "remind": {"pydantic", "mjml"},
    "feedback": {"pydantic", "babel", "minijinja"},
    "visit": {"pydantic", "babel", "mjml"},
    "close_books": {"pydantic", "babel", "minijinja"},
    "report": {"pydantic", "babel", "minijinja"},
}
"""Nor does this one."""


def run(python: str, program: list[str], path: Iterable[Path] = (), environment: Mapping[str, str] | None = None) -> str:
    """What a program prints, with this import path and nothing else on it but the interpreter's own."""
    command = [python, "-B", "-P", *program]
    around = {"PYTHONPATH": os.pathsep.join(map(str, path)), **(environment or {})}
    done = subprocess.run(command, env=around, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def layers(package: Path) -> list[Path]:
    """What they show below /opt."""
    return [package.parent / name / "python" for name in ("HotLayer", "CoreLayer", "ContentLayer")]


@pytest.fixture(scope="module", autouse=True)
def at_work(package: Path, python: str) -> Iterator[tuple[Future[str], Future[str]]]:
    """What libraries do in the package, and untrimmed: seconds of work each, done while the other tests here run."""
    with ThreadPoolExecutor(2) as pool:
        trimmed = pool.submit(run, python, ["-S", str(AT_WORK)], layers(package))
        yield trimmed, pool.submit(run, sys.executable, [str(AT_WORK)])


@pytest.mark.parametrize("name", NOT_AT_START_OF)
def test_a_function_starts_with_nothing_but_its_package(package: Path, python: str, name: str) -> None:
    function = next(each for each in packaged(package) if each.name == name)
    path = [function.folder, *(layer / "python" for layer in function.layers)]
    program = f"import sys, {function.module}; print(*sys.modules)"
    loaded = set(run(python, ["-S", "-c", program], path, function.environment).split())
    assert not loaded & (NOT_AT_START.keys() | NOT_AT_START_OF[name])


def test_everything_is_compiled_and_nothing_else_is(package: Path) -> None:
    for layer in layers(package):
        compiled = {path.parents[1] / f"{path.name.partition('.')[0]}.py" for path in layer.rglob("*.pyc")}
        assert compiled == set(layer.rglob("*.py"))


def test_libraries_do_in_the_package_what_they_do_untrimmed(at_work: tuple[Future[str], Future[str]]) -> None:
    trimmed, whole = (json.loads(program.result()) for program in at_work)
    assert len(whole) > 3_000
    assert {asked for asked in whole if trimmed.get(asked) != whole[asked]} == set()

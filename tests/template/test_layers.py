"""Layers go out compiled, in a way that Lambda can use without looking at the sources."""

import marshal
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import CodeType

import pytest

COMPILE = Path(__file__).resolve().parents[2] / "layers" / "compile.sh"


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    package = tmp_path / "layer" / "python"
    package.mkdir(parents=True)
    (package / "greet.py").write_text("def greet():\n    return 'hello'\n")
    return tmp_path / "layer"


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def run(layer: Path, **environment: str) -> str:
    finished = subprocess.run(
        [str(COMPILE), str(layer)],
        env={"PATH": os.devnull, "HOME": os.devnull} | environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert finished.stderr == ""
    return finished.stdout


def test_it_compiles_for_lambda_s_path_without_checks_of_the_source(layer: Path, tmp_path: Path) -> None:
    # This interpreter, whichever it is, in the part of Python 3.13.
    python = script(tmp_path / "python", f"""if [ "$1" = -c ]; then echo '(3, 13)'; else exec '{sys.executable}' "$@"; fi""")
    assert run(layer, PYTHON313=str(python)) == ""
    (compiled,) = layer.rglob("*.pyc")
    content = compiled.read_bytes()
    unchecked_hash = 0b01  # PEP 552: bit 0 hash-based, bit 1 checked
    assert int.from_bytes(content[4:8], "little") == unchecked_hash
    code = marshal.loads(content[16:])  # noqa: S302  # what was compiled a line above
    assert isinstance(code, CodeType)
    assert code.co_filename == "/opt/python/greet.py"


def test_a_name_on_the_path_that_does_not_run_is_passed_over(layer: Path, tmp_path: Path) -> None:
    shims = tmp_path / "shims"
    shims.mkdir()
    script(shims / "python3.13", "exit 127")
    script(shims / "python3", f"""if [ "$1" = -c ]; then echo '(3, 13)'; else exec '{sys.executable}' "$@"; fi""")
    assert run(layer, PATH=str(shims)) == ""
    assert list(layer.rglob("*.pyc"))


def test_without_the_functions_python_it_says_so_and_goes_on(layer: Path, tmp_path: Path) -> None:
    other = tmp_path / "bin"
    other.mkdir()
    script(other / "python3", "echo '(3, 11)'")
    assert run(layer, PATH=str(other)).startswith("No Python 3.13 found (PYTHON313=/path/to/python names one): ")
    assert not list(layer.rglob("*.pyc"))

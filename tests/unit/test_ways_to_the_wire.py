"""From a function to what cannot be taken back in few files, and each says in its first lines where it stands on the way."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REMINDING = (
    "functions/remind/app.py",
    "layers/core/rebasket/wiring.py",
    "layers/core/rebasket/usecases/reminding/process_timer.py",
    "layers/core/rebasket/usecases/reminding/follow_up.py",
    "layers/core/rebasket/usecases/reminding/send_step.py",
)
STORING = ("layers/core/rebasket/aws/carts.py", "layers/core/rebasket/aws/table.py")
WAYS = {
    "the wire": (*REMINDING, "layers/core/rebasket/usecases/reminding/deliver.py", "layers/core/rebasket/aws/ses.py"),
    "the claim": (*REMINDING, *STORING),
    "the cart's write": (
        "functions/ingest/app.py",
        "layers/core/rebasket/wiring.py",
        "layers/core/rebasket/usecases/recording/record_event.py",
        *STORING,
    ),
}
FIRST_LINES = 8
PORTS_OF_AWS = {"rebasket.aws.ses", "rebasket.aws.carts"}
"""Reached through a port, which AWS's ports fill in: the one jump that no import shows."""


def shown(path: str) -> str:
    """A file's name on its way; the function's, where there are several."""
    return "/".join(Path(path).parts[-2:]) if path.endswith("app.py") else Path(path).name


def imported(path: str) -> set[str]:
    """Every module that the file imports anywhere, for types as well."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("way", WAYS)
def test_each_file_on_the_way_says_where_it_stands(way: str) -> None:
    assert len(WAYS[way]) <= 7
    for path in WAYS[way]:
        steps = " → ".join("**this file**" if each == path else shown(each) for each in WAYS[way])
        first = (ROOT / path).read_text(encoding="utf-8").splitlines()[:FIRST_LINES]
        assert f"On the way to {way}: {steps}" in first, path


@pytest.mark.parametrize("way", WAYS)
def test_each_file_on_the_way_knows_the_next(way: str) -> None:
    for path, following in pairwise(WAYS[way]):
        module = following.removeprefix("layers/core/").removesuffix(".py").replace("/", ".")
        knows = imported("layers/core/rebasket/aws/ports.py" if module in PORTS_OF_AWS else path)
        assert module in knows, f"{path} → {following}"

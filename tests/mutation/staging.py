"""A copy of the package and of the tests, laid out as mutmut wants it, so that no mutant ever stands in the working tree.

mutmut changes no decorated function. Properties are a third of the domain's decisions, so the copy says the same without the
decorator: `@property def value(self)` becomes `def value(self)` followed by `value = property(value)`.
"""

from __future__ import annotations

import ast
import json
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MUTATED = "layers/core/rebasket/domain"
TESTS = ("tests/unit/domain", "tests/unit/usecases/responses/test_pausing.py")
"""Fast, and about the domain. What only other tests of the use cases notice counts as a survivor: a property of the domain should
be said where the domain is tested."""

UNDECORATED = ("property", "cached_property")


def stage(root: Path, into: Path) -> None:
    """Lay out `into` afresh."""
    shutil.rmtree(into, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "layers/core/rebasket", into / "src/rebasket", ignore=ignore)
    for path in (into / "src/rebasket/domain").glob("*.py"):
        path.write_text(undecorated(path.read_text(encoding="utf-8")), encoding="utf-8")
    for test in TESTS:
        copy = shutil.copytree if (root / test).is_dir() else shutil.copy
        (into / test).parent.mkdir(parents=True, exist_ok=True)
        copy(root / test, into / test)
        if (fixtures := (root / test).parent / "conftest.py").exists():
            shutil.copy(fixtures, (into / test).parent)
    for path in (root / "tests").glob("*.py"):
        shutil.copy(path, into / "tests")
    (into / "pyproject.toml").write_text((root / "pyproject.toml").read_text(encoding="utf-8") + _settings(), encoding="utf-8")


def _settings() -> str:
    lists = {
        "source_paths": ["src"],
        "only_mutate": ["src/rebasket/domain/*.py"],
        "pytest_add_cli_args_test_selection": list(TESTS),
        "pytest_add_cli_args": ["--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-W", "ignore::DeprecationWarning"],
        "also_copy": [],
    }
    return "\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(values)}\n" for name, values in lists.items())


def undecorated(source: str) -> str:
    """The same module without decorators that make a property."""
    lines = source.splitlines()
    for node in sorted(ast.walk(ast.parse(source)), key=lambda node: getattr(node, "lineno", 0), reverse=True):
        if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
            continue
        (decorator,) = node.decorator_list
        if isinstance(decorator, ast.Name) and decorator.id in UNDECORATED and node.end_lineno is not None:
            indent = " " * node.col_offset
            lines.insert(node.end_lineno, f"{indent}{node.name} = {decorator.id}({node.name})")
            del lines[decorator.lineno - 1]
    return "\n".join(lines) + "\n"

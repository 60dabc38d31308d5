"""Golden files: JSON that people review, one thing a line as long as it fits, and the fixture's comparison with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WIDTH = 130


@dataclass(frozen=True)
class Shelf:
    """The golden files of one folder. `renew`: store what was found instead of comparing with it."""

    folder: Path
    renew: bool

    def read(self, file: str) -> dict[str, Any]:
        """All entries of a file, by name."""
        path = self._path(file)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def hold(self, file: str, name: str, found: object) -> None:
        """Compare with the entry of that name, its text byte for byte."""
        known = self.read(file)
        if self.renew:
            self._path(file).write_text(pretty({**known, name: found}) + "\n", encoding="utf-8")
            return
        assert name in known, f"{file}.json has no entry {name!r}: see tests/golden/README.md"
        assert pretty(found) == pretty(known[name]), (
            f"{name}: not as in {file}.json. See tests/golden/README.md before renewing it"
        )

    def hold_names(self, file: str, names: set[str]) -> None:
        """There is no entry that nobody asks for."""
        known = self.read(file)
        if self.renew:
            self._path(file).write_text(pretty({name: known[name] for name in known if name in names}) + "\n", encoding="utf-8")
            return
        assert known.keys() == names

    def _path(self, file: str) -> Path:
        return self.folder / f"{file}.json"


def pretty(value: object, indent: int = 0) -> str:
    """JSON with the members in their order, broken into lines only where one is too narrow."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (indent and indent + len(line) <= WIDTH - 2):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        members = [f"{json.dumps(name, ensure_ascii=False)}: {pretty(each, indent + 2)}" for name, each in value.items()]
        opening, closing = "{}"
    else:
        members = [pretty(each, indent + 2) for each in value]
        opening, closing = "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(members) + f"\n{' ' * indent}{closing}"

"""The figures of the last measurement, kept in `measured.json`. `python -m rebasket_cli.costs.measured` measures anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rebasket_cli.costs.lives import Life, Measured, measure
from rebasket_cli.costs.meter import Count

FILE = Path(__file__).with_name("measured.json")
TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"


def read_measured() -> Measured:
    """As kept."""
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    lives = {
        name: Life(
            http=life["http"],
            stored=life["stored"],
            functions={function: Count(**c) for function, c in life["functions"].items()},
        )
        for name, life in kept["lives"].items()
    }
    return Measured(
        minute=Count(**kept["minute"]),
        night=Count(**kept["night"]),
        look=kept["look"],
        lives=lives,
        memory=kept["memory"],
        traced=tuple(kept["traced"]),
        metrics={name: tuple(found) for name, found in kept["metrics"].items()},
    )


def as_text(measured: Measured) -> str:
    """As it is kept: what is not there counts 0."""

    def without_zeros(value: Any) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(value, dict):
            return {key: without_zeros(inner) for key, inner in value.items() if inner != 0 or isinstance(inner, bool)}
        return [without_zeros(inner) for inner in value] if isinstance(value, list | tuple) else value

    return json.dumps(without_zeros(asdict(measured)), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(measure(TEMPLATE)), encoding="utf-8")

"""The figures of the last measurement, kept in `measured.json`. `python -m rebasket_cli.costs.measured` measures anew."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from rebasket_cli.costs.lives import Measured, measure

FILE = Path(__file__).with_name("measured.json")
TEMPLATE = Path(__file__).resolve().parents[3] / "template.yaml"

_SHAPE = TypeAdapter(Measured)


def read_measured() -> Measured:
    """As kept."""
    return _SHAPE.validate_json(FILE.read_bytes())


def as_text(measured: Measured) -> str:
    """As it is kept: what is not there counts 0."""
    return _SHAPE.dump_json(measured, indent=2, exclude_defaults=True).decode() + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(measure(TEMPLATE)), encoding="utf-8")

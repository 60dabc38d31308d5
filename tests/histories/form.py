"""The stored form of a life: what happened to it, and what came of that, each in the words in which it was told or is reported.

One life a line. What goes in has the forms of the outside: events as shops post them, requests as browsers make them, the mail
provider's events as it publishes them, rules as `rebasket shop rules` takes them. So a history outlives every name in the code.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = Path(__file__).with_name("lives.jsonl")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """`shop`: see `shops.shop_of`. `inputs` in order of `at`: see `Stage.take`. `answers`: how the provider takes the request of
    that number ("1" is the first), where it does not simply accept it: see `Provider`. `outcome`: see `outcome.outcome`.
    """

    name: str
    shop: Json
    inputs: list[Json]
    answers: dict[str, str]
    ends: str
    outcome: Json


def write(lives: Iterable[Life], to: Path = FILE) -> None:
    """Store them, in order."""
    lines = (
        {
            "life": life.name,
            "shop": life.shop,
            "inputs": life.inputs,
            "answers": life.answers,
            "ends": life.ends,
            "outcome": life.outcome,
        }
        for life in lives
    )
    to.write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines), "utf-8")


def read(where: Path = FILE) -> list[Life]:
    """All of them, as they were written."""
    found = []
    for line in where.read_text("utf-8").splitlines():
        said = json.loads(line)
        found.append(Life(name=said.pop("life"), **said))
    return found


def fingerprint(of: Path = FILE) -> str:
    """What CHANGELOG.md calls this set by: twelve digits of its SHA-256."""
    return hashlib.sha256(of.read_bytes()).hexdigest()[:12]


def spelled_time(at: datetime) -> str:
    """In UTC, to the second where it is a whole one."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds" if at.microsecond else "seconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Undo `spelled_time`."""
    return datetime.fromisoformat(text).astimezone(UTC)

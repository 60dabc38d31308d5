"""A real shop's log goes through everything, and what Rebasket made of it is what a plain count of the file gives."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from rebasket_cli.main import app
from tests.shared_data import shared

if TYPE_CHECKING:
    from pathlib import Path

LOG = "A1-rees46-multicategory-store/2019-Oct-head.csv.gz"
QUIET = timedelta(hours=1)
NEVER = datetime.max  # noqa: DTZ901  # all times in the file are of one zone
Said = tuple[datetime, str, str]
"""When, whether put into the cart or bought, and which product."""


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    """The independent count: the file, `csv` and nothing else."""
    with gzip.open(shared(LOG), "rt", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    whole = [row for row in rows if len(row) == 9]
    said: dict[str, list[Said]] = {}
    for row in whole:
        if row[1] in ("cart", "purchase"):
            at = datetime.strptime(row[0], "%Y-%m-%d %H:%M:%S %Z")  # noqa: DTZ007  # all of one zone
            said.setdefault(row[8], []).append((at, row[1], row[2]))
    carts = [sorted(rows) for rows in said.values() if any(kind == "cart" for _, kind, _ in rows)]
    lives = [_lives(rows) for rows in carts]
    return {
        "filled": len(carts),
        "named": len(said),
        "orders": len({tuple(row) for row in whole if row[1] == "purchase"}),
        "left_at_first": sum(_was_abandoned(of_cart[0]) for of_cart in lives),
        "abandoned": sum(any(map(_was_abandoned, of_cart)) for of_cart in lives),
        "malformed": len(rows) - len(whole),
        "views": sum(row[1] == "view" for row in whole),
    }


def _lives(rows: list[Said]) -> list[list[Said]]:
    """The cart's rows, split where something is put in after a purchase. Just what was bought, within the hour, is its echo: the
    page's last word of it, in no new cart.
    """
    lives, since = [[rows[0]]], list[str]()
    for row in rows[1:]:
        at, kind, product = row
        bought = [when for when, what, _ in lives[-1] if what == "purchase"]
        if kind == "cart" and bought:
            since.append(product)
            held = [it for when, what, it in lives[-1] if what == "cart" and when <= bought[-1]]
            if at > bought[-1] + QUIET or sorted(since) != sorted(held):
                lives.append([])
                since = []
        lives[-1].append(row)
    return lives


def _was_abandoned(life: list[Said]) -> bool:
    """Quiet for an hour at least once, before it was bought; after the last line of the log, quiet for good."""
    added = [at for at, kind, _ in life if kind == "cart"]
    bought = min((at for at, kind, _ in life if kind == "purchase"), default=NEVER)
    gaps = pairwise([*added, NEVER])
    return any(last < bought and min(following, bought) - last > QUIET for last, following in gaps)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """The folder, its summary, and what was said in the terminal."""
    out = tmp_path_factory.mktemp("replay")
    result = CliRunner().invoke(app, ["replay", "--format", "rees46", str(shared(LOG)), "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out, json.loads((out / "summary.json").read_text()), result.output


def test_carts_purchases_and_abandoned_carts_are_those_of_the_file(
    counted: dict[str, int], replayed: tuple[Path, dict[str, Any], str]
) -> None:
    _, summary, _ = replayed
    assert summary["stored"] == {
        "carts_filled": counted["filled"],
        "orders": counted["orders"],
        "carts_abandoned": counted["abandoned"],
    }
    assert summary["carts"] == counted["named"]
    assert (summary["log"]["lines"]["view"], summary["log"]["malformed"]) == (counted["views"], counted["malformed"])


def test_the_count_is_the_known_one(counted: dict[str, int]) -> None:
    facts = json.loads(shared("FACTS.json").read_text())["A1"]
    assert counted["filled"] == facts["sessions_with_cart"]
    assert counted["orders"] == facts["events"]["purchase"]
    assert counted["left_at_first"] == facts["sessions_with_cart"] - facts["cart_sessions_with_purchase"]
    assert counted["abandoned"] - counted["left_at_first"] == 2  # bought, then something else put in, and left
    assert counted["malformed"] == facts["rows_incomplete"]


def test_the_cut_line_is_named(replayed: tuple[Path, dict[str, Any], str]) -> None:
    out, summary, said = replayed
    assert summary["log"]["malformed_first"] == [{"line": 17436, "why": "8 fields instead of 9"}]
    assert "line 17436: 8 fields instead of 9" in said
    assert "line 17436" in (out / "report.html").read_text()


def test_every_promise_held(replayed: tuple[Path, dict[str, Any], str]) -> None:
    _, summary, _ = replayed
    assert summary["planned"] == sum(summary["touches"].values()) > 0
    assert summary["touches"]["sent"] == summary["by_channel"]["email"] > 0
    assert [summary[name] for name in ("duplicates", "after_purchase", "after_optout", "without_consent", "unfinished")] == [
        0
    ] * 5
    assert summary["late_p99_s"] <= 120


def test_the_same_report_comes_out(replayed: tuple[Path, dict[str, Any], str]) -> None:
    out, summary, _ = replayed
    assert (out / "report.html").stat().st_size > 10_000
    assert len(list((out / "outbox").glob("*.eml"))) == summary["by_channel"]["email"]


def test_a_file_of_another_kind_is_refused_in_a_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n")
    result = CliRunner().invoke(app, ["replay", str(wrong), "--out", str(tmp_path / "out")])
    assert result.exit_code != 0
    assert not (tmp_path / "out").exists()

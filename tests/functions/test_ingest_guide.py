"""docs/integration.md keeps what it says: its commands, events and programs do what they are said to do."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from rebasket.domain.carts.contents import MAX_DELTAS, MAX_LINES
from rebasket.domain.carts.facts import MAX_ADDRESSES, MAX_ORDERS
from rebasket.domain.carts.order import MAX_REFUNDS
from rebasket.domain.carts.web_address import LONGEST
from rebasket.domain.reporting.daily_figures import Figures
from rebasket.http.problem import TYPES as PROBLEMS
from rebasket.http.results import STATUSES
from rebasket.http.strict_json import MAX_BYTES, MAX_DEPTH, MAX_DIGITS
from rebasket.platforms.native.batch import MAX_EVENTS
from rebasket.platforms.native.fields import MAX_MINOR
from rebasket.platforms.native.wire import TYPES
from rebasket.usecases.reporting.comparison import comparison_as_data, groups
from rebasket.usecases.reporting.report_json import figures_as_data
from tests.functions.ingest_client import BEARER, SIGNING, Reply, World, cart_updated, world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GUIDE = (Path(__file__).parents[2] / "docs/integration.md").read_text(encoding="utf-8")
LATER = datetime(2026, 11, 9, 12, tzinfo=UTC)
"""After everything that the guide's examples tell of."""

CURL = f"""\
#!{sys.executable}
import json, sys
given = sys.argv[1:]
print(json.dumps({{"given": given, "input": sys.stdin.read() if "@-" in given else ""}}))
"""


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> World:
    made = world(monkeypatch)
    made.now = LATER
    return made


def blocks(language: str) -> list[str]:
    """The guide's code in one language."""
    return [token.content for token in MarkdownIt().parse(GUIDE) if token.type == "fence" and token.info == language]


def examples() -> list[dict[str, Any]]:
    return [json.loads(block) for block in blocks("json")]


def run(shop: World, folder: Path, command: str) -> Reply:
    """Run a shell command with a `curl` that hands its request to the function, at a fixed date."""
    for name, text in (("curl", CURL), ("date", "#!/bin/sh\necho 2026-11-09T11:59:00Z\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "REBASKET": "http://127.0.0.1:8080", "KEY": BEARER.shown}
    done = subprocess.run(["sh", "-euc", command], env=environment, capture_output=True, text=True, check=True)
    asked = json.loads(done.stdout)
    given = iter(asked["given"])
    headers: dict[str, str] = {}
    body, target = "", ""
    for part in given:
        match part:
            case "-H":
                name, _, value = next(given).partition(": ")
                headers[name] = value
            case "-d":
                data = next(given)
                body = asked["input"].replace("\n", "") if data == "@-" else data
            case "-sS":
                pass
            case _:
                target = part
    assert target == "http://127.0.0.1:8080/v1/events"
    return shop.post(body.encode(), headers)


def test_the_first_five_minutes_go_as_told(shop: World, tmp_path: Path) -> None:
    settings, fill, buy, mistake = blocks("sh")
    subprocess.run(["sh", "-euc", settings], check=True)
    told = {next(iter(example)): example for example in examples() if "id" not in example and "events" not in example}
    filled = run(shop, tmp_path, fill)
    assert (filled.status, filled.data) == (202, told["results"])
    assert run(shop, tmp_path, buy).status == 202
    cart = shop.carts.get("acme", "cart-1")
    assert cart is not None
    assert cart.phase.value == "bought"
    wrong = run(shop, tmp_path, mistake)
    assert wrong.status == 422
    assert {name: wrong.data[name] for name in told["type"]} == told["type"]


def test_every_example_is_taken_and_every_type_has_one(shop: World) -> None:
    events = [example for example in examples() if example.keys() & {"id", "events"}]
    for event in events:
        reply = shop.post(event)
        assert (reply.status, reply.data["rejected"]) == (202, 0), (event, reply.body)
        if event.get("id") == "evt-200":
            (warned,) = [example["warnings"] for example in examples() if "warnings" in example]
            assert reply.data["results"][0]["warnings"] == warned
        else:
            assert "warnings" not in reply.body
    assert {event["type"] for event in events if "type" in event} == set(TYPES)


def test_the_python_program_signs(shop: World) -> None:
    (program,) = blocks("python")
    made: dict[str, Any] = {}
    exec(compile(program, "docs/integration.md", "exec"), made)  # noqa: S102  # the guide is ours
    sign: Callable[..., Mapping[str, str]] = made["signed"]
    body = json.dumps(cart_updated(), ensure_ascii=False).encode()
    assert shop.post(body, sign(body, "acme_sign1", SIGNING.shown, LATER)).status == 202
    assert shop.post(body + b" ", sign(body, "acme_sign1", SIGNING.shown, LATER)).status == 401


def test_the_javascript_program_signs(shop: World) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node on the PATH")
    (program,) = blocks("js")
    body = json.dumps(cart_updated(), ensure_ascii=False)
    asked = [body, "acme_sign1", SIGNING.shown]
    call = f"signed(...{json.dumps(asked)}, new Date({json.dumps(LATER.isoformat())}))"
    done = subprocess.run(
        [node, "-e", f"{program}\nconsole.log(JSON.stringify({call}))"], capture_output=True, text=True, check=True
    )
    assert shop.post(body.encode(), json.loads(done.stdout)).status == 202


def test_every_problem_status_and_limit_is_told() -> None:
    assert [name for name in (*PROBLEMS, *STATUSES, *TYPES) if f"`{name}`" not in GUIDE] == []
    rows = GUIDE.partition("## Limits")[2]
    limits = (MAX_BYTES // 1024, MAX_EVENTS, MAX_DEPTH, MAX_LINES, MAX_ADDRESSES, MAX_ORDERS, MAX_REFUNDS, MAX_DIGITS, LONGEST)
    assert [limit for limit in limits if f"{limit}" not in rows] == []
    assert f"{MAX_MINOR:,}" in rows
    assert f"At most {MAX_DELTAS} changes" in GUIDE


def test_the_comparison_is_told_as_it_is() -> None:
    told = next(example["comparison"] for example in examples() if "comparison" in example)
    found = groups(*(told[group][what] for group in ("touched", "held") for what in ("carts", "bought")))
    assert comparison_as_data(found) == told


def test_every_figure_of_a_report_is_explained() -> None:
    told = GUIDE[GUIDE.index("## Figures") : GUIDE.index("## Limits")]
    assert [name for name in figures_as_data(Figures()) if f"`{name}`" not in told and not name.endswith("_bought")] == []

"""`rebasket play`: every story that is stored comes out as it says, and the command says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from functions.ingest import app as ingest
from rebasket.domain.errors import Invalid
from rebasket.wiring import app as real_app
from rebasket_cli import main
from rebasket_cli.play.command import outcome_of, stories_in
from rebasket_cli.play.story import START, Entry, Expected, ExpectedAnswer, ExpectedMessage, HttpRequest, Story
from rebasket_cli.play.usual_shop import POLICY_FIELDS, SHOP_FIELDS, shop_of, usual_shop
from tests.shared_data import STORIES, shared_stories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer.testing import Result

HERE = Path(__file__).resolve().parents[1]
OWN = HERE / "stories_played"
BOUGHT = OWN / "reminded-then-bought.json"
WRONG_TODAY = (HERE / "stories_wrong_today.txt").read_text(encoding="utf-8").split()
"""Shared stories that this product does not do right yet. Whoever mends one takes its line out."""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main.app, ["play", *map(str, words)])


def written(folder: Path, **changes: object) -> Path:
    """The story of a kettle that is bought, changed."""
    path = folder / "story.json"
    path.write_text(json.dumps(json.loads(BOUGHT.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(OWN.glob("*.json")), ids=lambda path: path.stem)
def test_our_own_stories(path: Path) -> None:
    assert outcome_of(path).wrong == []


def shared() -> Sequence[object]:
    marks = {name: [pytest.mark.xfail(reason="known to be wrong today", strict=True)] for name in WRONG_TODAY}
    found = [pytest.param(path, marks=marks.get(path.stem, ()), id=path.stem) for path in shared_stories()]
    skip = pytest.mark.skip(reason=f"needs the shared stories in {STORIES}")
    return found or [pytest.param(STORIES, marks=skip, id="missing")]


@pytest.mark.parametrize("path", shared())
def test_stories_that_users_of_such_systems_reported(path: Path) -> None:
    assert outcome_of(path).wrong == []


def test_the_list_of_what_is_wrong_today_names_stories_that_there_are() -> None:
    there = {path.stem for path in shared_stories()}
    if not there:
        pytest.skip(f"needs the shared stories in {STORIES}")
    assert set(WRONG_TODAY) <= there
    assert sorted(set(WRONG_TODAY)) == WRONG_TODAY


def test_the_account_tells_each_answer_each_message_and_why() -> None:
    told = run(BOUGHT)
    assert told.exit_code == 0
    for words in (
        "a kettle is left, its shopper reminded, and buys",
        "Mon 2026-11-02 10:00  +0h        1. cart.updated c1  → 202 accepted",
        "Mon 2026-11-02 11:00  +1h           E-MAIL 1 to jane@example.com: step 1 of cart c1",
        "“Your cart at Acme is saved”",
        "Mon 2026-11-02 12:00  +2h        2. click in message 1  → 302",
        "to https://shop.example/cart/c1",
        "Mon 2026-11-02 12:10  +2h10m     3. order.placed c1  → 202 accepted",
        "report: episodes 1, touched 1, recovered 1, revenue €49.90, refunded none",
        "Reminded by e-mail on 2026-11-02T11:00Z.",
        "As expected.",
        "1 of 1 as expected",
    ):
        assert words in told.output, words


def test_it_exits_with_1_where_it_is_not_as_expected_and_says_what(tmp_path: Path) -> None:
    told = run(BOUGHT, written(tmp_path, expect={"report": {"recovered": 2}}))
    assert told.exit_code == 1
    assert "NOT as expected" in told.output
    assert "report, recovered\n      expected  2\n      got       1\n" in told.output
    assert "1 of 2 as expected" in told.output


def test_one_document_for_programs(tmp_path: Path) -> None:
    told = run("--json", OWN, written(tmp_path, expect={"messages": []}))
    data = json.loads(told.stdout)
    assert (told.exit_code, data["played"], data["as_expected"]) == (1, 4, 3)
    last = data["stories"][-1]
    assert last["differences"] == [
        {"where": "message 1", "expected": "none", "got": "at +1h, to jane@example.com, cart c1, step 1"}
    ]
    assert [answer["status"] for answer in last["answers"]] == [202, 302, 202]
    assert (last["messages"][0]["subject"], last["messages"][0]["at"]) == (
        "Your cart at Acme is saved",
        "2026-11-02T11:00:00+00:00",
    )
    assert last["report"]["revenue"] == {"EUR": 4990}
    assert any("Reminded by e-mail" in line for line in last["why"]["c1"])


def test_the_same_story_has_the_same_account() -> None:
    assert run("--json", OWN).stdout == run("--json", OWN).stdout


def test_verdicts_only() -> None:
    lines = run("--brief", BOUGHT).output.splitlines()
    assert (lines[0].startswith("a kettle is left"), lines[1]) == (True, "  As expected.")
    assert "E-MAIL" not in " ".join(lines)


def test_a_file_that_is_no_story_is_told_with_its_place_and_the_others_are_played(tmp_path: Path) -> None:
    told = run("--brief", written(tmp_path, story=[{"at": "+0h", "clik": 1}]), BOUGHT)
    assert told.exit_code == 1
    assert "/story/0/clik\n      expected  a story\n      got       Extra inputs are not permitted" in told.output
    assert "1 of 2 as expected" in told.output


def test_a_folder_without_stories_is_an_error(tmp_path: Path) -> None:
    assert isinstance(run(tmp_path).exception, Invalid)


def test_folders_are_played_in_order_of_names() -> None:
    assert list(stories_in([BOUGHT, OWN])) == [BOUGHT, *sorted(OWN.iterdir())]


def test_shop_fields_that_this_product_does_not_know_are_a_failure_of_that_story(tmp_path: Path) -> None:
    outcome = outcome_of(written(tmp_path, shop={"policy": {"mood": 1}, "moon": {"phase": "full"}}))
    assert [(one.where, one.got) for one in outcome.wrong] == [
        ("/moon", "this product does not know shop field moon"),
        ("/policy/mood", "this product does not know policy field mood"),
    ]


@pytest.mark.parametrize("shop", [{"policy": {"cap": 0}}, {"policy": {"cap": "2"}}, {"policy": 3}, {"time_zone": "Moon/Sea"}])
def test_a_shop_that_cannot_be_so_is_a_failure_of_that_story(shop: dict[str, Any], tmp_path: Path) -> None:
    outcome = outcome_of(written(tmp_path, shop=shop))
    assert outcome.wrong
    assert outcome.played is None


def test_the_usual_shop_holds_nobody_back_and_writes_at_any_hour() -> None:
    shop = usual_shop(START)
    assert (shop.hosts, shop.locale, shop.time_zone) == (("shop.example",), "en", "UTC")
    assert (shop.policy.holdout, shop.policy.quiet_hours, shop.policy.cap) == (0, {}, 3)
    assert shop_of({}, START) == shop


def test_what_cannot_happen_is_not_as_expected(tmp_path: Path) -> None:
    entries = [{"at": "+1m", "click": 1}, {"at": "+2m", "erase": "nobody"}]
    outcome = outcome_of(written(tmp_path, story=entries, expect={}))
    assert [(one.where, one.expected) for one in outcome.wrong] == [
        ("entry 1", "click in message 1"),
        ("entry 2", "erase nobody"),
    ]
    assert outcome.wrong[0].got == "there is no message 1 by then; sent so far: 0"


def test_the_guide_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (HERE.parent / "docs" / "stories.md").read_text(encoding="utf-8")
    story, shop = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    printed = re.findall(r"```text\n(.*?)```", guide, re.DOTALL)[0]
    assert shop_of(json.loads(shop), START).policy.cap == 2
    monkeypatch.chdir(tmp_path)
    Path("kettle.json").write_text(story, encoding="utf-8")
    assert run("kettle.json").output.partition("\n1 of 1")[0] == printed


def test_the_guide_names_every_field() -> None:
    guide = (HERE.parent / "docs" / "stories.md").read_text(encoding="utf-8")
    parts = (Story, Entry, HttpRequest, Expected, ExpectedAnswer, ExpectedMessage)
    names = {name for part in parts for name in part.model_fields} | SHOP_FIELDS | POLICY_FIELDS
    assert [name for name in sorted(names) if f"`{name}`" not in guide] == []


def test_the_functions_get_their_own_application_back() -> None:
    outcome_of(BOUGHT)
    assert vars(ingest)["app"] is real_app

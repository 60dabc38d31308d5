"""What mutation testing works on and what it says: the same code without decorators, a score for each module, changes by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation import named
from tests.mutation.named import End, Named, changed, end_of, read_table
from tests.mutation.staging import MUTATED, stage, undecorated
from tests.mutation.summary import summary_of

ROOT = Path(__file__).resolve().parents[2]
CLASS = '''\
class Cart:
    @property
    def value(self) -> int:
        """Of all."""
        return 1 + 1

    @staticmethod
    def other() -> int:
        return 2
'''


def test_a_property_without_its_decorator_is_the_same_property() -> None:
    found = undecorated(CLASS)
    assert "@property" not in found
    assert "    value = property(value)\n" in found
    assert "    @staticmethod\n    def other" in found
    scope: dict[str, type] = {}
    exec(found, scope)  # noqa: S102  # the rewritten class is what is tested
    assert scope["Cart"]().value == 2


@pytest.mark.parametrize("path", sorted((ROOT / MUTATED).glob("*.py")), ids=lambda path: path.stem)
def test_every_module_of_the_domain_can_be_rewritten(path: Path) -> None:
    found = undecorated(path.read_text(encoding="utf-8"))
    compile(found, path.name, "exec")
    assert "@property" not in found
    assert "@cached_property" not in found


def test_the_copy_holds_package_tests_and_settings(tmp_path: Path) -> None:
    stage(ROOT, tmp_path / "work")
    for part in (
        "src/rebasket/domain/reminders/schedule.py",
        "tests/unit/domain/reminders/test_schedule.py",
        "tests/conftest.py",
        "pyproject.toml",
    ):
        assert (tmp_path / "work" / part).is_file()
    assert "[tool.mutmut]" in (tmp_path / "work/pyproject.toml").read_text()


def test_the_score_is_the_share_that_was_noticed() -> None:
    shown = """
    rebasket.domain.reminders.schedule.x_evaluate__mutmut_1: killed
    rebasket.domain.reminders.schedule.x_evaluate__mutmut_2: survived
    rebasket.domain.reminders.schedule.x_evaluate__mutmut_3: timeout
    rebasket.domain.carts.cart.xǁCartǁblank__mutmut_1: no tests
    """
    assert summary_of(shown) == {
        "mutants": 4,
        "killed": 2,
        "survived": 2,
        "score": 50.0,
        "modules": {
            "carts": {"mutants": 1, "killed": 0, "survived": 1, "score": 0.0},
            "reminders": {"mutants": 3, "killed": 2, "survived": 1, "score": 66.7},
        },
        "left": [
            {"mutant": "carts.cart.xǁCartǁblank__mutmut_1", "state": "no tests"},
            {"mutant": "reminders.schedule.x_evaluate__mutmut_2", "state": "survived"},
        ],
    }


# -- By name -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", read_table(), ids=lambda change: change.name)
def test_a_named_change_can_be_made_and_its_tests_are_there(change: Named) -> None:
    assert changed((ROOT / change.file).read_text(encoding="utf-8"), change)
    assert change.tests
    for test in change.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8")


def test_names_are_told_apart() -> None:
    names = [change.name for change in read_table()]
    assert sorted(set(names)) == sorted(names)


def a_change(old: str = "7", new: str = "90") -> Named:
    return Named(name="kept", file="kept.py", old=old, new=new, tests=["test_kept.py"])


@pytest.mark.parametrize("change", [a_change("8"), a_change("K"), a_change("7", "7")])
def test_a_change_that_would_be_none_or_two_is_refused(change: Named) -> None:
    with pytest.raises(ValueError, match="kept"):
        changed("KEPT = 7\nKINDS = ()\n", change)


@pytest.mark.parametrize(
    ("code", "end"), [(0, End.SURVIVED), (1, End.NOTICED), (2, End.NOT_RUN), (4, End.NOT_RUN), (5, End.NOT_RUN)]
)
def test_a_change_is_noticed_when_a_test_fails_and_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, end: End
) -> None:
    """Tests that cannot be run, by pytest's exit codes, notice nothing."""
    file = tmp_path / "kept.py"
    file.write_text("KEPT = 7\n")
    seen: list[str] = []

    def run(work: Path, tests: list[str]) -> int:
        seen.append((work / "kept.py").read_text())
        return code if tests == ["test_kept.py"] else 0

    monkeypatch.setattr(named, "run", run)
    assert end_of(tmp_path, a_change()) is end
    assert seen == ["KEPT = 90\n"]
    assert file.read_text() == "KEPT = 7\n"

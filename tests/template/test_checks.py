"""The repository's own checks find what they are there for, and only that."""

from pathlib import Path

import pytest

from tests.checks import links, sizes, wording

PAGE = """\
# One page

## `make demo`, and then?

## Twice
## Twice

<a id="by-hand"></a>

[whole](other.md) [part](other.md#its-part) [here](#make-demo-and-then) [second](#twice-1) [html](#by-hand)
[root](/other.md) [folder](docs/) [site](https://example.com/nowhere#x) [mail](mailto:a@example.com)
![picture](a%20b.svg)

    [in code](nowhere.md)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "a b.svg").touch()
    (tmp_path / "README.md").write_text(PAGE)
    (tmp_path / "other.md").write_text("# Other\n## Its *part*\n")
    return tmp_path


def test_links_that_lead_somewhere_are_fine(project: Path) -> None:
    assert links.findings(project) == []


@pytest.mark.parametrize(
    ("link", "finding"),
    [
        ("[a](gone.md)", "docs/page.md:1: gone.md: no such file"),
        ("![a](gone.svg)", "docs/page.md:1: gone.svg: no such file"),
        ("<img src='gone.svg'>", "docs/page.md:1: gone.svg: no such file"),
        ("[a][b]\n\n[b]: ../gone.md", "docs/page.md:1: ../gone.md: no such file"),
        ("[a](../other.md#its)", "docs/page.md:1: ../other.md#its: no such heading"),
        ("text\n\n| a |\n| - |\n| [b](#c) |", "docs/page.md:5: #c: no such heading"),
    ],
)
def test_links_that_lead_nowhere_are_named(project: Path, link: str, finding: str) -> None:
    (project / "docs/page.md").write_text(link)
    assert links.findings(project) == [finding]


@pytest.mark.parametrize(
    "broken",  # by ~, so that this file does not name what it looks for
    [
        "see /ho~me/ann/rebasket",
        "in `/ro~ot/.cache`",
        "C:\\Us~ers\\ann",
        "--index~-url=x",
        "https://mirror.example/sim~ple/boto3",
        "files.python~hosted.org",
    ],
)
def test_wording_that_names_a_machine_or_a_registry_is_found(tmp_path: Path, broken: str) -> None:
    text = broken.replace("~", "")
    (tmp_path / "Makefile").write_text(f"a:\n\t{text}\n")
    (found,) = wording.findings(tmp_path)
    assert found.startswith("Makefile:2: names ")
    (tmp_path / "Makefile").rename(tmp_path / "picture.png")
    (tmp_path / "picture.png").write_bytes(b"\0" + text.encode())
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/activate").write_text(text)
    assert wording.findings(tmp_path) == []


def test_wording_leaves_ordinary_text_alone(tmp_path: Path) -> None:
    (tmp_path / "ok.md").write_text("https://shop.example/home/cart /opt/python at work/home ./root/x pip install\n")
    assert wording.findings(tmp_path) == []


def test_a_python_file_of_more_than_three_hundred_lines_is_found(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text("x = 1\n" * 300)
    (tmp_path / "page.md").write_text("text\n" * 301)
    assert sizes.findings(tmp_path) == []
    (tmp_path / "long.py").write_text("x = 1\n" * 301)
    assert sizes.findings(tmp_path) == ["long.py: 301 lines, more than 300: split it by idea"]

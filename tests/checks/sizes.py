"""No Python file has more than three hundred lines: a longer one is two ideas, and each wants a file of its own."""

from pathlib import Path

from tests.checks.tree import files, report, text

MAX_LINES = 300


def findings(root: Path) -> list[str]:
    """One line for each file that is too long."""
    return [
        f"{path.relative_to(root)}: {lines} lines, more than {MAX_LINES}: split it by idea"
        for path in files(root)
        if path.suffix == ".py" and (lines := len((text(path) or "").splitlines())) > MAX_LINES
    ]


if __name__ == "__main__":
    report(findings)

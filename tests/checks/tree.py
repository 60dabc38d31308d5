"""The project's own text files, as against what environments, builds and tools put beside them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

GENERATED = {"build", "node_modules", "__pycache__"}
OWN = {".ci", ".github"}


def files(root: Path) -> Iterator[Path]:
    """All files below `root` in a steady order, without generated folders and dot folders that tools fill."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            generated = path.name in GENERATED or (path.name.startswith(".") and path.name not in OWN)
            if not generated and not path.is_symlink():
                yield from files(path)
        elif path.name != ".git":  # a file in a linked work tree
            yield path


def text(path: Path) -> str | None:
    """What a text file says; None for a binary one."""
    content = path.read_bytes()
    return None if b"\0" in content else content.decode("utf-8", errors="replace")


def report(check: Callable[[Path], list[str]]) -> None:
    """Run one check as a command: print its findings and exit."""
    findings = check(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    print(*findings, sep="\n", end="\n" if findings else "")
    sys.exit(bool(findings))

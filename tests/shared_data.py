"""Real data that tests read where it lies: in `shared/data`, beside the repository, with a folder for each source; and the
stories of faults that users of such systems reported, in `shared/stories`.
"""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
STORIES = FOLDER.parent / "stories"


def shared(name: str) -> Path:
    """The file or folder `name` of the shared data, such as "D1-big-list-of-naughty-strings/blns.json".

    Skips the test that asks where the shared data is missing as a whole; a missing file in it is an error.
    """
    if not FOLDER.is_dir():
        pytest.skip(f"needs the shared data in {FOLDER}")
    path = FOLDER / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path


def shared_stories() -> list[Path]:
    """The story files, in order of their names; none where they are missing as a whole. Docs: docs/stories.md."""
    return sorted(STORIES.glob("*.json"))

"""The toy stack of fixtures/toy, running: each kind of wiring as small as it can be."""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rebasket_local.cloud import LocalCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rebasket_local.http_api import Response
    from rebasket_local.outbox import Message

TOY = Path(__file__).parent / "fixtures" / "toy" / "template.yaml"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SENDER = "shop@example.com"
JSON = {"Content-Type": "application/json; charset=utf-8"}


@contextmanager
def toy(
    template: Path = TOY,
    parameters: Mapping[str, str] | None = None,
    *,
    fast: bool = True,
    seed: int = 0,
    on_message: Callable[[Message], None] | None = None,
) -> Iterator[LocalCloud]:
    started = LocalCloud.start(
        template, parameters or {}, START, fast, seed=seed, identities=["example.com"], on_message=on_message
    )
    with started as cloud:
        yield cloud


def changed_toy(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the toy with something else in its template."""
    shutil.copytree(TOY.parent, folder / "toy", ignore=shutil.ignore_patterns("__pycache__"))
    template = folder / "toy" / "template.yaml"
    text = template.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    template.write_text(text, encoding="utf-8")
    return template


def do(cloud: LocalCloud, what: str, **asked: object) -> Response:
    """Have the function Web do something."""
    return cloud.http("POST", "/things", JSON, json.dumps({"do": what, **asked}).encode())


def put(cloud: LocalCloud, sort: str, partition: str = "thing#1", /, **attributes: Mapping[str, object]) -> None:
    """Put a thing, from outside."""
    item = {"pk": {"S": partition}, "sk": {"S": sort}, **attributes}
    cloud.client("dynamodb").put_item(TableName=cloud.resource("Things").ref, Item=item)


def delete(cloud: LocalCloud, sort: str, partition: str = "thing#1") -> None:
    """Delete a thing, from outside."""
    key = {"pk": {"S": partition}, "sk": {"S": sort}}
    cloud.client("dynamodb").delete_item(TableName=cloud.resource("Things").ref, Key=key)


def notes(cloud: LocalCloud, role: str) -> dict[str, Any]:
    """What a function noted that it saw, in the order of the notes' keys."""
    found = cloud.client("dynamodb").query(
        TableName=cloud.resource("Notes").ref,
        KeyConditionExpression="pk = :role",
        ExpressionAttributeValues={":role": {"S": role}},
    )
    return {item["sk"]["S"]: json.loads(item["seen"]["S"]) for item in found["Items"]}

"""What CloudFormation asks of its role for each type of resource: the handlers' permissions in AWS's own schemas, as cfn-lint has
them.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

SCHEMAS = Path(str(files("cfnlint"))) / "data/schemas/resources"


@cache
def schemas() -> Mapping[str, dict[str, object]]:
    """By type."""
    read = (json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json"))
    return {schema["typeName"]: schema for schema in read if "typeName" in schema}


def asked_for(kind: str) -> frozenset[str]:
    """Actions to make, read, change and delete one. `list` is for the console."""
    handlers = schemas()[kind].get("handlers")
    assert isinstance(handlers, dict), f"{kind}: the schema says nothing of its handlers"
    return frozenset(
        action for operation, handler in handlers.items() if operation != "list" for action in handler.get("permissions", [])
    )

"""Leaves out of the hot layer what no function touches: nine tenths of it, and a third of each cold start.

    trim.py DIRECTORY    after the wheels were installed there, before they are compiled

The AWS models keep the operations below and the shapes they use, without documentation, endpoints.json the services
below in every partition. What is new in the functions has to be added here: `tests/template/test_hot_layer.py` compares
with the permissions in template.yaml.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any, Final

OPERATIONS: Final = {
    "dynamodb": {"BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"},
    "sesv2": {"SendEmail"},
    "sns": {"Publish"},
    "sqs": {"SendMessage"},
    "ssm": {"GetParameter"},
}
"""What the functions call, by botocore's name of the service."""

LEFT_OUT: Final = (
    # email-validator resolves domains with it only when told to.
    "dns",
    # Of Powertools, Logger and Metrics are used.
    "aws_lambda_powertools/event_handler",
    *(
        f"aws_lambda_powertools/utilities/{name}"
        for name in (
            "batch", "data_classes", "data_masking", "feature_flags", "idempotency", "kafka", "parameters", "parser", "streaming",
            "validation",
        )
    ),
)  # fmt: skip
"""Patterns below the directory; each has to match something, so that the list does not outlive what it names."""

MODEL: Final = ("service-2", "endpoint-rule-set-1")
"""The files of a service that a client reads. Paginators, waiters and examples are left."""


def trim(site: Path) -> None:
    """Trim an installation. Raises LookupError for a pattern, service or operation that is not there."""
    for pattern in LEFT_OUT:
        found = list(site.glob(pattern))
        if not found:
            message = f"nothing to leave out: {pattern}"
            raise LookupError(message)
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    trim_models(site / "botocore" / "data")


def trim_models(data: Path) -> None:
    """Trim botocore's data. Raises LookupError for a service or operation that is not there."""
    prefixes = {trim_service(data / service, wanted) for service, wanted in OPERATIONS.items()}
    for other in data.iterdir():
        if other.is_dir() and other.name not in OPERATIONS:
            shutil.rmtree(other)
    endpoints = json.loads((data / "endpoints.json").read_bytes())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: known for name, known in partition["services"].items() if name in prefixes}
    write(data / "endpoints.json", endpoints)


def trim_service(service: Path, operations: set[str]) -> str:
    """Trim one service to its newest API version and these operations; the name of its endpoints."""
    *older, newest = sorted(service.iterdir())
    models = {name: json.loads(gzip.decompress((newest / f"{name}.json.gz").read_bytes())) for name in MODEL}
    for version in (*older, newest):
        shutil.rmtree(version)
    newest.mkdir()
    description = undocumented(models["service-2"])
    description["operations"] = {name: description["operations"][name] for name in sorted(operations)}
    needed = shapes_of(description)
    description["shapes"] = {name: shape for name, shape in description["shapes"].items() if name in needed}
    for name, model in (models | {"service-2": description}).items():
        write(newest / f"{name}.json", model)
    prefix: str = description["metadata"]["endpointPrefix"]
    return prefix


def shapes_of(description: dict[str, Any]) -> set[str]:
    """The shapes that the operations use, and those that these use."""
    needed: set[str] = set()
    open_ends: list[Any] = [description["operations"]]
    while open_ends:
        end = open_ends.pop()
        if isinstance(end, dict):
            name = end.get("shape")
            if isinstance(name, str) and name not in needed:
                needed.add(name)
                open_ends.append(description["shapes"][name])
            open_ends += end.values()
        elif isinstance(end, list):
            open_ends += end
    return needed


def undocumented(model: Any) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Without documentation; a member of that name is a shape, not a text, and stays."""
    if isinstance(model, dict):
        return {name: undocumented(part) for name, part in model.items() if name != "documentation" or not isinstance(part, str)}
    return [undocumented(part) for part in model] if isinstance(model, list) else model


def write(path: Path, model: object) -> None:
    """Uncompressed: the layer is a zip file already, and unpacking takes time at each cold start."""
    path.write_text(json.dumps(model, separators=(",", ":")))


if __name__ == "__main__":
    trim(Path(sys.argv[1]))

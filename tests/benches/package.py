"""What `sam build` made: each function with its layers, and what they cost to load."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rebasket_local.sam import folder_of
from rebasket_local.stack import Resource, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"


@dataclass(frozen=True)
class Packaged:
    """A function as Lambda has it: its own folder, its layers in their order, its environment."""

    stack: Stack
    resource: Resource

    @property
    def module(self) -> str:
        """The handler's."""
        return str(self.resource.properties["Handler"]).rpartition(".")[0]

    @property
    def name(self) -> str:
        """The function's, as the code has it: `close_books`."""
        return self.module.split(".")[1]

    @cached_property
    def layers(self) -> tuple[Path, ...]:
        """Their folders."""
        by_ref = {layer.ref: layer.properties["Content"] for layer in self.stack.of_type("AWS::Lambda::LayerVersion")}
        return tuple(self._folder(by_ref[ref]) for ref in self.resource.properties["Layers"])

    @cached_property
    def folder(self) -> Path:
        """Its own."""
        return self._folder(self.resource.properties["Code"])

    def _folder(self, code: Mapping[str, str]) -> Path:
        folder = folder_of(code, self.stack.root)
        if folder is None:
            message = f"{self.stack.template} is no built template"
            raise ValueError(message)
        return folder

    @property
    def environment(self) -> dict[str, str]:
        """What Lambda tells it, as far as it is looked at: the template's variables, where it runs, somebody's credentials."""
        declared = self.resource.properties["Environment"]["Variables"]
        return {name: str(value) for name, value in declared.items()} | {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.resource.ref,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",  # start as there: with clients and all
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nobody",
            "AWS_SESSION_TOKEN": "nobody",
        }

    def merged(self, into: Path) -> list[Path]:
        """Its import path: its own folder, then its layers in one, as Lambda puts them into /opt; functions may share that."""
        if not into.exists():
            for layer in self.layers:
                shutil.copytree(layer / "python", into, dirs_exist_ok=True)
        return [self.folder, into]

    def zipped_size(self) -> int:
        """Bytes that Lambda fetches: it and its layers, each a zip file."""
        return sum(zipped_size(folder) for folder in (self.folder, *self.layers))


def packaged(template: Path) -> Iterator[Packaged]:
    """All functions of a built template, by name."""
    parameters = {"SenderEmail": "carts@shop.example", "Architecture": "x86_64"}
    stack = Stack(template, parameters, region=REGION, name="rebasket-built")
    functions = (Packaged(stack, resource) for resource in stack.of_type("AWS::Lambda::Function"))
    return iter(sorted(functions, key=lambda function: function.name))


def zipped_size(folder: Path) -> int:
    """Bytes of a folder as a zip file."""
    path = folder.with_name(f".{folder.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    size = path.stat().st_size
    path.unlink()
    return size


def build(folder: Path, architecture: str) -> Path:
    """Run the real `sam build` into a folder; the built template. Raises RuntimeError with what SAM said."""
    sam = [str(ROOT / ".venv-sam/bin/sam"), "build", "--build-dir", str(folder)]
    environment = {**os.environ, "ARCHITECTURE": architecture, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}
    command = [*sam, "--parameter-overrides", f"Architecture={architecture}"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return folder / "template.yaml"


def python313() -> str | None:
    """The path of a Python 3.13, the functions' own; None where there is none."""
    found = subprocess.run([ROOT / "layers/python313.sh"], capture_output=True, text=True, check=False)
    return None if found.returncode else found.stdout.strip()

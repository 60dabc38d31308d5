"""Whether commands that people are told to run exist, and take the options they are given."""

import re
import shlex
from functools import cache
from typing import Any

import botocore.session
import typer
from botocore import xform_name

from rebasket_cli.main import app

SESSION = botocore.session.get_session()
OF_ANY = {"--max-items", "--query", "--output", "--cli-input-json", "--region"}
"""Options of every command of AWS's command line."""
HIGH_LEVEL = {("s3", "rm"), ("s3", "rb"), ("s3", "ls"), ("s3", "cp"), ("logs", "tail")}
"""Commands that are no operation of the API (AWS CLI Command Reference, version 2)."""


def commands(text: str) -> list[list[str]]:
    """Those in one line: before and after `&&`, after `# then: `, in `$(…)`. Another comment is for people."""
    shown = re.sub(" +# (?!then: ).*", "", text)
    found = [shlex.split(part) for part in re.split(" && | +# then: ", shown)]
    return found + [shlex.split(inner) for inner in re.findall(r"\$\((aws .*)\)", shown)]


@cache
def _members(service: str, verb: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Options that an operation takes, and those that it needs; None when there is none."""
    model = SESSION.get_service_model(service)
    name = next((name for name in model.operation_names if xform_name(name, "-") == verb), None)
    if name is None:
        return None
    shape = model.operation_model(name).input_shape
    if shape is None:
        return frozenset(), frozenset()
    return (
        frozenset(f"--{xform_name(member, '-')}" for member in shape.members),
        frozenset(f"--{xform_name(member, '-')}" for member in shape.required_members),
    )


def wrong_with_aws(words: list[str]) -> str | None:
    """What is wrong with a command, without `aws` and its Region; None when nothing is."""
    service, verb, *options = words
    if (service, verb) in HIGH_LEVEL:
        return None
    if verb == "wait":
        waiters = SESSION.create_client(service, "eu-central-1").waiter_names
        return None if options[0].replace("-", "_") in waiters else f"{service} waits for no {options[0]}"
    members = _members(service, verb)
    if members is None:
        return f"{service} has no {verb}"
    known, needed = members
    given = {option.split("=")[0] for option in options if option.startswith("--")} - OF_ANY
    unknown = {flag for flag in given if flag not in known and flag.replace("--no-", "--") not in known}
    missing = set() if "--cli-input-json" in options else needed - given
    return f"{verb}: unknown {sorted(unknown)}, missing {sorted(missing)}" if unknown or missing else None


def ours(words: list[str]) -> Any:  # noqa: ANN401  # a parsed command, of whatever library typer stands on
    """A command of `rebasket`, parsed. Raises what the command line would raise."""
    name, *rest = words
    assert name == "rebasket"
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    with command.make_context(command.name, rest) as parsed:
        return parsed

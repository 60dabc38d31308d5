"""Asterisks in the policies of a template, and whether a reason stands beside each."""

from pathlib import Path

import yaml


def wildcards(template: Path) -> list[str]:
    """The lines below a `Statement` that have one."""
    text = template.read_text(encoding="utf-8")
    lines = text.splitlines()
    return [lines[node.start_mark.line] for node in _scalars(yaml.compose(text, yaml.SafeLoader)) if "*" in node.value]


def unexplained(template: Path) -> list[str]:
    """Those of them without a comment."""
    return [line for line in wildcards(template) if "  # " not in line]


def _scalars(node: yaml.Node | None, *, inside: bool = False) -> list[yaml.ScalarNode]:
    match node:
        case yaml.ScalarNode():
            return [node] if inside else []
        case yaml.SequenceNode():
            return [scalar for each in node.value for scalar in _scalars(each, inside=inside)]
        case yaml.MappingNode():
            return [scalar for key, value in node.value for scalar in _scalars(value, inside=inside or key.value == "Statement")]
        case _:
            return []

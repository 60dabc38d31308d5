"""Prints the processor that an environment of samconfig.toml deploys for, so that its layers are built for the same.

    layers/architecture.py ENVIRONMENT

Its parameter Architecture, or the default of template.yaml, arm64.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

DEFAULT = "arm64"


def architecture(config: str, environment: str) -> str:
    """From the text of samconfig.toml."""
    deploy = tomllib.loads(config).get(environment, {}).get("deploy", {}).get("parameters", {})
    overrides = deploy.get("parameter_overrides", [])
    text = overrides if isinstance(overrides, str) else " ".join(overrides)
    found = re.search(r"""\bArchitecture=["']?(\w+)""", text)  # sam deploy --guided writes the values in quotes
    return found[1] if found else DEFAULT


if __name__ == "__main__":
    sys.stdout.write(architecture(Path("samconfig.toml").read_text(encoding="utf-8"), sys.argv[1]))

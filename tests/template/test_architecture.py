import re
from pathlib import Path

import pytest

from layers.architecture import DEFAULT, architecture

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", DEFAULT),
        ('[prod.deploy.parameters]\nparameter_overrides = ["Architecture=x86_64"]', DEFAULT),
        ('[dev.deploy.parameters]\nstack_name = "rebasket"', DEFAULT),
        ('[dev.deploy.parameters]\nparameter_overrides = ["Stage=dev", "Architecture=x86_64"]', "x86_64"),
        # As `sam deploy --guided` writes it.
        ('[dev.deploy.parameters]\nparameter_overrides = "Stage=\\"dev\\" Architecture=\\"x86_64\\""', "x86_64"),
    ],
)
def test_layers_are_built_for_the_processor_that_is_deployed_to(config: str, expected: str) -> None:
    assert architecture(config, "dev") == expected


def test_the_default_is_the_template_s() -> None:
    declared = re.search(r"(?m)^  Architecture:\n    Type: String\n    Default: (\S+)$", (ROOT / "template.yaml").read_text())
    assert declared
    assert declared[1] == DEFAULT

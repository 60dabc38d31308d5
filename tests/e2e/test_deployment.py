"""While the carts of `told` become due: what deploying again does, and what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.deployment import Deployment

pytestmark = pytest.mark.usefixtures("told")


def versions(deployment: Deployment) -> dict[str, tuple[str, ...]]:
    """Of each function: the version that its alias `live` leads to, and that version's layers."""
    client = deployment.emulator.client("lambda")
    found = {}
    for logical, physical in deployment.resources.items():
        if logical.endswith("Function"):
            live = client.get_alias(FunctionName=physical, Name="live")["FunctionVersion"]
            layers = client.get_function_configuration(FunctionName=physical, Qualifier=live)["Layers"]
            found[logical] = (live, *(layer["Arn"] for layer in layers))
    return found


def test_a_second_deployment_changes_nothing(deployment: Deployment) -> None:
    before = versions(deployment)
    assert "No changes to deploy" in deployment.deploy()
    assert versions(deployment) == before
    assert len(before) == 7


def test_a_changed_layer_reaches_every_function(deployment: Deployment) -> None:
    before = versions(deployment)
    module = deployment.template.parent / "CoreLayer/python/rebasket/__init__.py"
    module.write_text(module.read_text() + "# changed\n")
    deployment.deploy()
    after = versions(deployment)
    assert {name for name in before if before[name][0] != after[name][0]} == before.keys()
    for name in before:
        assert len(set(after[name][1:]) - set(before[name][1:])) == 1, name

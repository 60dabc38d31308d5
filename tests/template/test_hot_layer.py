"""The hot layer leaves out most of the AWS SDK, and nothing that a function may call."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import botocore
import pytest
from botocore.config import Config
from botocore.session import Session

from layers.hot.trim import OPERATIONS, trim_models

if TYPE_CHECKING:
    from rebasket_local.stack import Stack

BY_IAM = {"ses": "sesv2"}
"""botocore's name of a service, where IAM has another."""
SAME_CALL = {"ses:SendRawEmail": "SendEmail"}
"""Actions that are no operation of their own."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """botocore's data, trimmed; only the services that are wanted, and another one."""
    whole, made = Path(botocore.__file__).parent / "data", tmp_path_factory.mktemp("botocore") / "data"
    made.mkdir()
    for file in whole.glob("*.json*"):
        shutil.copy(file, made)
    for service in (*OPERATIONS, "ec2"):
        shutil.copytree(whole / service, made / service)
    trim_models(made)
    return made


def test_it_holds_the_operations_that_the_functions_are_permitted(stack: Stack) -> None:
    permitted: dict[str, set[str]] = {}
    for function in stack.of_type("AWS::Lambda::Function"):
        role = stack.by_arn(function.properties["Role"], "AWS::IAM::Role")
        assert role
        for policy in role.properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                # Without a Sid: what SAM adds for Lambda's own use. A denial permits nothing.
                if statement.get("Sid") and statement["Effect"] == "Allow":
                    actions = statement["Action"]
                    for action in actions if isinstance(actions, list) else [actions]:
                        service, _, operation = action.partition(":")
                        permitted.setdefault(BY_IAM.get(service, service), set()).add(SAME_CALL.get(action, operation))
    assert permitted == OPERATIONS


def test_other_services_and_operations_are_gone(data: Path) -> None:
    assert {folder.name for folder in data.iterdir() if folder.is_dir()} == OPERATIONS.keys()
    for service, operations in OPERATIONS.items():
        (model,) = (data / service).glob("*/service-2.json")
        assert json.loads(model.read_text())["operations"].keys() == operations


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])
@pytest.mark.parametrize("service", sorted(OPERATIONS))
def test_a_client_finds_its_endpoint_as_before(data: Path, service: str, region: str) -> None:
    def endpoint(path: str | None) -> str:
        session = Session()
        if path:
            loader = session.get_component("data_loader")
            loader.search_paths[:] = [path]
        client = session.create_client(
            service,
            region,
            aws_access_key_id="nobody",
            aws_secret_access_key="nobody",
            config=Config(retries={"mode": "standard"}),
        )
        return str(client.meta.endpoint_url)

    assert endpoint(str(data)) == endpoint(None)

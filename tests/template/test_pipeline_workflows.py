"""GitHub's workflows: what they run is what they say, with no more rights than that takes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from tests.template.pipelined import PIPELINE, pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}  # v[0-9]+\.[0-9]+\.[0-9]+")


def read(path: Path) -> dict[str, Any]:
    """YAML 1.1 takes the key `on` for true."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in found.items()}


def workflow(name: str) -> dict[str, Any]:
    return read(ROOT / f".github/workflows/{name}.yml")


def steps(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in content["jobs"].values():
        yield from job.get("steps", [])


def test_there_are_three() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "deploy.yml", "main.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_other_people_s_actions_are_pinned_to_a_commit(path: Path) -> None:
    """A tag can be moved; the version beside the commit is for people."""
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    assert [each for each in used if not each.startswith("./") and not PINNED.fullmatch(each)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_no_right_that_it_does_not_name(path: Path) -> None:
    content = read(path)
    assert content["permissions"] in ({}, {"contents": "read"})
    for job in content["jobs"].values():
        assert set(job.get("permissions", {}).items()) <= {("contents", "read"), ("id-token", "write")}


def test_only_a_deployment_may_ask_for_a_token() -> None:
    asking = {
        (path.stem, name)
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
        if "id-token" in job.get("permissions", {})
    }
    assert asking == {("main", "dev"), ("main", "prod"), ("deploy", "deploy")}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_that_somebody_wrote_gets_into_a_script(path: Path) -> None:
    """Values go in as variables of the environment: a branch may be called $(rm -rf .)."""
    assert [step for step in steps(read(path)) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_token_stays_behind_in_the_working_copy(path: Path) -> None:
    checkouts = [step for step in steps(read(path)) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)


def test_a_stranger_s_pull_request_is_checked_without_any_right() -> None:
    """`pull_request_target` and `workflow_run` would run it with the repository's own."""
    triggers = {path.stem: set(read(path)["on"]) for path in WORKFLOWS}
    assert triggers == {
        "ci": {"pull_request", "workflow_call"},
        "deploy": {"workflow_call"},
        "main": {"push", "workflow_dispatch"},
    }
    assert workflow("main")["on"]["push"] == {"branches": ["main"]}


def test_checks_are_those_of_anybody_s_machine_on_every_python_that_is_promised() -> None:
    content = workflow("ci")
    (job,) = content["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert promised == f">={job['strategy']['matrix']['python'][0]}"
    assert job["strategy"]["matrix"]["python"][-1] == "3.13"
    assert 0 < job["timeout-minutes"] <= 60


def test_what_is_made_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    scripts = [step["run"] for path in WORKFLOWS for step in steps(read(path)) if "run" in step]
    scripts.append((ROOT / ".ci/run").read_text(encoding="utf-8"))
    made = set(re.findall(r"^make ([a-z0-9-]+)", "\n".join(scripts), re.MULTILINE))
    assert made >= {"test", "check", "demo", "e2e", "build"}
    assert made <= set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))


def test_prod_comes_after_dev_and_dev_after_the_checks() -> None:
    jobs = workflow("main")["jobs"]
    assert {name: job.get("needs") for name, job in jobs.items()} == {"check": None, "dev": "check", "prod": "dev"}
    assert jobs["dev"]["if"] == "vars.DEPLOYS == 'true'"
    assert {name: jobs[name]["with"]["stage"] for name in ("dev", "prod")} == {"dev": "dev", "prod": "prod"}
    assert workflow("main")["concurrency"]["cancel-in-progress"] is False


def test_a_deployment_runs_for_the_environment_that_aws_trusts() -> None:
    (job,) = workflow("deploy")["jobs"].values()
    assert job["environment"] == "${{ inputs.stage }}"
    for stage in ("dev", "prod"):
        (trusted,) = pipeline(Stage=stage).resource("DeployRole").properties["AssumeRolePolicyDocument"]["Statement"]
        assert trusted["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"].endswith(f":environment:{stage}")


def test_what_is_built_is_built_before_there_are_credentials() -> None:
    done = [step.get("run") or step["uses"].partition("@")[0] for step in steps(workflow("deploy"))]
    assert done.index('make build ENV="$STAGE"') < done.index("aws-actions/configure-aws-credentials")
    assert done[-1].startswith(".venv-sam/bin/sam deploy ")


def test_a_deployment_uses_the_role_and_the_bucket_of_the_pipeline_and_no_stored_key() -> None:
    text = (ROOT / ".github/workflows/deploy.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "aws-access-key-id" not in text
    command = [step["run"] for step in steps(workflow("deploy")) if "run" in step][-1].split()
    assert command[:2] == [".venv-sam/bin/sam", "deploy"]
    # SAM refuses a bucket beside resolve_s3, which samconfig.toml sets for people.
    assert {"--no-confirm-changeset", "--no-resolve-s3", "--s3-bucket", "--role-arn", "--config-env"} <= set(command)
    variables = set(re.findall(r"vars\.(\w+)", text))
    described = " ".join(output["Description"] for output in outputs().values())
    assert variables - {"AWS_REGION"} == set(re.findall(r"Variable (\w+) of the GitHub environment", described))


def outputs() -> dict[str, Any]:
    written: dict[str, Any] = yaml_parse(PIPELINE.read_text(encoding="utf-8"))["Outputs"]
    return written


def test_what_the_deployment_names_is_in_samconfig() -> None:
    """The bucket's prefix and the stack's name, which the roles go by."""
    samconfig = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    for stage in ("dev", "prod"):
        assert samconfig[stage]["deploy"]["parameters"]["stack_name"] == f"rebasket-{stage}"

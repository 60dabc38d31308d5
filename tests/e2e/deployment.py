"""The real `sam deploy`, against an emulator; and what that emulator leaves out of a stack."""

from __future__ import annotations

import platform
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benches.package import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.emulator import Emulator

SAM = ROOT / ".venv-sam/bin/sam"
STACK = "rebasket-e2e"
STAGE = "e2e"
SENDER = "carts@shop.example"
EVENT_SOURCE = "rebasket.e2e"
# The emulator runs functions on this machine's processor.
ARCHITECTURE = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
_FUNCTION = re.compile(r"\$\{(\w+Aliaslive)\}")


@dataclass(frozen=True)
class Deployment:
    """A deployed stack."""

    emulator: Emulator
    template: Path

    def deploy(self) -> str:
        """Deploy with the project's own settings (samconfig.toml); what SAM said."""
        return _sam(
            self.emulator,
            "deploy",
            "--template-file",
            str(self.template),
            "--config-file",
            str(ROOT / "samconfig.toml"),
            "--stack-name",
            STACK,
            "--s3-prefix",
            STACK,
            "--parameter-overrides",
            f"Stage={STAGE}",
            f"Architecture={ARCHITECTURE}",
            f"SenderEmail={SENDER}",
            f"EmailEventSources={EVENT_SOURCE}",  # the emulator lets nobody but itself speak as aws.ses, as AWS does
            "DeletionProtection=false",
        )

    @property
    def outputs(self) -> dict[str, str]:
        described = self.emulator.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    @property
    def resources(self) -> dict[str, str]:
        """Physical ids by logical ones."""
        described = self.emulator.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in described}

    @property
    def api(self) -> str:
        """Base URL of the HTTP API, as the emulator serves it."""
        return f"{self.emulator.url}/_aws/execute-api/{self.resources['HttpApi']}/$default"

    def make_what_is_left_out(self) -> None:
        """ministack 1.5 makes an HTTP API without the routes of its OpenAPI body, and it knows no sender.

        It also leaves TTL off, which is as well: its reaper would delete due timers without a stream record.
        """
        template = self.emulator.client("cloudformation").get_template(StackName=STACK, TemplateStage="Processed")
        resources, gateway = self.resources, self.emulator.client("apigatewayv2")
        api: dict[str, Any] = template["TemplateBody"]["Resources"]["HttpApi"]["Properties"]["Body"]
        for path, methods in api["paths"].items():
            for method, operation in methods.items():
                uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
                alias = _FUNCTION.findall(uri)[0]
                integration = gateway.create_integration(
                    ApiId=resources["HttpApi"],
                    IntegrationType="AWS_PROXY",
                    IntegrationUri=resources[alias],
                    PayloadFormatVersion=operation["x-amazon-apigateway-integration"]["payloadFormatVersion"],
                )
                gateway.create_route(
                    ApiId=resources["HttpApi"],
                    RouteKey=f"{method.upper()} {path}",
                    Target=f"integrations/{integration['IntegrationId']}",
                )
        self.emulator.client("sesv2").create_email_identity(EmailIdentity=SENDER)


def _sam(emulator: Emulator, *arguments: str) -> str:
    """Run SAM in the project's folder; what it said. Fails with that."""
    environment = emulator.environment | {
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
    }
    done = subprocess.run(
        [SAM, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout

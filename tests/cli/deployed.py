"""A deployed stack, as `rebasket doctor` meets it: in moto, and by prepared answers."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.stub import Stubber

from rebasket.wiring import App
from rebasket_cli.doctor.clients import Clients
from rebasket_cli.doctor.facts import Facts
from rebasket_cli.doctor.gather import Gatherer
from tests.template.moto_stack import REGION

STACK = "arn:aws:cloudformation:eu-central-1:123456789012:stack/rebasket/1"
CREATED = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = ["SEND", "DELIVERY", "DELIVERY_DELAY", "BOUNCE", "COMPLAINT", "REJECT"]


class Deployed(NamedTuple):
    """A stack in moto; what moto does not play waits for prepared answers."""

    clients: Clients
    app: App
    said: dict[str, str]
    cloudformation: Stubber
    sesv2: Stubber
    sns: Stubber

    def gatherer(self, **changes: Any) -> Gatherer:  # noqa: ANN401  # any of its fields
        usual = {"clients": self.clients, "open_app": lambda: self.app, "txt": lambda _name: ["v=DMARC1; p=none"], "wait": None}
        return Gatherer(**{**usual, **changes})

    def look(self, **changes: Any) -> Facts:  # noqa: ANN401  # whatever facts take
        return self.gatherer(**changes)("rebasket", REGION, self.app.clock())

    def describe(self, sender: str = "hi@tea.shop") -> None:
        """Prepare CloudFormation's description of the stack."""
        stack = {
            "StackId": STACK,
            "StackName": "rebasket",
            "StackStatus": "UPDATE_COMPLETE",
            "CreationTime": CREATED,
            "Parameters": [
                {"ParameterKey": "SenderEmail", "ParameterValue": sender},
                {"ParameterKey": "Stage", "ParameterValue": "test"},
            ],
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in self.said.items()],
        }
        self.cloudformation.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "rebasket"})

    def list_resources(self, *resources: tuple[str, str, str]) -> None:
        summaries = [
            {
                "LogicalResourceId": logical,
                "PhysicalResourceId": physical,
                "ResourceType": kind,
                "LastUpdatedTimestamp": CREATED,
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for kind, logical, physical in resources
        ]
        self.cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": summaries}, {"StackName": "rebasket"})

    def answer_mail(self) -> None:
        """Prepare SES and SNS: a verified domain, production access, events on EventBridge."""
        self.sesv2.add_client_error("get_email_identity", "NotFoundException", expected_params={"EmailIdentity": "hi@tea.shop"})
        self.sesv2.add_response(
            "get_email_identity",
            {
                "VerifiedForSendingStatus": True,
                "DkimAttributes": {"Status": "SUCCESS", "SigningEnabled": True},
                "MailFromAttributes": {
                    "MailFromDomain": "bounce.tea.shop",
                    "MailFromDomainStatus": "SUCCESS",
                    "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
                },
            },
            {"EmailIdentity": "tea.shop"},
        )
        quota = {"Max24HourSend": 50_000, "MaxSendRate": 14, "SentLast24Hours": 3}
        self.sesv2.add_response(
            "get_account",
            {"ProductionAccessEnabled": True, "SendingEnabled": True, "EnforcementStatus": "HEALTHY", "SendQuota": quota},
        )
        self.sesv2.add_response("get_configuration_set", {"SendingOptions": {"SendingEnabled": True}})
        destination = {
            "Name": "event-bus",
            "Enabled": True,
            "MatchingEventTypes": KINDS,
            "EventBridgeDestination": {"EventBusArn": f"arn:aws:events:{REGION}:123456789012:event-bus/default"},
        }
        log = {"Name": "log", "Enabled": True, "MatchingEventTypes": KINDS, "SnsDestination": {"TopicArn": "arn:aws:sns:::x"}}
        self.sesv2.add_response("get_configuration_set_event_destinations", {"EventDestinations": [log, destination]})
        self.sns.add_response("get_sms_attributes", {"attributes": {}}, {"attributes": ["MonthlySpendLimit"]})
        self.sns.add_response("get_sms_sandbox_account_status", {"IsInSandbox": True})

"""What a function's role, and other resources' policies, let it do: checked on each of its AWS calls.

What a call asks for follows https://docs.aws.amazon.com/service-authorization/latest/reference/. Two things are taken
leniently, because the documents leave them open: SES takes SendEmail or SendRawEmail for a raw message, and an identity
may be the address or its domain.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parseaddr
from typing import Final

from rebasket_local.errors import TemplateInvalid
from rebasket_local.json_value import Json
from rebasket_local.policies import Policy, Request
from rebasket_local.stack import Resource, Stack

_READ_STREAM: Final = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
_MANAGED: Final[Mapping[str, list[str]]] = {
    "service-role/AWSLambdaBasicExecutionRole": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "service-role/AWSLambdaDynamoDBExecutionRole": [
        *_READ_STREAM,
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ],
    "AWSXRayDaemonWriteAccess": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "AWSXrayWriteOnlyAccess": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
}
"""AWS's own policies that SAM attaches, as far as it matters; all on every resource."""

_TRANSACTION_ACTIONS: Final = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem",
}  # fmt: skip
_EQUALITY: Final = re.compile(r"([#\w.-]+)\s*=\s*(:\w+)")


class Permissions:
    """Roles and resource policies of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        acting = {str(each.properties["Role"]) for each in stack.of_type("AWS::Lambda::Function")}
        acting |= {str(each.properties["Target"]["RoleArn"]) for each in stack.of_type("AWS::Scheduler::Schedule")}
        roles = [role for role in stack.of_type("AWS::IAM::Role") if role.arn in acting]
        self._roles = {role.arn: Policy(_documents(role), role.logical_id) for role in roles}
        self._always: dict[tuple[str | None, ...], bool] = {}
        """Whether a role may do something with a table whatever the item: asked on every call, and dear to work out."""
        self._queues: dict[str, Policy] = {}
        for policy in stack.of_type("AWS::SQS::QueuePolicy"):
            for url in policy.properties["Queues"]:
                self._queues[url] = Policy([policy.properties["PolicyDocument"]], policy.logical_id)
        self._hash_keys = {
            table.ref: next(key["AttributeName"] for key in table.properties["KeySchema"] if key["KeyType"] == "HASH")
            for table in stack.of_type("AWS::DynamoDB::Table")
        }

    def role_allows(self, role_arn: str, action: str, resource: str) -> bool:
        """A role of another stack allows all: this one does not know."""
        policy = self._roles.get(role_arn)
        return policy is None or policy.allows(Request(action, resource, {}))

    def queue_allows(self, queue: Resource, service: str, source_arn: str) -> bool:
        """Whether the queue's own policy lets a service send messages to it on behalf of a resource."""
        policy = self._queues.get(queue.ref)
        context = {"aws:sourcearn": [source_arn], "aws:securetransport": ["true"]}
        return policy is not None and policy.allows(Request("sqs:SendMessage", queue.arn, context), service)

    def may_invoke(self, function: str, service: str, source_arn: str) -> bool:
        """Whether an AWS::Lambda::Permission lets a service invoke the function (ARN, maybe an alias') for a resource."""
        return any(
            permission.properties["FunctionName"] in {function, function.rpartition(":")[2]}
            and permission.properties["Principal"] == service
            and _arn_matches(source_arn, permission.properties.get("SourceArn", "*"))
            for permission in self._stack.of_type("AWS::Lambda::Permission")
        )

    def denial(self, role_arn: str, function: str, service: str, operation: str, params: Mapping[str, Json]) -> str | None:
        """AWS's words for why the role may not make this call; None if it may."""
        policy = self._roles.get(role_arn)
        if policy is None or self._always_may(role_arn, policy, service, operation, params):
            return None
        for alternatives in self.requests_of(service, operation, params):
            if not any(policy.allows(request) for request in alternatives):
                request = alternatives[0]
                role = role_arn.rpartition("/")[2]
                user = f"arn:{self._stack.partition}:sts::{self._stack.account}:assumed-role/{role}/{function}"
                return (
                    f"User: {user} is not authorized to perform: {request.action} "
                    f"on resource: {request.resource} because no identity-based policy allows the {request.action} action"
                )
        return None

    def _always_may(self, role_arn: str, policy: Policy, service: str, operation: str, params: Mapping[str, Json]) -> bool:
        if service != "dynamodb" or "TableName" not in params:
            return False
        kind = (role_arn, operation, params["TableName"], params.get("IndexName"))
        if kind not in self._always:
            self._always[kind] = policy.always_allows(self._on_table(operation, params["TableName"], [], params.get("IndexName")))
        return self._always[kind]

    # --- What calls ask for ----------------------------------------------------------------------------------------------

    def requests_of(self, service: str, operation: str, params: Mapping[str, Json]) -> Iterable[list[Request]]:
        """What a call asks for: of each group of alternatives, one has to be allowed."""
        match service:
            case "dynamodb":
                return ([request] for request in self._on_tables(operation, params))
            case "sesv2":
                return self._on_mail(operation, params)
            case "sns":
                # A phone number has no ARN, and is covered by nothing but a plain asterisk.
                return [[Request(f"sns:{operation}", params.get("TopicArn") or params.get("TargetArn") or "*", {})]]
            case "sqs":
                name = str(params.get("QueueUrl", "")).rpartition("/")[2]
                return [[Request(f"sqs:{operation.removesuffix('Batch')}", self._stack.arn("sqs", name), {})]]
            case "ssm":
                names = [params["Name"]] if "Name" in params else params.get("Names") or [params.get("Path", "*")]
                return [
                    [Request(f"ssm:{operation}", self._stack.arn("ssm", f"parameter/{name.lstrip('/')}"), {})] for name in names
                ]
            case "s3":
                key = f"/{params['Key']}" if "Key" in params else ""
                return [[Request(f"s3:{operation}", f"arn:{self._stack.partition}:s3:::{params.get('Bucket', '*')}{key}", {})]]
            case _:
                return [[Request(f"{service}:{operation}", "*", {})]]

    def _on_tables(self, operation: str, params: Mapping[str, Json]) -> Iterator[Request]:
        match operation:
            case "BatchWriteItem":
                for table, writes in params["RequestItems"].items():
                    items = [inner.get("Item") or inner.get("Key") for write in writes for inner in write.values()]
                    yield self._on_table(operation, table, [self._leading_key(table, item) for item in items])
            case "BatchGetItem":
                for table, reads in params["RequestItems"].items():
                    yield self._on_table(operation, table, [self._leading_key(table, key) for key in reads["Keys"]])
            case "TransactWriteItems" | "TransactGetItems":
                for item in params["TransactItems"]:
                    for kind, inner in item.items():
                        key = self._leading_key(inner["TableName"], inner.get("Item") or inner["Key"])
                        yield self._on_table(_TRANSACTION_ACTIONS[kind], inner["TableName"], [key])
            case "Query":
                yield self._on_table(operation, params["TableName"], self._keys_asked(params), params.get("IndexName"))
            case _:
                item = params.get("Item") or params.get("Key")
                table = params.get("TableName", "*")
                yield self._on_table(operation, table, [self._leading_key(table, item)] if item else [], params.get("IndexName"))

    def _on_table(self, operation: str, table: str, keys: list[str], index: str | None = None) -> Request:
        name = table.rpartition("/")[2]
        arn = self._stack.arn("dynamodb", f"table/{name}") + (f"/index/{index}" if index else "")
        return Request(f"dynamodb:{operation}", arn, {"dynamodb:leadingkeys": keys})

    def _leading_key(self, table: str, item: Mapping[str, Json]) -> str:
        value = item[self._hash_keys.get(table.rpartition("/")[2], "pk")]
        return str(next(iter(value.values())) if isinstance(value, Mapping) else value)

    def _keys_asked(self, params: Mapping[str, Json]) -> list[str]:
        expression, names = params.get("KeyConditionExpression"), params.get("ExpressionAttributeNames") or {}
        wanted = self._hash_keys.get(params["TableName"].rpartition("/")[2], "pk")
        if not isinstance(expression, str):
            return []
        placeholders = [value for name, value in _EQUALITY.findall(expression) if names.get(name, name) == wanted]
        return [str(next(iter(params["ExpressionAttributeValues"][value].values()))) for value in placeholders]

    def _on_mail(self, operation: str, params: Mapping[str, Json]) -> Iterator[list[Request]]:
        raw = "Raw" in (params.get("Content") or {})
        actions = ["ses:SendRawEmail", "ses:SendEmail"] if operation == "SendEmail" and raw else [f"ses:{operation}"]
        address = parseaddr(params.get("FromEmailAddress") or "")[1]
        context = {"ses:fromaddress": [address] if address else [], "ses:apiversion": ["2"]}
        identities = [address, address.rpartition("@")[2]] if address else ["*"]
        yield [
            Request(action, self._stack.arn("ses", f"identity/{identity}"), context)
            for action in actions
            for identity in identities
        ]
        if "ConfigurationSetName" in params:
            arn = self._stack.arn("ses", f"configuration-set/{params['ConfigurationSetName']}")
            yield [Request(action, arn, context) for action in actions]


def _documents(role: Resource) -> Iterator[Mapping[str, Json]]:
    for policy in role.properties.get("Policies", []):
        yield policy["PolicyDocument"]
    for arn in role.properties.get("ManagedPolicyArns", []):
        name = arn.partition(":policy/")[2]
        if name not in _MANAGED:
            raise TemplateInvalid(role.logical_id, f"the local cloud does not know what the managed policy {arn} allows")
        yield {"Statement": {"Effect": "Allow", "Action": _MANAGED[name], "Resource": "*"}}


def _arn_matches(arn: str, pattern: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), arn) is not None

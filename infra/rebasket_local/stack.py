"""The template with its parameters: resources as they would stand in an account after a deployment.

SAM's translator makes plain CloudFormation of it (`sam`), in which intrinsic functions stay; moto's CloudFormation would
resolve them, but says "complete" to Serverless, Scheduler, SES and ApiGatewayV2 resources without making them, so that a
wrong template would pass. Here what has no value raises.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rebasket_local.errors import NotInTemplate, TemplateInvalid, Unresolvable
from rebasket_local.intrinsics import NO_VALUE, Resolver
from rebasket_local.json_value import Json
from rebasket_local.names import NAMING, UNNAMED, Naming, stable_id
from rebasket_local.sam import transform

ACCOUNT: Final = "123456789012"
"""moto's account."""


@dataclass(frozen=True)
class Resource:
    """One resource of the stack, its properties resolved."""

    logical_id: str
    type: str
    properties: Mapping[str, Json]
    metadata: Mapping[str, Json]
    ref: str
    """What `Ref` gives."""
    arn: str
    """Empty where the type has none."""


class Stack:
    """Resources, outputs and names of one template with one set of parameters.

    Raises `TemplateInvalid` when the template cannot be read, a parameter is missing, unknown or not allowed, or a
    property that is asked for has no value.
    """

    def __init__(self, template: Path, parameters: Mapping[str, str], *, region: str, name: str) -> None:
        self.template = template.resolve()
        self.root = self.template.parent
        self.region = region
        self.name = name
        self.account = ACCOUNT
        self._document = transform(self.template, parameters, region)
        self._parameters = _parameter_values(self._document.get("Parameters", {}), parameters)
        self._resolver = Resolver(self)
        self._resources: dict[str, Resource] = {}
        self._raw: dict[str, Mapping[str, Json]] = {
            logical_id: raw
            for logical_id, raw in self._document["Resources"].items()
            if "Condition" not in raw or self.condition(raw["Condition"], logical_id)
        }

    @property
    def partition(self) -> str:
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def url_suffix(self) -> str:
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def outputs(self) -> dict[str, Json]:
        """The template's outputs by name; those with a condition that does not hold are not there."""
        outputs: Mapping[str, Mapping[str, Json]] = self._document.get("Outputs") or {}
        return {
            name: self._resolver.resolve(output["Value"], f"Outputs.{name}")
            for name, output in outputs.items()
            if "Condition" not in output or self.condition(output["Condition"], f"Outputs.{name}")
        }

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this stack's account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def types(self) -> dict[str, str]:
        """Logical id → type, for all resources whose condition holds."""
        return {logical_id: raw["Type"] for logical_id, raw in self._raw.items()}

    def resource(self, logical_id: str) -> Resource:
        """Raises `NotInTemplate`, `Unresolvable`."""
        if logical_id not in self._raw:
            raise NotInTemplate(f"resource {logical_id}", ", ".join(self._raw))
        if logical_id not in self._resources:
            raw = self._raw[logical_id]
            self._resources[logical_id] = Resource(
                logical_id,
                raw["Type"],
                self._resolver.resolve(raw.get("Properties") or {}, logical_id),
                raw.get("Metadata") or {},
                self.ref(logical_id, logical_id),
                self._arn(logical_id),
            )
        return self._resources[logical_id]

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Resources of these types, in the order of the template."""
        for logical_id, raw in self._raw.items():
            if raw["Type"] in types:
                yield self.resource(logical_id)

    def by_arn(self, arn: str, *types: str) -> Resource | None:
        """The resource of these types that has this ARN."""
        return next((resource for resource in self.of_type(*types) if resource.arn == arn), None)

    def nested(self, logical_id: str) -> "Stack":
        """The stack that a resource nests, with the parameters that this one gives it. Raises as this one does."""
        properties = self.resource(logical_id).properties
        given = {name: str(value) for name, value in properties["Parameters"].items()}
        return Stack(self.root / properties["TemplateURL"], given, region=self.region, name=f"{self.name}-{logical_id}")

    # --- Meanings of names (intrinsics.Meanings) --------------------------------------------------------------------

    def ref(self, name: str, where: str) -> Json:
        pseudo = {
            "AWS::Region": self.region,
            "AWS::AccountId": self.account,
            "AWS::Partition": self.partition,
            "AWS::URLSuffix": self.url_suffix,
            "AWS::StackName": self.name,
            "AWS::StackId": f"arn:{self.partition}:cloudformation:{self.region}:{self.account}:stack/{self.name}/local",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        if name not in self._raw:
            raise Unresolvable(where, f"there is no parameter or resource {name}")
        match self._raw[name]["Type"]:
            case "AWS::Lambda::Alias":
                return f"{self._function_arn(name)}:{self._property(name, 'Name')}"
            case "AWS::Lambda::Version":
                return f"{self._function_arn(name)}:1"
            case _:
                return self._format(name, self._naming(name).ref)

    def attribute(self, resource: str, attribute: str, where: str) -> Json:
        if resource not in self._raw:
            raise Unresolvable(where, f"there is no resource {resource}")
        naming = self._naming(resource)
        kind = self._raw[resource]["Type"]
        if kind == "AWS::Lambda::Version" and attribute == "Version":
            return "1"
        if kind == "AWS::CloudFormation::Stack" and attribute.startswith("Outputs."):
            return self.nested(resource).outputs[attribute.removeprefix("Outputs.")]
        if kind == "AWS::SSM::Parameter" and attribute in naming.attributes:
            return self._property(resource, attribute)
        if attribute == naming.arn_attribute and naming.arn:
            return self._arn(resource)
        if attribute not in naming.attributes:
            raise Unresolvable(where, f"the local cloud does not know {attribute} of {resource} ({kind})")
        return self._format(resource, naming.attributes[attribute])

    def condition(self, name: str, where: str) -> bool:
        conditions = self._document.get("Conditions") or {}
        if name not in conditions:
            raise Unresolvable(where, f"there is no condition {name}")
        return bool(self._resolver.resolve(conditions[name], f"Conditions.{name}"))

    def mapping(self, name: str, where: str) -> Mapping[str, Json]:
        mappings: Mapping[str, Mapping[str, Json]] = self._document.get("Mappings") or {}
        if name not in mappings:
            raise Unresolvable(where, f"there is no mapping {name}")
        return mappings[name]

    # --- Names ------------------------------------------------------------------------------------------------------

    def _naming(self, logical_id: str) -> Naming:
        return NAMING.get(self._raw[logical_id]["Type"], UNNAMED)

    def _property(self, logical_id: str, name: str) -> Json:
        return self._resolver.resolve((self._raw[logical_id].get("Properties") or {}).get(name, ""), f"{logical_id}.{name}")

    def _function_arn(self, logical_id: str) -> str:
        name = self._property(logical_id, "FunctionName")
        return name if name.startswith("arn:") else f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{name}"

    def _arn(self, logical_id: str) -> str:
        return self._format(logical_id, self._naming(logical_id).arn)

    def _format(self, logical_id: str, pattern: str) -> str:
        naming = self._naming(logical_id)
        name = (self._property(logical_id, naming.name_property) if naming.name_property else "") or f"{self.name}-{logical_id}"
        values = {
            "name": name.lower() if naming.lower else name,
            "id": stable_id(f"{self.name}/{logical_id}"),
            "region": self.region,
            "account": self.account,
            "partition": self.partition,
            "suffix": self.url_suffix,
        }
        return pattern.format(**values, arn=naming.arn.format(**values))


def _parameter_values(declared: Mapping[str, Mapping[str, Json]], given: Mapping[str, str]) -> dict[str, Json]:
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise TemplateInvalid("Parameters", f"the template has no parameter {', '.join(unknown)}; it has {', '.join(declared)}")
    values: dict[str, Json] = {}
    for name, declaration in declared.items():
        where = f"Parameters.{name}"
        value = str(given[name] if name in given else declaration.get("Default", NO_VALUE))
        if name not in given and "Default" not in declaration:
            raise TemplateInvalid(where, "needs a value: it has no default")
        kind = declaration.get("Type", "String")
        if kind.startswith("AWS::SSM::Parameter::Value") and name not in given:
            raise TemplateInvalid(where, "is read from SSM on deployment: give its value")
        if "AllowedValues" in declaration and value not in [str(allowed) for allowed in declaration["AllowedValues"]]:
            raise TemplateInvalid(where, f"{value!r} is not one of {declaration['AllowedValues']}")
        if "AllowedPattern" in declaration and not re.fullmatch(declaration["AllowedPattern"], value):
            raise TemplateInvalid(where, f"{value!r} does not match {declaration['AllowedPattern']}")
        if kind == "Number" and not _within(value, declaration):
            raise TemplateInvalid(
                where, f"{value!r} is no number between {declaration.get('MinValue')} and {declaration.get('MaxValue')}"
            )
        values[name] = [part.strip() for part in value.split(",")] if kind in {"CommaDelimitedList", "List<String>"} else value
    return values


def _within(value: str, declaration: Mapping[str, Json]) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return float(declaration.get("MinValue", number)) <= number <= float(declaration.get("MaxValue", number))

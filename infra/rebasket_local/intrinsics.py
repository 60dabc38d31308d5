"""CloudFormation's intrinsic functions, given what `Ref`, `Fn::GetAtt`, conditions and mappings mean.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from rebasket_local.errors import Unresolvable
from rebasket_local.json_value import Json

NO_VALUE: Final = object()
"""`AWS::NoValue`: the property or element that has it is not there."""

_PLACEHOLDER: Final = re.compile(r"\$\{(!?)([^}]+)\}")


class Meanings(Protocol):
    """What the names in a template stand for; each raises `Unresolvable`."""

    def ref(self, name: str, where: str) -> Json: ...
    def attribute(self, resource: str, attribute: str, where: str) -> Json: ...
    def condition(self, name: str, where: str) -> bool: ...
    def mapping(self, name: str, where: str) -> Mapping[str, Json]: ...


class Resolver:
    """Replaces intrinsic functions by their values."""

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._functions: Mapping[str, Callable[[Json, str], Json]] = {
            "Ref": meanings.ref,
            "Condition": meanings.condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda value, where: b64encode(str(self.resolve(value, where)).encode()).decode(),
            "Fn::Equals": self._equals,
            "Fn::Not": lambda value, where: not self._truths(value, where)[0],
            "Fn::And": lambda value, where: all(self._truths(value, where)),
            "Fn::Or": lambda value, where: any(self._truths(value, where)),
        }

    def resolve(self, value: Json, where: str) -> Json:
        """The value with all functions in it replaced. Raises `Unresolvable`, naming the place `where` it stands."""
        if isinstance(value, Mapping):
            name = next(iter(value)) if len(value) == 1 else None
            if (
                name is not None
                and (name.startswith("Fn::") or name in {"Ref", "Condition"})
                and self._is_function(name, value[name])
            ):
                if name not in self._functions:
                    raise Unresolvable(where, f"{name} has no value here")
                return self._functions[name](value[name], where)
            resolved = {key: self.resolve(inner, f"{where}.{key}") for key, inner in value.items()}
            return {key: inner for key, inner in resolved.items() if inner is not NO_VALUE}
        if isinstance(value, list):
            elements = [self.resolve(inner, f"{where}[{index}]") for index, inner in enumerate(value)]
            return [inner for inner in elements if inner is not NO_VALUE]
        return value

    @staticmethod
    def _is_function(name: str, argument: Json) -> bool:
        """IAM statements have a key `Condition`, too; theirs is an object."""
        return name != "Condition" or isinstance(argument, str)

    def _get_att(self, argument: Json, where: str) -> Json:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        resource, attribute = (self.resolve(part, where) for part in parts)
        return self._meanings.attribute(resource, attribute, where)

    def _sub(self, argument: Json, where: str) -> str:
        text, names = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in names:
                return str(self.resolve(names[name], where))
            resource, dot, attribute = name.partition(".")
            return str(self._meanings.attribute(resource, attribute, where) if dot else self._meanings.ref(name, where))

        return _PLACEHOLDER.sub(value, text)

    def _if(self, argument: Sequence[Json], where: str) -> Json:
        name, then, otherwise = argument
        return self.resolve(then if self._meanings.condition(name, where) else otherwise, where)

    def _join(self, argument: Sequence[Json], where: str) -> str:
        delimiter, parts = argument
        return str(delimiter).join(str(part) for part in self.resolve(parts, where))

    def _select(self, argument: Sequence[Json], where: str) -> Json:
        index, options = (self.resolve(part, where) for part in argument)
        try:
            return options[int(index)]
        except (IndexError, ValueError) as error:
            raise Unresolvable(where, f"Fn::Select has no element {index} in {options}") from error

    def _split(self, argument: Sequence[Json], where: str) -> list[str]:
        delimiter, text = (self.resolve(part, where) for part in argument)
        return str(text).split(delimiter)

    def _find_in_map(self, argument: Sequence[Json], where: str) -> Json:
        name, top, second = (self.resolve(part, where) for part in argument[:3])
        try:
            return self._meanings.mapping(name, where)[top][second]
        except KeyError as error:
            raise Unresolvable(where, f"mapping {name} has no [{top}][{second}]") from error

    def _equals(self, argument: Sequence[Json], where: str) -> bool:
        left, right = (self.resolve(part, where) for part in argument)
        return str(left) == str(right)

    def _truths(self, argument: Sequence[Json], where: str) -> list[bool]:
        return [bool(self.resolve(part, where)) for part in argument]

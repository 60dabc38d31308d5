"""Answers as a botocore client would give them, for a call that never went through HTTP."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, cast

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from moto.core.exceptions import JsonRESTError

from rebasket_local.json_value import Json

OK: Final = 200


class Hooks:
    """What hooks into one client's operation by botocore's events, as boto3's resources do, which change values both ways.

    Whether anything but botocore itself does is asked once for each client and operation.
    """

    def __init__(self, client: BaseClient, operation: str) -> None:
        self.model: OperationModel = client.meta.service_model.operation_model(operation)
        self._events = client.meta.events
        self._name = f"dynamodb.{operation}"
        self._context: dict[str, Json] = {"client_region": client.meta.region_name, "client_config": client.meta.config}
        self._changes = self._anything_foreign("provide-client-params", {}) or self._anything_foreign(
            "before-parameter-build", {}
        )
        self._listens = True

    def _anything_foreign(self, event: str, params: Mapping[str, Json]) -> bool:
        answers = self._events.emit(f"{event}.{self._name}", params=params, model=self.model, context=self._context)
        return any(not handler.__module__.startswith("botocore.") for handler, _ in answers)

    def changed(self, params: Mapping[str, Json]) -> Mapping[str, Json]:
        """The parameters as they would go out."""
        if not self._changes:
            return params
        for event in ("provide-client-params", "before-parameter-build"):
            answers = self._events.emit(f"{event}.{self._name}", params=params, model=self.model, context=self._context)
            params = next((answer for _, answer in answers if answer is not None), params)
        return params

    def tell(self, parsed: dict[str, Json]) -> None:
        """The response is there, to look at and to change in place."""
        if self._listens:
            answers = self._events.emit(
                f"after-call.{self._name}",
                http_response=AWSResponse("local", OK, HTTPHeaders(), None),
                parsed=parsed,
                model=self.model,
                context=self._context,
            )
            self._listens = any(not handler.__module__.startswith("botocore.") for handler, _ in answers)


def pruned(value: Json, shape: Shape | None) -> Json:
    """The members that the operation's output has; what moto says besides is lost on the plain path, too."""
    if isinstance(shape, StructureShape):
        if shape.name == "AttributeValue":
            return value
        return {name: pruned(value[name], member) for name, member in _members(shape).items() if value.get(name) is not None}
    if isinstance(shape, MapShape):
        return {key: pruned(inner, shape.value) for key, inner in value.items()}
    if isinstance(shape, ListShape):
        return [pruned(inner, shape.member) for inner in value]
    return value


@lru_cache(maxsize=256)
def _members(shape: StructureShape) -> dict[str, Shape]:
    return dict(shape.members)


def error_class(client: BaseClient, code: str) -> Callable[[Mapping[str, Json], str], ClientError]:
    """The client's own class for an error code, made with (response, operation)."""
    return cast("Callable[[Mapping[str, Json], str], ClientError]", client.exceptions.from_code(code))


def client_error(client: BaseClient, model: OperationModel, error: JsonRESTError) -> ClientError:
    """moto's error as the client raises it."""
    parser = create_parser(model.service_model.protocol)
    response: dict[str, Json] = {"status_code": error.code, "headers": {}, "body": error.get_body().encode()}
    parsed = parser.parse(response, cast("Shape", model.output_shape))
    code = str(parsed.get("Error", {}).get("Code", ""))
    shape = model.service_model.shape_for_error_code(code)  # type: ignore[arg-type]  # the stubs say int, AWS sends names
    if shape is not None:
        parsed.update(parser.parse(response, shape))
    parsed["ResponseMetadata"] = metadata(error.code)
    return error_class(client, code)(parsed, model.name)


def metadata(status: int) -> dict[str, Json]:
    """Of a response that came by no HTTP."""
    return {"RequestId": "LOCAL", "HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}

"""Every AWS call of the process passes here while the local cloud runs.

One place for what has to see them all: the fast way to moto, permissions, what the outbox and a test's faults look at.
It stands where botocore has a client perform an operation; before that a client only names the operation.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast
from unittest.mock import patch

from botocore.client import BaseClient

from rebasket_local.faults import Call, Faults
from rebasket_local.json_value import Json
from rebasket_local.moto_fast import FastDynamoDB, NotServed

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Caller:
    """The function whose code is running."""

    function: str
    request_id: str
    role_arn: str
    function_name: str


Refusal = Callable[[Caller, str, str, Mapping[str, Json]], tuple[str, str, int] | None]
"""Asked with caller, service, operation and parameters; answers in moto's place with code, message and HTTP status, or not."""


class Calls:
    """`caller` is set while a function runs; calls made outside of one, by a test or the demo, are nobody's business."""

    def __init__(self, fast: FastDynamoDB | None) -> None:
        self._fast = fast
        self._watchers: dict[tuple[str, str], list[Callable[[Call], None]]] = {}
        self.caller: Caller | None = None
        self.refusals: list[Refusal] = []
        self.faults: Faults | None = None

    def watch(self, service: str, operation: str, watcher: Callable[[Call], None]) -> None:
        """Have the functions' successful calls of one kind told to a watcher, before the function gets the response."""
        self._watchers.setdefault((service, operation), []).append(watcher)

    @contextmanager
    def intercepted(self) -> Iterator[None]:
        # Where every operation passes; moto's own manual names it as the place to stand.
        perform: Callable[..., Json] = BaseClient._make_api_call  # type: ignore[attr-defined]  # noqa: SLF001

        def make_api_call(client: BaseClient, operation_name: str, api_params: Mapping[str, Json]) -> Json:
            service = client.meta.service_model.service_name
            caller = self.caller
            if caller is None:
                return self._perform(perform, client, service, operation_name, api_params)
            self._refuse(caller, client, service, operation_name, api_params)
            break_it = self.faults.on_call if self.faults is not None else None
            watchers = self._watchers.get((service, operation_name), ())
            if break_it is None and not watchers:
                return self._perform(perform, client, service, operation_name, api_params)
            call = Call(caller.function, caller.request_id, service, operation_name, api_params, "before")
            if break_it is not None:
                break_it(call)
            response = self._perform(perform, client, service, operation_name, api_params)
            done = replace(call, when="after", response=response)
            for watcher in watchers:
                watcher(done)
            if break_it is not None:
                break_it(done)
            return response

        with patch.object(BaseClient, "_make_api_call", make_api_call):
            yield

    def _perform(
        self, perform: Callable[..., Json], client: BaseClient, service: str, operation: str, params: Mapping[str, Json]
    ) -> Json:
        if self._fast is not None and service == "dynamodb":
            try:
                return self._fast.call(client, operation, params)
            except NotServed:
                pass
        return perform(client, operation, params)

    def _refuse(self, caller: Caller, client: BaseClient, service: str, operation: str, params: Mapping[str, Json]) -> None:
        for refusal in self.refusals:
            answer = refusal(caller, service, operation, params)
            if answer is not None:
                code, message, status = answer
                error = {
                    "Error": {"Code": code, "Message": message},
                    "ResponseMetadata": {"HTTPStatusCode": status, "RetryAttempts": 0},
                }
                # The stubs take the class for an error.
                error_class = cast("Callable[[Json, str], ClientError]", client.exceptions.from_code(code))
                raise error_class(error, operation)

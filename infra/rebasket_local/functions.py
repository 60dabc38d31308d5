"""Lambda functions: loaded from the folder and layers that the template names, run with the environment it gives them."""

import json
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from rebasket_local.calls import Caller, Calls
from rebasket_local.clock import VirtualClock
from rebasket_local.errors import LocalCloudError, NotInTemplate, TemplateInvalid
from rebasket_local.faults import Faults, Invocation, ProcessKilled
from rebasket_local.isolation import CodeRoot, CodeSpace, captured_output, environment
from rebasket_local.sam import folder_of
from rebasket_local.stack import Resource, Stack

_LINES_KEPT: Final = 500
_PAYLOAD_LIMIT: Final = 6 * 1024 * 1024
"""Bytes of a synchronous request or response
(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)."""


@dataclass(frozen=True)
class Failure:
    """An invocation that did not end well, for people who look for the reason."""

    function: str
    at: datetime
    kind: str
    """The exception's name, or Timeout, Killed, ImportModuleError, MarshalError, Throttled, AccessDenied."""
    message: str
    trace: str
    event: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """How one invocation ended."""

    request_id: str
    result: Any = None
    failure: Failure | None = None

    @property
    def ok(self) -> bool:
        return self.failure is None

    @property
    def error_payload(self) -> dict[str, Any]:
        """What Lambda returns for a function that raised."""
        if self.failure is None:
            return {}
        return {"errorMessage": self.failure.message, "errorType": self.failure.kind, "requestId": self.request_id, "stackTrace": []}


class LambdaContext:
    """The second argument of a handler (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    identity: Final = None
    client_context: Final = None

    def __init__(self, function: "LambdaFunction", request_id: str, remaining: Callable[[], timedelta]) -> None:
        self.function_name = function.name
        self.function_version = "1"
        self.invoked_function_arn = function.resource.arn
        self.memory_limit_in_mb = str(function.memory)
        self.aws_request_id = request_id
        self.log_group_name = function.log_group
        self.log_stream_name = f"local/[1]{function.name}"
        self._remaining = remaining

    def get_remaining_time_in_millis(self) -> int:
        """By the virtual clock, which stands still while a function works and moves while it sleeps."""
        return max(0, int(self._remaining() / timedelta(milliseconds=1)))


class LambdaFunction:
    """One function; `paused` throttles it, as reserving no concurrency would. Raises `TemplateInvalid` if it cannot be found."""

    def __init__(self, stack: Stack, resource: Resource, roots: list[CodeRoot], project: frozenset[str]) -> None:
        properties = resource.properties
        self.resource = resource
        self.logical_id = resource.logical_id
        self.name = resource.ref
        self.role_arn = str(properties["Role"])
        self.memory = int(properties.get("MemorySize", 128))
        self.timeout = timedelta(seconds=int(properties.get("Timeout", 3)))
        self.log_group = (properties.get("LoggingConfig") or {}).get("LogGroup", f"/aws/lambda/{self.name}")
        self.log: deque[str] = deque(maxlen=_LINES_KEPT)
        self.paused = False
        module, _, self._attribute = str(properties["Handler"]).rpartition(".")
        self._module = module.replace("/", ".")
        self._space = CodeSpace(self.logical_id, roots, project)
        self._handler: Callable[[Any, LambdaContext], Any] | None = None
        self._environment = _environment_of(self, stack.region)
        if not any((found := root.find(self._module)) and found[0] for root in roots):
            raise TemplateInvalid(self.logical_id, f"handler {properties['Handler']} is in none of {', '.join(str(root.folder) for root in roots)}")

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    @contextmanager
    def process(self) -> Iterator[None]:
        """While inside, modules, environment and output are the function's."""
        lines: list[str] = []
        try:
            with environment(self._environment), self._space.entered(), captured_output(lines):
                yield
        finally:
            self.log.extend("".join(lines).splitlines())

    def module(self, name: str) -> Any:
        """The function's own copy of a module, for a test that has to change something in it."""
        with self.process():
            return self._space.import_module(name)

    def run(self, event: Any, context: LambdaContext) -> Any:
        """Inside `process`: import the handler if that was not done yet, and call it. Raises what it raises."""
        if self._handler is None:
            try:
                self._handler = getattr(self._space.import_module(self._module), self._attribute)
            except Exception as error:
                raise HandlerNotLoaded(f"Unable to import module '{self._module}': {error}") from error
        return self._handler(event, context)

    def kill(self) -> None:
        """The next invocation starts cold."""
        self._handler = None
        self._space.forget()


class HandlerNotLoaded(LocalCloudError):
    """Lambda calls it Runtime.ImportModuleError."""


class Functions:
    """All functions of a stack, by logical id, name or ARN (an alias' or version's, too)."""

    def __init__(self, stack: Stack, clock: VirtualClock, calls: Calls, faults: Faults, rng: Random) -> None:
        self._clock, self._calls, self._faults, self._rng = clock, calls, faults, rng
        roots = {function.logical_id: list(_code_roots(stack, function)) for function in stack.of_type("AWS::Lambda::Function")}
        project = frozenset(name for several in roots.values() for root in several for name in root.top_level_names())
        self._by_id = {
            function.logical_id: LambdaFunction(stack, function, roots[function.logical_id], project)
            for function in stack.of_type("AWS::Lambda::Function")
        }
        self._by_name = {function.name: function for function in self._by_id.values()}
        self.failures: list[Failure] = []
        self.invocations: dict[str, int] = dict.fromkeys(self._by_id, 0)
        self.after_each: list[Callable[[], None]] = []
        """Called when a function has ended, however it did."""

    def __getitem__(self, reference: str) -> LambdaFunction:
        found = self._by_id.get(reference) or self._by_name.get(_name_in(reference))
        if found is None:
            raise NotInTemplate(f"function {reference}", ", ".join(self._by_id))
        return found

    def __contains__(self, reference: str) -> bool:
        return reference in self._by_id or _name_in(reference) in self._by_name

    def __iter__(self) -> Iterator[LambdaFunction]:
        return iter(self._by_id.values())

    def new_request_id(self) -> str:
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def invoke(self, reference: str, event: Any, *, request_id: str | None = None, attempt: int = 0) -> Outcome:
        """Run a function to its end. What it raises is in the outcome, and in `failures`."""
        function = self[reference]
        request_id = request_id or self.new_request_id()
        self.invocations[function.logical_id] += 1
        payload = json.dumps(event)
        deadline = self._clock.now + function.timeout
        caller = Caller(function.logical_id, request_id, function.role_arn, function.name)
        before, self._calls.caller = self._calls.caller, caller

        def timed_out() -> None:
            raise ProcessKilled(f"Task timed out after {function.timeout.total_seconds():.2f} seconds")

        try:
            if len(payload) > _PAYLOAD_LIMIT:
                raise LocalCloudError(f"{len(payload)} bytes exceed the limit of a request, {_PAYLOAD_LIMIT}")
            with function.process(), self._clock.sleeping(deadline, timed_out):
                if self._faults.on_invoke is not None:
                    self._faults.on_invoke(Invocation(function.logical_id, json.loads(payload), request_id, self._clock.now, attempt))
                context = LambdaContext(function, request_id, lambda: deadline - self._clock.now)
                result = json.loads(json.dumps(function.run(json.loads(payload), context)))
            outcome = Outcome(request_id, result)
        except ProcessKilled as killed:
            function.kill()
            outcome = self._failed(function, request_id, event, "Killed" if not killed.args else "Sandbox.Timedout", killed)
        except HandlerNotLoaded as error:
            function.kill()
            outcome = self._failed(function, request_id, event, "Runtime.ImportModuleError", error)
        except Exception as error:  # whatever the function raises is its outcome
            outcome = self._failed(function, request_id, event, type(error).__name__, error)
        finally:
            self._calls.caller = before
        for notify in self.after_each:
            notify()
        return outcome

    def _failed(self, function: LambdaFunction, request_id: str, event: Any, kind: str, error: BaseException) -> Outcome:
        trace = "".join(traceback.format_exception(error))
        failure = Failure(function.logical_id, self._clock.now, kind, str(error), trace, event)
        self.failures.append(failure)
        return Outcome(request_id, failure=failure)


def _name_in(reference: str) -> str:
    """`arn:aws:lambda:eu-central-1:123456789012:function:NAME:live` → NAME."""
    return reference.split(":")[6] if reference.startswith("arn:") and reference.count(":") >= 6 else reference  # noqa: PLR2004 -- an ARN's own count


def _code_roots(stack: Stack, function: Resource) -> Iterator[CodeRoot]:
    folder = _existing(function, folder_of(function.properties.get("Code", {}), stack.root))
    build = function.metadata.get("BuildProperties") or {}
    yield CodeRoot(build.get("ParentPackages", "") if build.get("ParentPackageMode") == "explicit" else "", folder)
    for arn in function.properties.get("Layers", []):
        layer = stack.by_arn(arn, "AWS::Lambda::LayerVersion")
        content = folder_of(layer.properties.get("Content", {}), stack.root) if layer else None
        if layer is not None and content is not None and content.is_dir():
            yield CodeRoot("", content / "python" if (content / "python").is_dir() else content)


def _existing(function: Resource, folder: Path | None) -> Path:
    if folder is None or not folder.is_dir():
        raise TemplateInvalid(function.logical_id, f"there is no folder {folder}")
    return folder


def _environment_of(function: LambdaFunction, region: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime."""
    declared = (function.resource.properties.get("Environment") or {}).get("Variables", {})
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.resource.properties['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[1]{function.name}",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": str(function.resource.properties["Handler"]),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": "UTC",
        **{name: str(value) for name, value in declared.items()},
    }

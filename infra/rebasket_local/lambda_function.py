"""A Lambda function: loaded from the folder and layers that the template names, run with the environment it gives."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Final

from rebasket_local.errors import HandlerNotLoaded, TemplateInvalid
from rebasket_local.isolation import CodeRoot, CodeSpace, Imports, captured_output, environment
from rebasket_local.json_value import Json
from rebasket_local.sam import folder_of
from rebasket_local.stack import Resource, Stack

_LINES_KEPT: Final = 500


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

    def __init__(self, stack: Stack, resource: Resource, roots: list[CodeRoot], imports: Imports) -> None:
        properties = resource.properties
        self.resource = resource
        self.logical_id = resource.logical_id
        self.name = resource.ref
        self.role_arn = str(properties["Role"])
        self.memory = int(properties.get("MemorySize", 128))
        self.timeout = timedelta(seconds=int(properties.get("Timeout", 3)))
        self.log_group = (properties.get("LoggingConfig") or {}).get("LogGroup", f"/aws/lambda/{self.name}")
        self.log: deque[str] = deque(maxlen=_LINES_KEPT)
        self._warned: set[str] = set()
        self.paused = str(properties.get("ReservedConcurrentExecutions")) == "0"
        module, _, self._attribute = str(properties["Handler"]).rpartition(".")
        self._module = module.replace("/", ".")
        self._imports, self._space = imports, CodeSpace(self.logical_id, roots)
        self._handler: Callable[[Json, LambdaContext], Json] | None = None
        self._environment = _environment_of(self, stack.region)
        if not any((found := root.find(self._module)) and found[0] for root in roots):
            raise TemplateInvalid(
                self.logical_id, f"handler {properties['Handler']} is in none of {', '.join(str(root.folder) for root in roots)}"
            )

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    @contextmanager
    def process(self) -> Iterator[None]:
        """While inside, modules, environment and output are the function's."""
        lines: list[str] = []
        try:
            with environment(self._environment), self._imports.of(self._space), captured_output(lines, self._warned):
                yield
        finally:
            self.log.extend("".join(lines).splitlines())

    def module(self, name: str) -> Json:
        """The function's own copy of a module, for a test that has to change something in it."""
        with self.process():
            return import_module(name)

    def run(self, event: Json, context: LambdaContext) -> Json:
        """Inside `process`: import the handler if that was not done yet, and call it. Raises what it raises."""
        if self._handler is None:
            try:
                self._handler = getattr(import_module(self._module), self._attribute)
            except Exception as error:
                raise HandlerNotLoaded(f"Unable to import module '{self._module}': {error}") from error
        return self._handler(event, context)

    def kill(self) -> None:
        """The next invocation starts cold."""
        self._handler = None
        self._space.forget()


def code_roots(stack: Stack, function: Resource) -> Iterator[CodeRoot]:
    """Where a function's own code is: its CodeUri, then its layers. A layer without a folder holds packages only."""
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

"""`LocalCloud`: one stack, running; see the package for an example.

Nothing runs by itself. `http` and `invoke` run a function at once; what that causes — stream records, events, retries —
is on its way, and arrives when time moves: `advance`, `run_until`, `settle`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final, Protocol

import boto3

from rebasket_local.agenda import Agenda, Due
from rebasket_local.bus import EventBus
from rebasket_local.calls import Caller, Calls
from rebasket_local.clock import VirtualClock
from rebasket_local.contents import QueuedMessage, bucket_contents, queue_contents
from rebasket_local.destinations import Destinations
from rebasket_local.errors import NotInTemplate
from rebasket_local.faults import Faults
from rebasket_local.functions import Failure, Functions, Outcome
from rebasket_local.http_api import HttpApi
from rebasket_local.http_messages import Request, Response, lowered
from rebasket_local.invocations import AsyncInvocations
from rebasket_local.json_value import Json
from rebasket_local.lambda_function import LambdaFunction
from rebasket_local.machinery import Latencies, Machinery
from rebasket_local.moto_fast import FastDynamoDB
from rebasket_local.outbox import Message, Outbox
from rebasket_local.permissions import Permissions
from rebasket_local.process import taken
from rebasket_local.provision import check_types, provision
from rebasket_local.schedules import ClockSchedule
from rebasket_local.ses_events import DETAIL_TYPES, MailEvents
from rebasket_local.stack import Resource, Stack
from rebasket_local.streams import StreamMapping
from rebasket_local.ttl import Lateness, Ttl

TTL: Final = "TTL"
"""To `pause` DynamoDB's deletion of expired items."""


class Pausable(Protocol):
    paused: bool


class LocalCloud:
    """Made by `start`. `faults` is what a test may break, `failures` what broke, `outbox` what was sent."""

    def __init__(
        self, stack: Stack, clock: VirtualClock, calls: Calls, *, seed: int, latencies: Latencies, lateness: Lateness
    ) -> None:
        check_types(stack)
        self.stack = stack
        self.faults = Faults()
        self.outbox = Outbox(clock)
        self._clients: dict[str, Json] = {}
        self._clock, self._agenda, rng = clock, Agenda(), Random(seed)
        self._ttl = Ttl(self._agenda, clock, lateness, seed)
        self._watches = provision(stack, self.client, self._ttl.notice)
        self._permissions = Permissions(stack)
        self._functions = Functions(stack, clock, calls, self.faults, rng)
        destinations = Destinations(stack, self._permissions, self.client, self._denied)
        invocations = AsyncInvocations(stack, self._functions, self._agenda, clock, destinations)
        self._machinery = machinery = Machinery(
            stack, clock, self._agenda, rng, self.faults, self._functions, self._permissions, destinations, invocations, latencies
        )
        self._bus = EventBus(machinery)
        self._mappings = [StreamMapping(machinery, each) for each in stack.of_type("AWS::Lambda::EventSourceMapping")]
        self._schedules = [ClockSchedule(machinery, each) for each in stack.of_type("AWS::Scheduler::Schedule")]
        self._apis = [HttpApi(machinery, each) for each in stack.of_type("AWS::ApiGatewayV2::Api")]
        self._mail_events = MailEvents(stack)
        self._configuration_sets = {each.ref for each in stack.of_type("AWS::SES::ConfigurationSet")}
        self._functions.after_each.append(self.outbox.tell)
        calls.refusals += [self._deny, self._no_configuration_set]
        calls.faults = self.faults
        calls.watch("sesv2", "SendEmail", self.outbox.mailed)
        calls.watch("sns", "Publish", self.outbox.texted)
        calls.watch("events", "PutEvents", self._bus.put)
        for schedule in self._schedules:
            schedule.arrange()

    @classmethod
    @contextmanager
    def start(  # noqa: PLR0913  # all but three have a default
        cls,
        template_path: Path | str,
        parameters: Mapping[str, str],
        clock_start: datetime,
        fast: bool = True,  # noqa: FBT001, FBT002  # the one that everybody gives by name
        *,
        seed: int = 0,
        region: str = "eu-central-1",
        stack_name: str = "rebasket",
        identities: Sequence[str] = (),
        latencies: Latencies | None = None,
        ttl_lateness: Lateness | None = None,
        on_message: Callable[[Message], None] | None = None,
    ) -> Iterator["LocalCloud"]:
        """Run the template while inside.

        Args:
            template_path: The SAM template; folders in it are relative to it.
            parameters: Values of its parameters.
            clock_start: Aware. Virtual time begins here.
            fast: Take the fast way to moto's DynamoDB (`moto_fast`): no HTTP, no signatures, no checks of parameters by boto3.
            seed: Of every random draw, moto's identifiers included.
            region: Where the stack is.
            stack_name: Part of generated names.
            identities: Addresses or domains that SES has verified, made besides those of the template.
            latencies: How long things are on their way.
            ttl_lateness: How late TTL deletes.
            on_message: Called with each message when the function that sent it has ended.

        Raises:
            TemplateInvalid: The template cannot work; the message names the place.
            AlreadyRunning: One cloud at a time in a process.
        """
        stack = Stack(Path(template_path), parameters, region=region, name=stack_name)
        clock = VirtualClock(clock_start)
        calls = Calls(FastDynamoDB(stack.account) if fast else None)
        with taken(clock=clock, calls=calls, region=region, seed=seed):
            cloud = cls(stack, clock, calls, seed=seed, latencies=latencies or Latencies(), lateness=ttl_lateness or Lateness())
            cloud.outbox.on_message = on_message
            for identity in identities:
                cloud.client("sesv2").create_email_identity(EmailIdentity=identity)
            with cloud._functions.imports.watched():
                yield cloud

    # --- Time -------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self._clock.now

    def at(self, when: datetime, action: Callable[[], object]) -> Due:
        """Have something of your own done at a time (at once when time next moves, if that has passed)."""
        return self._agenda.add(max(when, self.now), action)

    def run_until(self, when: datetime) -> None:
        """Move time on, doing all that falls due on the way, in order; what falls due at `when` included."""
        while True:
            self._take_records()
            due = self._agenda.pop(when)
            if due is None:
                break
            self._clock.move_to(due.at)
            due.action()
        self._clock.move_to(when)

    def advance(self, by: timedelta) -> None:
        self.run_until(self.now + by)

    def settle(self, within: timedelta = timedelta(seconds=5)) -> None:
        """Move time on, no further than `within`, until nothing is on its way; schedules and own work run if they fall due."""
        limit = self.now + within
        while True:
            self._take_records()
            arrival = self._agenda.next_in_flight()
            if arrival is None or arrival > limit:
                return
            self.run_until(arrival)

    def _take_records(self) -> None:
        for stream_arn, watch in self._watches.items():
            records = watch.take_records()
            if records:
                for mapping in self._mappings:
                    if mapping.stream_arn == stream_arn:
                        mapping.accept(records)

    # --- What goes in -----------------------------------------------------------------------------------------------

    def http(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        *,
        source_ip: str = "192.0.2.1",
    ) -> Response:
        """A request to the HTTP API; `target` is the path with its query."""
        if not self._apis:
            raise NotInTemplate("HTTP API", ", ".join(sorted(set(self.stack.types().values()))))
        api = self._apis[0]
        named = {"host": api.host, **lowered(headers or {})}
        return api.answer(Request(method, target, named, body, source_ip, self._machinery.new_id()))

    def invoke(self, function: str, event: Json = None) -> Outcome:
        """Run a function directly and at once, by its logical id."""
        return self._functions.invoke(function, {} if event is None else event)

    def emit(self, source: str, detail_type: str, detail: Mapping[str, Json], resources: Sequence[str] = ()) -> None:
        """Put an event on the default bus."""
        self._bus.emit(source, detail_type, detail, resources)

    def mail_event(self, message: Message, kind: str, /, **about: Json) -> bool:
        """Have SES report on an e-mail: `kind` is Send, Delivery, Bounce, Complaint, DeliveryDelay, Reject, Open or Click.

        `about` replaces members of the event's own object: `mail_event(m, "Bounce", bounceType="Transient")`. False if
        the message's configuration set does not publish such events.
        """
        detail = self._mail_events.detail(message, kind, self.now, about)
        if not self._mail_events.is_published(message, kind):
            return False
        self.emit("aws.ses", DETAIL_TYPES[kind], detail, [self._mail_events.resource_of(message)])
        return True

    # --- What to look at --------------------------------------------------------------------------------------------

    @property
    def failures(self) -> list[Failure]:
        """Every invocation that failed, and everything that could not be put where the template says."""
        return self._functions.failures

    @property
    def invocations(self) -> Mapping[str, int]:
        """How often each function ran, by logical id."""
        return self._functions.invocations

    @property
    def outputs(self) -> Mapping[str, Json]:
        """The template's outputs."""
        return self.stack.outputs

    def function(self, logical_id: str) -> LambdaFunction:
        """For its log, its environment, its own copy of a module."""
        return self._functions[logical_id]

    def resource(self, logical_id: str) -> Resource:
        """For its name (`ref`) and ARN."""
        return self.stack.resource(logical_id)

    def client(self, service: str) -> Json:
        """A boto3 client of this cloud."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service, region_name=self.stack.region)  # type: ignore[call-overload]  # any service, by name
        return self._clients[service]

    def queue(self, logical_id: str) -> list[QueuedMessage]:
        """What is in a queue, oldest first; it stays there."""
        return queue_contents(self.stack, self.resource(logical_id))

    def objects(self, logical_id: str) -> dict[str, bytes]:
        """What is in a bucket, by key."""
        return bucket_contents(self.stack, self.resource(logical_id))

    # --- What to break ----------------------------------------------------------------------------------------------

    def pause(self, logical_id: str) -> None:
        """Stop a function (it is throttled), a schedule, a stream mapping, a rule, or `TTL`, until it is resumed."""
        self._pausable(logical_id).paused = True

    def resume(self, logical_id: str) -> None:
        self._pausable(logical_id).paused = False

    def skip_idle(self, logical_id: str, idle: Callable[[datetime], bool]) -> None:
        """Do not fire a schedule at times when `idle` knows that the function would find nothing to do.

        To run long times faster; what is skipped never runs, so a function that keeps count has to catch up, as after an outage.
        """
        schedule = next((each for each in self._schedules if each.logical_id == logical_id), None)
        if schedule is None:
            raise NotInTemplate(f"schedule {logical_id}", ", ".join(each.logical_id for each in self._schedules))
        schedule.idle = idle

    def _pausable(self, logical_id: str) -> Pausable:
        parts: dict[str, Pausable] = {TTL: self._ttl}
        parts |= {part.logical_id: part for part in self._functions}
        parts |= {schedule.logical_id: schedule for schedule in self._schedules}
        parts |= {mapping.logical_id: mapping for mapping in self._mappings}
        parts |= {rule.logical_id: rule for rule in self._bus.rules}
        if logical_id not in parts:
            raise NotInTemplate(f"function, schedule, mapping or rule {logical_id}", ", ".join(parts))
        return parts[logical_id]

    # --- What calls meet --------------------------------------------------------------------------------------------

    def _deny(self, caller: Caller, service: str, operation: str, params: Mapping[str, Json]) -> tuple[str, str, int] | None:
        message = self._permissions.denial(caller.role_arn, caller.function_name, service, operation, params)
        code = (
            "AccessDenied" if service in {"s3", "sqs"} else "AuthorizationError" if service == "sns" else "AccessDeniedException"
        )
        return (code, message, 403 if service in {"s3", "sns", "sqs", "sesv2"} else 400) if message else None

    def _no_configuration_set(
        self, _caller: Caller, service: str, operation: str, params: Mapping[str, Json]
    ) -> tuple[str, str, int] | None:
        name = params.get("ConfigurationSetName")
        if (service, operation) != ("sesv2", "SendEmail") or name is None or name in self._configuration_sets:
            return None  # moto does not ask
        return "NotFoundException", f"Configuration set {name} does not exist.", 404

    def _denied(self, logical_id: str, why: str) -> None:
        self.failures.append(Failure(logical_id, self.now, "AccessDenied", why, "", None))

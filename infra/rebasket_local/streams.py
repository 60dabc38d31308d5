"""Event source mappings: batches of stream records for functions, in order, at least once.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and the pages below it. A lane stands for one of the concurrent
batches of a shard (ParallelizationFactor); records of one partition key share a lane, so they stay in order.
"""

import json
from binascii import crc32
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from rebasket_local.destinations import timestamp
from rebasket_local.errors import TemplateInvalid
from rebasket_local.faults import Delivery, Fate
from rebasket_local.functions import Outcome
from rebasket_local.json_value import Json
from rebasket_local.machinery import Machinery
from rebasket_local.patterns import EventTest, compile_pattern
from rebasket_local.stack import Resource
from rebasket_local.tables import StreamRecord

STREAM_AGE: Final = timedelta(hours=24)
"""A record that is older is gone from the stream, whether anybody read it or not."""
_SHARD: Final = "shardId-00000001541626099285-f35f62ef"
_DEFAULT_BATCH: Final = 100
_LONGEST_WAIT: Final = timedelta(minutes=1)
_NO_LIMIT: Final = -1
_KNOWN: Final = frozenset(
    {
        "BatchSize", "BisectBatchOnFunctionError", "DestinationConfig", "Enabled", "EventSourceArn", "FilterCriteria",
        "FunctionName", "FunctionResponseTypes", "MaximumBatchingWindowInSeconds", "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts", "MetricsConfig", "ParallelizationFactor", "StartingPosition", "Tags",
    }
)  # fmt: skip


@dataclass
class _Batch:
    records: list[StreamRecord]
    attempt: int = 0
    invocations: int = 0


@dataclass
class _Lane:
    queue: deque[StreamRecord] = field(default_factory=deque)
    retries: deque[_Batch] = field(default_factory=deque)
    """Parts of a failed batch, first ones first; they go before the queue."""
    scheduled: bool = False


class StreamMapping:
    """One mapping. `paused` stops the poller: records wait, and after a day are gone. Raises `TemplateInvalid`."""

    def __init__(self, machinery: Machinery, resource: Resource) -> None:
        unknown = set(resource.properties) - _KNOWN
        if unknown:
            raise TemplateInvalid(resource.logical_id, f"the local cloud does not play {', '.join(sorted(unknown))}")
        properties = resource.properties
        self.logical_id = resource.logical_id
        self.stream_arn = str(properties["EventSourceArn"])
        self.paused = not properties.get("Enabled", True)
        self._function = machinery.functions[properties["FunctionName"]]
        for action in ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"):
            if not machinery.permissions.role_allows(self._function.role_arn, action, self.stream_arn):
                raise TemplateInvalid(
                    resource.logical_id, f"the role of {self._function.logical_id} may not {action} on {self.stream_arn}"
                )
        self._machinery = machinery
        self._tests = _filters(resource)
        self._batch_size = int(properties.get("BatchSize", _DEFAULT_BATCH))
        self._wait = machinery.latencies.stream + timedelta(seconds=int(properties.get("MaximumBatchingWindowInSeconds", 0)))
        self._retries = int(properties.get("MaximumRetryAttempts", _NO_LIMIT))
        age = int(properties.get("MaximumRecordAgeInSeconds", _NO_LIMIT))
        self._age = timedelta(seconds=age) if age != _NO_LIMIT else None
        self._bisects = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports_items = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
        self._on_failure = ((properties.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        self._lanes = [_Lane() for _ in range(int(properties.get("ParallelizationFactor", 1)))]
        self._deliveries = 0

    def accept(self, records: Sequence[StreamRecord]) -> None:
        """New records of the stream; those that no filter selects are done."""
        for record in records:
            if not self._tests or any(test(record) for test in self._tests):
                lane = self._lanes[crc32(json.dumps(_partition(record)).encode()) % len(self._lanes)]
                lane.queue.append(record)
                self._schedule(lane, self._wait)

    def _schedule(self, lane: _Lane, wait: timedelta) -> None:
        if not lane.scheduled:
            lane.scheduled = True
            self._machinery.agenda.add(self._machinery.clock.now + wait, lambda: self._work(lane), in_flight=True)

    def _work(self, lane: _Lane) -> None:
        lane.scheduled = False
        if self.paused or self._function.paused:
            self._schedule(lane, _LONGEST_WAIT)
            return
        batch = self._next_batch(lane)
        if batch is not None:
            wait = self._deliver(lane, batch)
            if lane.queue or lane.retries:
                self._schedule(lane, wait)

    def _next_batch(self, lane: _Lane) -> _Batch | None:
        """The next records that are still there and not too old."""
        while lane.retries or lane.queue:
            if lane.retries:
                batch = lane.retries.popleft()
            else:
                batch = _Batch([lane.queue.popleft() for _ in range(min(self._batch_size, len(lane.queue)))])
            batch.records = [record for record in batch.records if self._age_of(record) <= STREAM_AGE]
            if self._age is not None:
                expired = [record for record in batch.records if self._age_of(record) > self._age]
                if expired:
                    self._give_up(_Batch(expired, batch.attempt, batch.invocations), None, "RecordAgeExceeded")
                    batch.records = batch.records[len(expired) :]
            if batch.records:
                return batch
        return None

    def _age_of(self, record: StreamRecord) -> timedelta:
        return self._machinery.clock.now - datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)

    def _deliver(self, lane: _Lane, batch: _Batch) -> timedelta:
        """Run the function on the batch and put back what has to be tried again, and after how long."""
        delivery = Delivery(self.logical_id, self._function.logical_id, tuple(batch.records), self._deliveries, batch.attempt)
        self._deliveries += 1
        fate = self._machinery.faults.on_delivery(delivery) if self._machinery.faults.on_delivery is not None else Fate.DELIVERED
        if fate is Fate.LOST:
            return timedelta(0)
        batch.invocations += 1
        outcome = None
        if fate is not Fate.FAILED:
            event = {"Records": batch.records}
            if fate is Fate.REPEATED:
                self._machinery.functions.invoke(self._function.logical_id, event, attempt=batch.attempt)
            outcome = self._machinery.functions.invoke(self._function.logical_id, event, attempt=batch.attempt)
        done = self._done(batch.records, outcome)
        if done == len(batch.records):
            return timedelta(0)
        return self._put_back(lane, batch, done, outcome)

    def _done(self, records: Sequence[StreamRecord], outcome: Outcome | None) -> int:
        """How many records, from the first, need not come again."""
        if outcome is None or not outcome.ok:
            return 0
        if not self._reports_items or not outcome.result:
            return len(records)
        if not isinstance(outcome.result, Mapping):
            return 0
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        try:
            positions = [numbers.index(failure["itemIdentifier"]) for failure in outcome.result.get("batchItemFailures") or []]
        except (KeyError, TypeError, ValueError):
            return 0  # what Lambda does not understand fails the whole batch
        return min(positions, default=len(records))

    def _put_back(self, lane: _Lane, batch: _Batch, done: int, outcome: Outcome | None) -> timedelta:
        left = batch.records[done:]
        if done:  # split at the record that was named: this takes nothing from the retries
            lane.retries.appendleft(_Batch(left, batch.attempt, batch.invocations))
        elif self._bisects and len(left) > 1 and (outcome is None or not outcome.ok):
            half = len(left) // 2
            lane.retries.appendleft(_Batch(left[half:], batch.attempt, batch.invocations))
            lane.retries.appendleft(_Batch(left[:half], batch.attempt, batch.invocations))
        elif self._retries != _NO_LIMIT and batch.attempt >= self._retries:
            self._give_up(batch, outcome, "RetryAttemptsExhausted")
            return timedelta(0)
        else:
            lane.retries.appendleft(_Batch(left, batch.attempt + 1, batch.invocations))
        return min(timedelta(seconds=2**batch.attempt), _LONGEST_WAIT) if batch.attempt < _LONGEST_WAIT.seconds else _LONGEST_WAIT

    def _give_up(self, batch: _Batch, outcome: Outcome | None, condition: str) -> None:
        if self._on_failure is None:
            return
        first, last = batch.records[0]["dynamodb"], batch.records[-1]["dynamodb"]
        request_id = outcome.request_id if outcome is not None else self._machinery.new_id()
        now = self._machinery.clock.now
        record: dict[str, Json] = {
            "requestContext": {
                "requestId": request_id,
                "functionArn": self._function.resource.arn,
                "condition": condition,
                "approximateInvokeCount": batch.invocations,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
            if outcome is not None
            else None,
            "version": "1.0",
            "timestamp": timestamp(now),
            "DDBStreamBatchInfo": {
                "shardId": _SHARD,
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "approximateArrivalOfFirstRecord": timestamp(datetime.fromtimestamp(first["ApproximateCreationDateTime"], UTC)),
                "approximateArrivalOfLastRecord": timestamp(datetime.fromtimestamp(last["ApproximateCreationDateTime"], UTC)),
                "batchSize": len(batch.records),
                "streamArn": self.stream_arn,
            },
        }
        if self._machinery.destinations.target(self._on_failure).type == "AWS::S3::Bucket":
            record["payload"] = json.dumps({"Records": batch.records})  # queues and topics do not get the records themselves
        key = f"aws/lambda/{self.logical_id}/{_SHARD}/{now:%Y/%m/%d}/{now:%Y-%m-%dT%H.%M.%S}-{request_id}"
        self._machinery.destinations.by_role(self._function.role_arn, self._on_failure, record, key=key)


def _filters(resource: Resource) -> list[EventTest]:
    filters = (resource.properties.get("FilterCriteria") or {}).get("Filters", [])
    try:
        return [compile_pattern(json.loads(each["Pattern"])) for each in filters]
    except ValueError as error:  # JSON's and the pattern's own
        raise TemplateInvalid(resource.logical_id, f"FilterCriteria: {error}") from error


def _partition(record: StreamRecord) -> Json:
    return next(iter(record["dynamodb"]["Keys"].values()))

"""Quantities of a month: what was measured, times how often it happens, and the few things that cannot be measured here.

Assumed, because AWS alone could tell, and only of a running stack (the REPORT lines in its logs):

- a call of an AWS service takes NETWORK_MS, and CALL_CPU_MS of a whole processor for its 3.1 million instructions;
- a run takes HANDLER_CPU_MS of a whole processor besides, a message SEND_MS;
- a function of M megabytes has M / 1,769 of a processor (Lambda Developer Guide, "Configure Lambda function memory");
- an environment that nobody calls for WARM_S seconds is gone, and a new one takes INIT_MS;
- calls come evenly: peaks cost no more, but for a few more environments.

No free allowance is taken off: an account's other applications may have used it up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from rebasket_cli.costs.lives import CLOSE_BOOKS, SHARDS, SWEEP
from rebasket_cli.costs.monitors import alarm_metrics, dashboards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_cli.costs.lives import Measured
    from rebasket_cli.costs.meter import Count
    from rebasket_cli.costs.traffic import Traffic

SECONDS = 730 * 3600
"""Of a month, as AWS's examples of prices count it."""
MINUTES, NIGHTS = SECONDS // 60, 30

NETWORK_MS, CALL_CPU_MS, HANDLER_CPU_MS, SEND_MS, INIT_MS = 4.0, 1.0, 3.0, 100.0, 800.0
WHOLE_PROCESSOR_MB = 1769
WARM_S = 300.0

LOOK_S, SECRET_S, SECRETS = 30, 300, 2
"""How often a running function looks at its shop, and how often it reads how many secrets."""
LOOKING = ("IngestFunction", "RemindFunction", "VisitFunction")

PLATFORM_LOG_BYTES = 4 * 26 + 450
"""START, END, REPORT and XRAY lines of a run."""
ACCESS_LOG_BYTES = 26 + 350
"""A request's line, in the format that the template gives it."""
SHARDLESS = 2
"""Calls, and halves of a read unit, of an idle sweep however many shards there are: it reads its cursor, and moves it."""
GB = 2**30


@dataclass(frozen=True, slots=True)
class Use:
    """What one function uses in a month."""

    runs: Fraction = Fraction(0)
    calls: Fraction = Fraction(0)
    half_reads: Fraction = Fraction(0)
    writes: Fraction = Fraction(0)
    emails: Fraction = Fraction(0)
    texts: Fraction = Fraction(0)
    log_bytes: Fraction = Fraction(0)

    def plus(self, count: Count, times: Fraction) -> Use:
        """With so many times what was counted."""
        return Use(*(getattr(self, one.name) + getattr(count, one.name) * times for one in fields(self)))


def usage(traffic: Traffic, measured: Measured) -> dict[str, Fraction]:
    """Quantity of each thing that has a price."""
    uses = by_function(traffic, measured)
    http, stored = (
        sum((getattr(measured.lives[name], what) * times for name, times in _lives(traffic).items()), Fraction(0))
        for what in ("http", "stored")
    )
    looks, secrets = (
        sum((_refreshes(uses[name], measured.memory[name], every) for name in LOOKING), Fraction(0))
        for every in (LOOK_S, SECRET_S)
    )
    gb = stored * 12 / 365 / GB
    return {
        "http_request": http,
        "lambda_request": _total(uses, "runs"),
        "lambda_gb_second": sum((_gb_seconds(use, measured.memory[name]) for name, use in uses.items()), Fraction(0)),
        "write_unit": _total(uses, "writes"),
        "read_unit": (_total(uses, "half_reads") + looks * measured.look) / 2,
        "storage_gb_month": gb,
        "backup_gb_month": gb,
        "schedule": Fraction(MINUTES + NIGHTS),
        "trace": sum((_traces(uses[name].runs) for name in measured.traced if name in uses), Fraction(0)),
        "log_gb": (_total(uses, "log_bytes") + _total(uses, "runs") * PLATFORM_LOG_BYTES + http * ACCESS_LOG_BYTES) / GB,
        "metric_month": _metrics(uses, measured.metrics),
        "alarm_metric_month": Fraction(alarm_metrics(traffic.monitoring)),
        "dashboard_month": Fraction(dashboards(traffic.monitoring)),
        "key_request": secrets * SECRETS,
        "email": _total(uses, "emails"),
        "text_part": _total(uses, "texts") * traffic.parts,
    }


def by_function(traffic: Traffic, measured: Measured) -> dict[str, Use]:
    """What each function uses: by itself, and for the carts."""
    uses = {name: Use() for name in measured.memory}
    uses[SWEEP] = uses[SWEEP].plus(_minute(measured.minute, traffic.shards), Fraction(MINUTES))
    uses[CLOSE_BOOKS] = uses[CLOSE_BOOKS].plus(_night(measured.night, traffic.shops), Fraction(NIGHTS))
    for life, times in _lives(traffic).items():
        for name, count in measured.lives[life].functions.items():
            uses[name] = uses[name].plus(count, times)
    return uses


def _minute(count: Count, shards: int) -> Count:
    """Of an idle sweep: it reads every shard of a dozen minutes, and its cursor."""
    return replace(
        count,
        calls=(count.calls - SHARDLESS) * shards // SHARDS + SHARDLESS,
        half_reads=(count.half_reads - SHARDLESS) * shards // SHARDS + SHARDLESS,
    )


def _night(count: Count, shops: int) -> Count:
    """Of an idle close_books: two shops were measured."""
    return replace(
        count, calls=count.calls * shops // 2, half_reads=count.half_reads * shops // 2, writes=count.writes * shops // 2
    )


def _lives(traffic: Traffic) -> dict[str, Fraction]:
    return {name: share * traffic.carts for name, share in traffic.lives.items() if share}


def _total(uses: Mapping[str, Use], what: str) -> Fraction:
    return sum((getattr(use, what) for use in uses.values()), Fraction(0))


def run_ms(use: Use, memory: int) -> float:
    """How long a run takes on the average, once it is warm."""
    if not use.runs:
        return 0.0
    slower = max(1.0, WHOLE_PROCESSOR_MB / memory)
    sends = float((use.emails + use.texts) / use.runs)
    return HANDLER_CPU_MS * slower + float(use.calls / use.runs) * (NETWORK_MS + CALL_CPU_MS * slower) + sends * SEND_MS


def _gb_seconds(use: Use, memory: int) -> Fraction:
    cold = math.exp(-float(use.runs) / SECONDS * WARM_S)
    milliseconds = run_ms(use, memory) + cold * INIT_MS
    return use.runs * Fraction(round(milliseconds * 1000), 1_000_000) * Fraction(memory, 1024)


def _refreshes(use: Use, memory: int, every: int) -> Fraction:
    """How often the environments of a function read again what they keep for some seconds."""
    environments = math.ceil(float(use.runs) / SECONDS * run_ms(use, memory) / 1000)
    return min(use.runs, Fraction(environments * SECONDS, every))


def _traces(runs: Fraction) -> Fraction:
    """One a second and 5 % of the rest (Lambda Developer Guide, "Visualize Lambda function invocations using AWS X-Ray")."""
    return min(runs, Fraction(SECONDS)) + max(runs - SECONDS, Fraction(0)) / 20


def _metrics(uses: Mapping[str, Use], metrics: Mapping[str, tuple[str, ...]]) -> Fraction:
    """Each metric costs by the hour in which it is counted. Sweep counts nothing when it deletes nothing."""
    hours = SECONDS // 3600
    counted = {name: uses[name].writes - MINUTES if name == SWEEP else uses[name].runs for name in metrics}
    counts = (Fraction(min(math.ceil(counted[name]), hours) * len(names), hours) for name, names in metrics.items())
    return sum(counts, Fraction(0))

"""Later changes to closed days, as the report's page shows them: which day, when, and what changed in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rebasket_local.results import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rebasket_local.results.findings import Findings

COUNTS: Final = {
    "episodes": "abandoned",
    "unreachable": "nobody to reach",
    "held": "held",
    "touched": "touched",
    "recovered": "recovered",
    "bought_held": "bought, held",
    "bought_untouched": "bought, untouched",
    "bought_before": "bought before",
    "unpriced_messages": "messages without a price",
    "in_doubt_unpriced_messages": "in doubt without a price",
}
AMOUNTS: Final = {"revenue": "revenue", "refunded": "refunded", "revenue_held": "revenue of those held"}


def later_changes(findings: Findings) -> list[dict[str, str]]:
    """One row for each posting, by when it arrived."""
    rows = sorted(findings.report["later_changes"]["postings"], key=lambda row: (row["arrived"], row["day"], row["number"]))
    return [
        {"arrived": row["arrived"], "day": row["day"], "what": ", ".join(_words(row)) or "the split by channel"} for row in rows
    ]


def _words(change: Mapping[str, Any]) -> Iterator[str]:
    counts = {COUNTS[name]: change[name] for name in COUNTS} | {f"touches {state}": n for state, n in change["touches"].items()}
    yield from (f"{name} {words.signed(count)}" for name, count in counts.items() if count)
    for name, told in AMOUNTS.items():
        yield from (f"{told} {amount}" for amount in words.signed_money(change[name]))
    for name, told in (("cost_microusd", "cost"), ("in_doubt_microusd", "in doubt")):
        if change[name]:
            yield f"{told} {words.signed_dollars(change[name])}"

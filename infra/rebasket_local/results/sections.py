"""What the report's sections show, worked out from the findings: nothing is laid out here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rebasket_local.results import words

if TYPE_CHECKING:
    from rebasket.usecases.reporting.comparison import Comparison
    from rebasket_local.results.findings import Findings
    from rebasket_local.results.summary import Summary

CHANNELS: Final = {"email": "E-mail", "sms": "Text message"}


def promises(summary: Summary) -> list[dict[str, object]]:
    return [
        {"name": name, "value": value, "kept": kept}
        for name, value, kept in (
            ("messages beyond one per touch", summary["duplicates"], not summary["duplicates"]),
            ("messages after a purchase", summary["after_purchase"], not summary["after_purchase"]),
            ("messages after an opt-out", summary["after_optout"], not summary["after_optout"]),
            ("messages in quiet hours", summary.get("in_quiet_hours"), not summary.get("in_quiet_hours")),
            ("messages to one person within the gap", summary.get("too_soon"), not summary.get("too_soon")),
            ("carts left hanging", summary["unfinished"], not summary["unfinished"]),
            (
                "of planned touches ended",
                f"{sum(summary['touches'].values()):,} / {summary['planned']:,}",
                summary["planned"] == sum(summary["touches"].values()),
            ),
        )
        if value is not None
    ]


def funnel(findings: Findings, summary: Summary, compared: Comparison) -> list[dict[str, object]]:
    total = findings.total
    steps = (
        ("Carts", summary["carts"], "that the shop reported"),
        ("Abandoned", total["episodes"], "went quiet for an hour, with something in it"),
        ("Reachable", total["episodes"] - total["unreachable"], "with an e-mail address or a phone number"),
        ("Touched", total["touched"], f"got a reminder; {total['held']} more were held back on purpose"),
        ("Recovered", total["recovered"], f"bought after it; of those held back, {compared.held.hits} bought anyway"),
    )
    most = max(1, *(count for _, count, _ in steps))
    return [
        {"name": name, "count": count, "note": note, "width": round(100 * count / most, 1), "of_before": _of(count, before)}
        for (name, count, note), before in zip(steps, (None, *(count for _, count, _ in steps)), strict=False)
    ]


def _of(count: int, before: int | None) -> str:
    return words.percent(count / before) if before else ""


def channels(findings: Findings) -> list[dict[str, Any]]:
    split = findings.channels
    left = Counter[str](message.channel for message in findings.messages)
    rows = []
    for channel, name in CHANNELS.items():
        if channel in split:
            row = split[channel]
            per_message = row["cost_microusd"] / row["touches"]["sent"] if row["touches"]["sent"] else None
            rows.append({"name": name, "messages": left[channel], "per_message": per_message, **row})
    total = findings.total
    sent = total["touches"]["sent"]
    whole = {"name": "Both", "messages": len(findings.messages), "per_message": total["cost_microusd"] / sent if sent else None}
    return [*rows, whole | dict(total)]


def compared_groups(compared: Comparison, cost: int) -> dict[str, Any]:
    low, high = compared.interval
    likely, least, most = compared.extra_carts
    return {
        "touched": compared.touched,
        "held": compared.held,
        "tells": compared.tells,
        "empty": not (compared.touched.count and compared.held.count),
        "lift": compared.lift,
        "low": low,
        "high": high,
        "extra": max(0, round(likely)),
        "extra_least": max(0, round(least)),
        "extra_most": max(0, round(most)),
        "cost_per_extra": cost / likely if compared.tells and likely > 0 else None,
        "touched_interval": compared.touched.interval,
        "held_interval": compared.held.interval,
    }

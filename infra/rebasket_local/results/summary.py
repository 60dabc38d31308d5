"""summary.json, and which promises the figures in it break."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rebasket.domain.carts.cart import Phase
from rebasket.domain.reminders.episode import TouchState
from rebasket_local.results.lateness import lateness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rebasket_local.results.findings import Findings

LATEST_S: Final = 120
"""Due to sent, 99 of 100 messages, virtual seconds."""

Summary = dict[str, Any]


def summarise(findings: Findings, *, wall_s: float, **about: object) -> Summary:
    """`about` comes first: the seed, the days, the file. Everything but `wall_s` is the same in every run of the same seed.

    Counted in the books, with what later changed in closed days: episodes, planned, recovered, revenue, cost. In the episodes,
    one by one: touches. In the outbox: by_channel, late, duplicates, in_quiet_hours. In the ledger of what was acknowledged:
    events, carts, after_purchase, after_optout.
    """
    total = findings.total
    audit, late = findings.audit, lateness(findings)
    compared = findings.compared
    return {
        **about,
        "virtual_from": findings.started_at.isoformat(),
        "virtual_to": findings.ended_at.isoformat(),
        "events": len(findings.ledger.acknowledged),
        "requests": findings.ledger.requests,
        "carts": len(findings.ledger.carts),
        "episodes": total["episodes"],
        "unreachable": total["unreachable"],
        "planned": total["planned"],
        "touches": _states(findings),
        "by_channel": {channel: sum(m.channel == channel for m in findings.messages) for channel in ("email", "sms")},
        "recovered": total["recovered"],
        "revenue": total["revenue"],
        "refunded": total["refunded"],
        "cost_microusd": total["cost_microusd"],
        "cost_per_recovered_microusd": total["cost_per_recovered_microusd"],
        "unpriced_messages": total["unpriced_messages"],
        "later_changes": len(findings.report["later_changes"]["postings"]),
        "touched_rate": [compared.touched.hits, compared.touched.count],
        "held_rate": [compared.held.hits, compared.held.count],
        "late_p50_s": late.p50,
        "late_p99_s": late.p99,
        "late_max_s": late.longest,
        "duplicates": len(audit.duplicates),
        "after_purchase": len(audit.after_purchase),
        "after_optout": len(audit.after_optout),
        "without_consent": len(audit.without_consent),
        **({} if findings.in_quiet_hours is None else {"in_quiet_hours": len(findings.in_quiet_hours)}),
        **_per_person(findings),
        "unfinished": _unfinished(findings),
        "problems": len(findings.ledger.problems),
        "failures": findings.failures,
        "shoppers_did": dict(sorted(findings.ledger.did.items())),
        "wall_s": round(wall_s, 1),
    }


def broken(summary: Mapping[str, Any]) -> list[str]:
    """What a run must not show, in words; empty when every promise held."""
    zero = {
        "duplicates": "messages beyond one per touch",
        "after_purchase": "messages after a purchase was acknowledged",
        "after_optout": "messages after an opt-out was acknowledged",
        "without_consent": "messages without consent",
        "in_quiet_hours": "messages in quiet hours, by their reader's clock",
        "too_soon": "messages within the gap after another to the same person",
        "unfinished": "carts still waiting for something that never came",
        "problems": "events refused or links that did not work",
        "failures": "times functions failed",
    }
    found = [f"{summary[name]} {what}" for name, what in zero.items() if summary.get(name)]
    ends, left = sum(summary["touches"].values()), sum(summary["by_channel"].values())
    sent, unknown = summary["touches"]["sent"], summary["touches"]["unknown"]
    if summary["planned"] != ends:
        found.append(f"{summary['planned']} touches planned, but {ends} ended")
    if not sent <= left <= sent + unknown:
        found.append(f"{left} messages left, but the books have {sent} sent and {unknown} unknown")
    if summary["late_p99_s"] > LATEST_S:
        found.append(f"1 message in 100 left more than {summary['late_p99_s']} s after it was due")
    return found


def _states(findings: Findings) -> dict[str, int]:
    ended = Counter(touch.state for episode in findings.episodes for touch in episode.touches.values())
    return {state.value: ended[state] for state in TouchState}


def _per_person(findings: Findings) -> Summary:
    found = findings.per_person
    if found is None:
        return {}
    return {
        "people_written_to": found.written_to,
        "most_to_one_person": found.most,
        "smallest_gap_s": None if found.smallest_gap is None else found.smallest_gap.total_seconds(),
        "too_soon": len(found.too_soon),
    }


def _unfinished(findings: Findings) -> int:
    """Carts that are still active, or abandoned with a step that has no end."""
    open_ = {
        (episode.ref.cart, episode.ref.generation)
        for episode in findings.episodes
        if len(episode.touches) < len(findings.shop.policy.steps)
    }
    return sum(
        cart.phase is Phase.ACTIVE or (cart.phase is Phase.ABANDONED and (cart.id, cart.generation) in open_)
        for cart in findings.carts
    )

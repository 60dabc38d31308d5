"""What the report says in words: why touches ended as they did, what is not known, which rules and prices held."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from rebasket.domain.reminders.episode import TouchState
from rebasket_local.results import words
from rebasket_local.results.sections import CHANNELS

if TYPE_CHECKING:
    from rebasket.domain.shops.policy import Policy
    from rebasket_local.results.findings import Findings

_REASONS: Final = {
    "episode still open": "the shopper had come back, bought or emptied the cart",
    "somebody to reach": "no address",
    "not bought since": "bought in the meantime, on this or another cart",
    "nobody said no": "opted out or complained",
    "cart not empty": "nothing left in the cart",
    "worth a reminder": "worth too little",
    "in stock": "nothing in stock",
    "after activation": "older than the shop's start",
    "not too late": "too late to be of use",
    "email consent": "no consent to e-mail",
    "sms country": "a phone number of a country that is not texted",
    "sms consent": "no consent to text messages",
    "email cap": "enough e-mails for a week",
    "sms cap": "enough text messages for a week",
    "email not suppressed": "the mailbox does not exist",
    "sms not suppressed": "the number is suppressed",
}


def states(findings: Findings) -> list[dict[str, Any]]:
    """Every state with its reasons, most frequent first."""
    reasons: defaultdict[TouchState, Counter[str]] = defaultdict(Counter)
    for episode in findings.episodes:
        for touch in episode.touches.values():
            reasons[touch.state][_reason(touch.why, touch.state)] += 1
    most = max((max(found.values()) for found in reasons.values()), default=1)
    return [
        {
            "state": state.value,
            "count": sum(reasons[state].values()),
            "reasons": [
                {"why": why, "count": count, "width": round(100 * count / most, 1)}
                for why, count in sorted(reasons[state].items(), key=lambda item: (-item[1], item[0]))
            ],
        }
        for state in TouchState
    ]


def _reason(why: str, state: TouchState) -> str:
    """A check that failed, as the reason that it is."""
    return _REASONS.get(why, why) if state is TouchState.SKIPPED else why


def unknowns(findings: Findings) -> list[str]:
    """What the figures do not say, in sentences."""
    total = findings.total
    still_open = [day["day"] for day in findings.report["days"] if not day["closed"] and day["episodes"]]
    said = []
    if total["unpriced_messages"]:
        said.append(f"{total['unpriced_messages']} messages have no known price: their cost is missing, not zero.")
    if total["touches"]["unknown"]:
        said.append(
            f"Of {total['touches']['unknown']} touches nobody knows whether the message left; they may have cost another "
            f"{words.dollars(total['in_doubt_microusd'])}."
        )
    if total["in_doubt_unpriced_messages"]:
        said.append(
            f"{total['in_doubt_unpriced_messages']} of these have no known price: what they may have cost is missing, too."
        )
    if still_open:
        said.append(f"{len(still_open)} days are still open, from {still_open[0]} on: an order may yet come within the window.")
    if len(total["revenue"]) > 1:
        said.append("Revenue is kept by currency. No rate of exchange is assumed, so there is no grand total.")
    said.append("Costs are those of messages. What AWS charges for functions and tables is not in them.")
    said.append(
        "Recovered means: ordered within the window, after a reminder had reached that shopper. Some would have come back "
        "anyway; how many, only the comparison with those held back can tell."
    )
    return said


def prices(findings: Findings) -> list[tuple[str, int]]:
    """Where the prices of sent messages come from, and how many were priced by each."""
    labels = Counter(
        touch.price or "no known price"
        for episode in findings.episodes
        for touch in episode.touches.values()
        if touch.state is TouchState.SENT
    )
    return sorted(labels.items(), key=lambda item: (-item[1], item[0]))


def policy(findings: Findings) -> list[tuple[str, str]]:
    policy = findings.shop.policy
    steps = [
        (_span(policy.abandoned_after + step.delay), " or ".join(CHANNELS[channel].lower() for channel in step.channels))
        for step in policy.steps
    ]
    return [
        ("Abandoned after", _span(policy.abandoned_after)),
        ("Reminders after the last activity", " · ".join(f"{delay}, by {channels}" for delay, channels in steps)),
        ("At least between two", _span(policy.gap)),
        ("Quiet hours", _quiet_hours(policy)),
        ("At most to one address", f"{policy.cap} in {_span(policy.cap_window)}"),
        ("Text messages", _texts(policy)),
        ("Held back for comparison", f"{policy.holdout / 10:g} % of people"),
        ("An order counts within", _span(policy.window)),
    ]


def _span(span: timedelta) -> str:
    days, rest = divmod(span, timedelta(days=1))
    hours, rest = divmod(rest, timedelta(hours=1))
    said = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (rest // timedelta(minutes=1), "min")) if count]
    return " ".join(said) or "at once"


def _texts(policy: Policy) -> str:
    match policy.sms_countries:
        case None:
            where = "countries whose price is known"
        case countries:
            where = ", ".join(sorted(countries)) or "nobody"
    return f"to {where}; at most {policy.sms_per_prefix} an hour to numbers that begin alike"


def _quiet_hours(policy: Policy) -> str:
    hours = [f"{CHANNELS[channel].lower()} {str(quiet).replace('-', '–')}" for channel, quiet in policy.quiet_hours.items()]
    return f"{', '.join(hours)}, by the shopper's clock" if hours else "none"

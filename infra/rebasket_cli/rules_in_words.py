"""A shop's rules as sentences, and what a change of them means for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket_cli.spans import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.shops.policy import Policy, Shop, Step


def in_words(shop: Shop) -> list[str]:
    """One line for each rule, after one that says which version it is."""
    rules = shop.policy
    steps = [f"step {number}: {_step(step)}" for number, step in enumerate(rules.steps, 1)]
    assumed = ", ".join(sorted(channel.value for channel in rules.consent_assumed))
    quiet = ", ".join(f"{channel.value} {hours}" for channel, hours in sorted(rules.quiet_hours.items()))
    countries = "whose price is known" if rules.sms_countries is None else ", ".join(sorted(rules.sms_countries)) or "none"
    told = (
        ("abandoned after", f"{spelled(rules.abandoned_after)} without a change"),
        ("steps", steps[0]),
        *(("", step) for step in steps[1:]),
        ("gap", f"at least {spelled(rules.gap)} between two messages to one person"),
        ("give up", f"{spelled(rules.give_up)} after a step was due; quiet hours do not count"),
        ("cap", f"{rules.cap} messages to one person within {spelled(rules.cap_window)}, over all carts"),
        ("holdout", f"{rules.holdout / 10:g} % of people get nothing, for comparison"),
        ("window", f"an order within {spelled(rules.window)} of the declaration counts"),
        ("attempts", f"{rules.attempts} for each message, while the provider does not take it"),
        ("consent", f"as recorded; assumed for {assumed} where none is" if assumed else "as recorded; never assumed"),
        ("quiet hours", f"{quiet or 'none'} (change: rebasket shop quiet-hours {shop.id})"),
        ("text messages", f"countries: {countries}; {rules.sms_per_prefix} an hour to numbers that begin alike"),
        ("", f"(change: rebasket shop texts {shop.id})"),
    )
    return [f"{shop.id}, policy {rules.version}:", *(f"  {label:16} {words}" for label, words in told)]


def _step(step: Step) -> str:
    when = f"{spelled(step.delay)} later" if step.delay else "at once"
    return f"{when}, by {', else '.join(channel.value for channel in step.channels)}"


def consequences(before: Policy, after: Policy, rearm: str) -> Iterator[str]:
    """What follows from a change that is not plain from the rule; `rearm` is that command."""
    if after.abandoned_after < before.abandoned_after:
        yield (
            f"Carts that are quiet now are looked at only when {spelled(before.abandoned_after)} are over, and their reminders"
            f" are late then. In a minute or later, this looks at them by the new rule: {rearm}"
        )
    if after.holdout != before.holdout:
        yield (
            "Who is held follows from the person: whose cart is declared already stays in their group, and the others may change"
            " it once. Compare the days before and after this one apart."
        )
    if after.window != before.window:
        yield f"Days that are still open are counted by {spelled(after.window)} from now on; closed ones keep theirs."

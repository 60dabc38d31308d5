"""`rebasket shop rules`: when a shop's carts are abandoned, which reminders follow, to how many people, and what counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from rebasket.domain.errors import FieldError, Invalid
from rebasket.domain.people.addresses import Channel
from rebasket.domain.shops.policy import Step
from rebasket_cli.policies import free_version, known_shop
from rebasket_cli.rules_in_words import consequences, in_words
from rebasket_cli.spans import span_of, spelled
from rebasket_cli.stack import USUAL_STACK, StackName, open_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rebasket.domain.shops.policy import Policy, Shop
    from rebasket.wiring import App

NONE = "none"
LASTING = {"abandoned_after", "steps", "give_up"}
"""Rules that say how long a cart is seen to."""

console = Console(soft_wrap=True)  # a command that is broken in two cannot be copied


def channels_of(texts: Sequence[str]) -> tuple[Channel, ...]:
    """In the order told. Raises Invalid for what is no channel, or told twice."""
    known = [channel.value for channel in Channel]
    unknown = [text for text in texts if text not in known]
    if unknown:
        message = f"“{unknown[0]}” is no channel: {' or '.join(known)}"
        raise Invalid(message)
    if len(set(texts)) < len(texts):
        message = f"{','.join(texts)}: each channel once"
        raise Invalid(message)
    return tuple(map(Channel, texts))


def step_of(text: str) -> Step:
    """Of `23h email,sms`. Raises Invalid, saying what would do."""
    try:
        delay, channels = text.split()
    except ValueError:
        message = f"“{text}” is no step: a delay and channels, the first choice first, as '23h email,sms'"
        raise Invalid(message) from None
    return Step(delay=span_of(delay), channels=channels_of(channels.split(",")))


def steps_of(texts: Sequence[str]) -> tuple[Step, ...]:
    """All of them. Raises Invalid for the first that is none."""
    return tuple(map(step_of, texts))


def assumed_of(texts: Sequence[str]) -> frozenset[Channel]:
    """Of channels, or of `none` alone. Raises Invalid."""
    return frozenset() if list(texts) == [NONE] else frozenset(channels_of(texts))


def thousandths(percent: float) -> int:
    """Of a percentage with one decimal at most. Raises Invalid."""
    found = round(percent * 10)
    if abs(found - percent * 10) > 1e-6:  # 0.1 is no binary fraction
        message = f"{percent:g} percent: tenths are the finest"
        raise Invalid(message)
    return found


def days_of(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


READERS: Mapping[str, Callable[[Any], object]] = {
    "abandoned_after": span_of,
    "steps": steps_of,
    "gap": span_of,
    "give_up": span_of,
    "cap": int,
    "cap_window": days_of,
    "holdout": thousandths,
    "window": days_of,
    "attempts": int,
    "consent_assumed": assumed_of,
}
"""How each rule that can be told here is read from what was told."""


def rules_of(told: Mapping[str, object]) -> dict[str, Any]:
    """Fields of a policy by name, of those that were told (not None). Raises Invalid, naming each that cannot be read."""
    rules, wrong = {}, []
    for rule, said in told.items():
        try:
            if said is not None:
                rules[rule] = READERS[rule](said)
        except Invalid as error:
            wrong.append(FieldError(f"/{rule}", error.detail))
    if wrong:
        message = "these rules cannot be read"
        raise Invalid(message, tuple(wrong))
    return rules


def change(app: App, shop: Shop, told: Mapping[str, object]) -> Shop:
    """Another version of the policy, if anything differs; the shop as it then is. Raises Invalid."""
    rules = rules_of(told)
    wanted = replace(shop.policy, **rules)
    if rules.keys() & LASTING:
        _check_cart_outlives(wanted, app.settings.retention)
    if wanted == shop.policy:
        return shop
    changed = replace(shop, policy=replace(wanted, version=free_version(app, shop)))
    app.shops.save(changed)
    return changed


def _check_cart_outlives(policy: Policy, kept: timedelta) -> None:
    """A step that comes when the cart is gone would never end."""
    lasts = policy.abandoned_after + policy.steps[-1].delay + policy.give_up
    if lasts >= kept:
        detail = f"the last is given up {spelled(lasts)} after the shopper's last change, and a cart is kept {spelled(kept)}"
        message = "the cart would be gone before its reminders are over"
        raise Invalid(message, (FieldError("/steps", f"{detail} (RetentionDays)"),))


def rules(  # noqa: PLR0913  # the options of a command, each by its name
    shop: Annotated[str, typer.Argument(metavar="SHOP", help="Which shop")],
    *,
    abandoned_after: Annotated[str | None, typer.Option(help="Quiet time that makes a cart abandoned, as 1h, 90m or 2d")] = None,
    step: Annotated[
        list[str] | None,
        typer.Option(
            help="A reminder: how long after the cart was due to be declared, and by which channels, the first choice first,"
            " as '23h email,sms'. Once for each reminder: they replace the whole list"
        ),
    ] = None,
    gap: Annotated[str | None, typer.Option(help="Least time between two messages to one person")] = None,
    give_up: Annotated[str | None, typer.Option(help="A reminder later than this is skipped; quiet hours do not count")] = None,
    cap: Annotated[int | None, typer.Option(help="Most messages to one person within --cap-days, over all carts")] = None,
    cap_days: Annotated[int | None, typer.Option(min=1, help="Days that --cap counts over")] = None,
    holdout: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            help="Percent of people held back for comparison. Whose cart is declared already stays in their group; more holds"
            " others besides the same people, less lets some of them go",
        ),
    ] = None,
    window_days: Annotated[
        int | None,
        typer.Option(
            help="An order counts for a cart so many days after it was declared. Holds at once for all days that are still open;"
            " closed days keep theirs"
        ),
    ] = None,
    attempts: Annotated[int | None, typer.Option(help="Tries of one message while the provider does not take it")] = None,
    consent_assumed: Annotated[
        list[str] | None,
        typer.Option(
            help=f"Channel on which the shop writes where no consent is recorded, once for each; or {NONE}. The shop's own legal"
            " judgement: Rebasket does not know its law"
        ),
    ] = None,
    stack: StackName = USUAL_STACK,
) -> None:
    """Show a shop's rules; or change some, for carts abandoned from within a minute on. Earlier ones follow the old."""
    app = open_stack(stack).app
    before = known_shop(app, shop)
    told = {
        "abandoned_after": abandoned_after,
        "steps": step or None,
        "gap": gap,
        "give_up": give_up,
        "cap": cap,
        "cap_window": cap_days,
        "holdout": holdout,
        "window": window_days,
        "attempts": attempts,
        "consent_assumed": consent_assumed or None,
    }
    after = change(app, before, told)
    for line in (*in_words(after), *consequences(before.policy, after.policy, f"rebasket rearm --stack {stack}")):
        console.print(line, highlight=False, markup=False)

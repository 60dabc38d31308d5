"""The answer, in a sentence or two: was the shopper reminded since the cart was left last, and why or why not. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.cart import Phase
from rebasket.domain.reminders.episode import TouchState
from rebasket_cli.why import words
from rebasket_cli.why.coming import coming
from rebasket_cli.why.words import when

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import Touch
    from rebasket_cli.why.case import Abandonment, Case


def answer(case: Case) -> str:
    """Of the time that it was left last, and of the one before where its shopper is back."""
    cart, latest = case.cart, case.abandonments[-1] if case.abandonments else None
    if latest is None:
        return f"No reminder{' yet' if cart.phase is Phase.ACTIVE else ''}: {_unabandoned(case)}."
    if cart.phase is Phase.ACTIVE:
        return f"No reminder of what it holds now: {_unabandoned(case)}. When it was left before: {_since_left(case, latest)}"
    return _since_left(case, latest)


def _since_left(case: Case, latest: Abandonment) -> str:
    touches = [touch for _, touch in sorted(latest.episode.touches.items())] if latest.episode else []
    sent = [f"{words.end(touch)} on {when(touch.at)}" for touch in touches if touch.state is TouchState.SENT]
    if sent:
        return f"Reminded {', and '.join(sent)}."
    doubtful = next((touch for touch in touches if touch.state is TouchState.UNKNOWN), None)
    if doubtful:
        return f"Perhaps reminded, on {when(doubtful.at)}: {words.end(doubtful)}."
    return _none(case, latest)


def _none(case: Case, latest: Abandonment) -> str:
    """Why nothing went out (so far), step by step where the steps differ."""
    touches = latest.episode.touches if latest.episode else {}
    reasons = {step: _reason(touch) for step, touch in sorted(touches.items())}
    if not touches and not latest.ahead:
        filed = latest.episode is not None and latest.episode.header is not None
        why = "the policy that it follows is not stored" if filed else words.unfiled(latest.declared.at, case.at).rstrip(".")
        return f"No reminder is known of: {why}."
    yet = False
    for ahead in latest.ahead[:1]:
        hope, text = coming(case, ahead)
        moved = f"quiet hours moved it from {when(ahead.undelayed)} on; " if hope and ahead.undelayed < ahead.due else ""
        reasons[ahead.step] = moved + text
        yet = hope
    whole = dict.fromkeys(reasons.values())
    head = f"No reminder{' yet' if yet else ''}"
    if len(whole) == 1:
        return f"{head}: {next(iter(whole))}."
    return f"{head}. {' '.join(f'Step {step}: {text}.' for step, text in reasons.items())}"


def _reason(touch: Touch) -> str:
    return f"{'it was rejected: ' if touch.state is TouchState.REJECTED else ''}{words.end(touch)}"


def _unabandoned(case: Case) -> str:
    """Why a cart that nobody left lately got none."""
    match case.cart.phase:
        case Phase.ACTIVE:
            return "the cart has not been quiet for long enough" if case.cart.facts.lines else "there is nothing in the cart"
        case Phase.BOUGHT:
            return "it was bought before it was declared abandoned"
        case _:
            return f"the cart is {words.phase(case.cart)}"

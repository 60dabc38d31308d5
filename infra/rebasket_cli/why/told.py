"""A case as lines of text: the answer first, then what it rests on. Pure."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rebasket.domain.carts.cart import KEPT_EPISODES, Phase
from rebasket.domain.carts.timer import OVERDUE
from rebasket.domain.reminders.episode import TouchState
from rebasket.domain.reminders.schedule import quiet_due
from rebasket.domain.reporting.daily_figures import outcome_of
from rebasket_cli.why import words
from rebasket_cli.why.answer import answer
from rebasket_cli.why.coming import coming
from rebasket_cli.why.words import CHANNELS, when

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rebasket.domain.reminders.episode import Episode, Touch
    from rebasket_cli.why.ahead import Ahead, Person
    from rebasket_cli.why.case import Abandonment, Case, Ordered

WIDTH: Final = 110
LABEL: Final = 12


def told(case: Case) -> list[str]:
    """Why this cart got a reminder, or none. All times in UTC, addresses masked."""
    lines = [f"Cart {case.cart.id} of shop {case.shop.id}, on {when(case.at)}. All times are in UTC.", ""]
    lines += [*wrap(answer(case), WIDTH), ""]
    for label, text in _facts(case):
        lines += _entry(label, text)
    for abandonment in case.abandonments:
        lines += ["", *_abandonment(case, abandonment)]
    if len(case.abandonments) == KEPT_EPISODES:
        lines += ["", f"A cart remembers its last {KEPT_EPISODES} abandonments; those before are in the report only."]
    return lines


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    cart = case.cart
    yield "state", f"{words.phase(cart)}{f'; generation {cart.generation}' if cart.generation else ''}"
    if cart.active_at is not None:
        changed = f"; last change stored {when(cart.seen_at)}" if cart.seen_at else ""
        yield "active", f"last on {when(cart.active_at)}, as the shop tells{changed}"
    yield "next", _next(case)
    yield "sending", f"paused: {case.shop.paused}" if case.shop.paused else "not paused"
    for person in case.people:
        yield "address", _person(person)
    if not case.people:
        yield "address", "none is known"
    for ordered in case.orders:
        yield "order", _ordered(case, ordered)


def _next(case: Case) -> str:
    """When it is looked at next. A timer is lazy: it may fire earlier, find nothing to do, and wait again."""
    cart = case.cart
    if cart.phase is Phase.ACTIVE and cart.active_at is not None:
        due = quiet_due(cart, case.shop.policy)
        what = "declared abandoned" if cart.facts.lines else "closed, for it is empty,"
        if due > case.at:
            return f"{what} on {when(due)}, if nothing happens in it before"
        lost = f" {words.LOST}" if case.at > due + OVERDUE else ""
        return f"due since {when(due)} to be {what.rstrip(',')}: within minutes.{lost}"
    following = [(one.declared.generation, ahead) for one in case.abandonments for ahead in one.ahead[:1]]
    if not following:
        latest = case.abandonments[-1] if case.abandonments else None
        if latest is None or (latest.episode and latest.episode.header):
            return "nothing: no step is open"
        return words.unfiled(latest.declared.at, case.at)
    generation, ahead = min(following, key=lambda found: found[1].due)
    if ahead.due > case.at:
        return f"step {ahead.step} of generation {generation}, on {when(ahead.due)}"
    return f"step {ahead.step} of generation {generation}, due since {when(ahead.due)}"


def _person(person: Person) -> str:
    identity, root = person.identity, person.root
    told = [f"{CHANNELS[person.channel]} {words.who(person)}"]
    if identity.suppression:
        told.append(f"gets nothing since {when(identity.suppression.at)}: {words.SAID_NO[identity.suppression.why]}")
    if identity.consent:
        told.append(f"{'consented' if identity.consent.granted else 'refused consent'} on {when(identity.consent.at)}")
    else:
        told.append("no consent recorded")
    if len(root.identities) > 1:
        told.append(f"one of {len(root.identities)} addresses and ids of the same shopper")
    if root.bought_at:
        placed = f", ordered {when(root.placed_at)}" if root.placed_at else ""
        told.append(f"last purchase stored {when(root.bought_at)}{placed}")
    else:
        told.append("no purchase stored")
    return "; ".join(told)


def _ordered(case: Case, ordered: Ordered) -> str:
    order, credited = ordered.order, ordered.credited
    if order.placed_at is None or order.total is None:
        return f"{ordered.number}: a refund or a cancellation was reported, the order itself was not"
    told = [f"{ordered.number}, {words.money(order.total.minor, order.total.currency)}, placed {when(order.placed_at)}"]
    if order.cancelled_at is not None:
        told.append(f"cancelled {when(order.cancelled_at)}")
    elif order.refunded:
        told.append(f"{words.money(order.refunded, order.total.currency)} refunded")
    if credited is None:
        told.append("credited to no abandonment")
    else:
        whose = "this cart's" if credited.cart == case.cart.id else f"cart {credited.cart}'s"
        told.append(f"credited to {whose} abandonment of {credited.day}, generation {credited.generation}")
    return "; ".join(told)


def _abandonment(case: Case, one: Abandonment) -> list[str]:
    declared, episode = one.declared, one.episode
    header = episode.header if episode else None
    head = f"Abandoned on {when(declared.at)}, generation {declared.generation}"
    if episode is None or header is None:
        return wrap(f"{head}: {words.unfiled(declared.at, case.at)}", WIDTH)
    worth = f", worth {words.money(header.value, header.currency)}" if header.value is not None and header.currency else ""
    group = "" if header.reachable else ", nobody to reach"
    rules = f"policy {header.policy}, arm {words.arm(one)}{group}, clock of {header.time_zone or 'UTC'}"
    lines = wrap(f"{head}{worth}; {rules}", WIDTH)
    for step, touch in sorted(episode.touches.items()):
        lines += _touch(case, episode, step, touch)
    for ahead in one.ahead:
        lines += _ahead(case, ahead)
    if one.policy is None:
        lines += _entry("  steps", f"policy {header.policy} is not stored any more: what is still to come cannot be told")
    if episode.clicked_at:
        lines += _entry("  click", f"a link in a message was followed first on {when(episode.clicked_at)}")
    if episode.order:
        lines += _entry("  order", _credit(case, episode))
    return lines


def _touch(case: Case, episode: Episode, step: int, touch: Touch) -> Iterator[str]:
    to = f" to {words.who(case.person(touch.contact))}" if touch.contact else ""
    end = f"{'' if touch.state is TouchState.SENT else ':'} {words.end(touch)}"
    yield from _entry(f"  step {step}", f"{touch.state.value} on {when(touch.at)}{to}{end}")
    more = [f"due {when(touch.due)}"]
    if touch.attempt:
        more.append(f"try {touch.attempt}")
    if touch.state in (TouchState.SENT, TouchState.UNKNOWN):
        price = "unpriced" if touch.cost is None else f"${touch.cost / 1_000_000:.6f}".rstrip("0").rstrip(".")
        more.append(f"{'cost' if touch.state is TouchState.SENT else 'may have cost'} {price}")
    if step in episode.said:
        more.append(f"the provider said: {episode.said[step].value}")
    yield from _entry("", "; ".join(more))
    for label, passed in (("passed", True), ("failed", False)):
        asked = [words.asked(check) for check in touch.checks if check.passed is passed]
        if asked:
            yield from _entry("", f"{label}: {', '.join(asked)}")


def _ahead(case: Case, ahead: Ahead) -> Iterator[str]:
    due = "due since" if ahead.due <= case.at else "to come, due" if ahead.decision else "to come, due at the earliest"
    yield from _entry(f"  step {ahead.step}", f"{due} {when(ahead.due)}")
    if ahead.undelayed != ahead.due:
        yield from _entry("", f"quiet hours moved it there from {when(ahead.undelayed)}")
    if ahead.decision:
        yield from _entry("", coming(case, ahead)[1])
        if ahead.send is None and case.at > ahead.due + OVERDUE and not case.shop.paused:
            yield from _entry("", words.LOST)


def _credit(case: Case, episode: Episode) -> str:
    order = episode.order
    if order is None:
        return ""
    by = "by this cart's own order" if order.cart == case.cart.id else f"by an order of the same shopper, cart {order.cart}"
    outcome, _ = outcome_of(episode, case.shop.policy.window)
    back = f"; {words.money(episode.refunded, order.total.currency)} refunded" if episode.refunded else ""
    total = words.money(order.total.minor, order.total.currency)
    return f"{order.order}, {total}, placed {when(order.at)}{back}; credited {by}: {words.OUTCOMES[outcome]}"


def _entry(label: str, text: str) -> list[str]:
    """A label, and its text beside it, however long."""
    first, *rest = wrap(text, WIDTH - LABEL, break_long_words=False, break_on_hyphens=False)
    return [f"{label:{LABEL}}{first}", *(f"{'':{LABEL}}{line}" for line in rest)]

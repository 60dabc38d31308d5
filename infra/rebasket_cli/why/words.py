"""Checks, ends and phases in the words of somebody who has never seen the code. No address, no name, nothing that a shop wrote
freely (where a consent was given) is repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rebasket.aws.episodes import EPISODES_RETENTION
from rebasket.domain.carts.cart import Closed, Phase
from rebasket.domain.carts.timer import OVERDUE
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SuppressionReason
from rebasket.domain.reminders.decision import EXCEPT, GAP, LATE, NEWER, PENDING, Hold
from rebasket.domain.reminders.episode import Arm, TouchState
from rebasket.domain.reporting.daily_figures import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rebasket.domain.carts.cart import Cart
    from rebasket.domain.reminders.check import Check
    from rebasket.domain.reminders.episode import Touch
    from rebasket_cli.why.ahead import Person
    from rebasket_cli.why.case import Abandonment

CHANNELS: Final = {Channel.EMAIL: "e-mail", Channel.SMS: "text message"}

OVER: Final = {
    "bought": "the cart was bought",
    "cart deleted": "the shop reported the cart thrown away",
    "cart empty": "the cart was empty",
    "cart before activation": "the cart is older than the shop's start with reminders",
    "cart erased": "the shopper was erased on request",
    "cart replaced by another cart": "the shop reported that another cart took it over",
    "shopper came back": "the shopper came back to the cart",
}
ABOUT_THE_CART: Final = {
    "somebody to reach": "there was no address that this reminder may go to",
    "not bought since": "the shopper bought in the meantime, by this or another cart",
    PENDING: "an order of the shopper waits for its payment",
    "nobody said no": "the shopper said no",
    "cart not empty": "nothing was left in the cart",
    "after activation": "the cart is older than the shop's start with reminders",
    LATE: "it was too late to be of use",
    GAP: "the shopper's last message is too young",
    EXCEPT: "address on the shop's except list",
    NEWER: "a newer cart of the same shopper speaks for them",
    "not held for comparison": "the shopper is in the group held back for comparison",
}
ABOUT_THE_ADDRESS: Final = {
    "country": "text messages do not go to numbers of that country",
    "not suppressed": "this address gets no {channel}s any more",
    "consent": "there is no consent to {channel}s",
    "cap": "the shopper got enough messages lately",
    "hour": "it was a quiet hour for {channel}s",
}
CLOSED: Final = {
    Closed.DELETED: "closed: the shop reported it thrown away",
    Closed.EMPTY: "closed: nothing was in it when it went quiet",
    Closed.BEFORE_ACTIVATION: "closed: it went quiet before the shop's start with reminders",
    Closed.REPLACED: "closed: another cart took it over, as the shop reported",
    Closed.ERASED: "closed: a shopper whom it named was erased on request, and what it held with them",
}
PHASES: Final = {
    Phase.NEW: "new: neither contents nor activity were ever reported",
    Phase.ACTIVE: "active",
    Phase.ABANDONED: "abandoned",
    Phase.BOUGHT: "bought: no more reminders for it",
    Phase.CLOSED: "closed",
}
SAID_NO: Final = {
    SuppressionReason.OPTED_OUT: "opted out by the link in a message",
    SuppressionReason.COMPLAINED: "reported a message as spam",
    SuppressionReason.BOUNCED: "a message to it bounced for good",
    SuppressionReason.ERASED: "erased on request",
}
OUTCOMES: Final = {
    Outcome.NONE: "too late for the books to count it",
    Outcome.RECOVERED: "the books count it as recovered",
    Outcome.BOUGHT_HELD: "the books count it as bought though held back",
    Outcome.BOUGHT_UNTOUCHED: "the books count it as bought before any reminder",
    Outcome.BOUGHT_BEFORE: "ordered before the cart was declared abandoned, reported after",
}
ENDS: Final = {
    TouchState.HELD: "held back on purpose: the shopper is in the group that gets none, for comparison",
    TouchState.UNKNOWN: "nobody knows whether it went out, so it is not sent again",
}
UNASKED: Final = "none recorded"
"""What the check for consent saw where nobody said yes or no."""


LOST: Final = "That is long ago: its timer may be lost. `rebasket doctor` says what does not run, `rebasket rearm` arms it again."


def when(at: datetime) -> str:
    """ISO 8601, to the minute, in UTC."""
    return f"{at:%Y-%m-%dT%H:%MZ}"


def money(minor: int, currency: str) -> str:
    """As English writes it; minor units of a currency that nobody knows stay as they are."""
    from rebasket.messages.amounts import amounts

    written = amounts(currency, "en")
    return f"{minor} {currency}" if written is None else written.write(minor)


def asked(check: Check) -> str:
    """The name of a check, and what was seen. Where a consent was given is left out: a shop writes there what it likes."""
    unsaid = check.name.endswith(" consent") and check.seen != UNASKED
    return _with(check.name, "" if unsaid else _seen(check))


def _seen(check: Check) -> str:
    """What was seen; long waits in hours, which decisions count in seconds."""
    seconds, _, rest = check.seen.partition(" s ")
    if check.name != LATE or not seconds.isdecimal() or int(seconds) < 3600:
        return check.seen
    return f"{int(seconds) // 3600} h {int(seconds) // 60 % 60} min {rest}"


def refusal(check: Check) -> str:
    """Why there was no reminder, of a check that failed."""
    first, _, rest = check.name.partition(" ")
    if check.name == "episode still open":
        return OVER.get(check.seen, check.seen or "the cart's story went on")
    if rest in ABOUT_THE_ADDRESS:
        seen = check.seen
        if rest == "consent":
            seen = "" if seen == UNASKED else "the latest word is no"
        return _with(ABOUT_THE_ADDRESS[rest].format(channel=CHANNELS[Channel(first)]), seen)
    return _with(ABOUT_THE_CART.get(check.name, check.name), _seen(check))


def refusals(why: str, checks: Sequence[Check]) -> str:
    """All that stood in the way, in the order in which it was asked; where no trail was kept, what `why` says."""
    failed = [refusal(check) for check in checks if not check.passed]
    return "; ".join(failed) or ABOUT_THE_CART.get(why, why)


def end(touch: Touch) -> str:
    """How a touch ended, and why, without its state."""
    match touch.state:
        case TouchState.SENT:
            return f"by {CHANNELS[touch.channel]}" if touch.channel else ""
        case TouchState.SKIPPED:
            return refusals(touch.why, touch.checks)
        case TouchState.REJECTED:
            why = "the provider did not take it until it was too late" if touch.why == LATE else touch.why
            return f"{why}{f' (by {CHANNELS[touch.channel]})' if touch.channel else ''}"
        case TouchState.HELD:
            return ENDS[touch.state]
        case TouchState.UNKNOWN:
            return f"{touch.why}; {ENDS[touch.state]}"


def unfiled(declared_at: datetime, now: datetime) -> str:
    """What there is to say of an abandonment of which no episode is stored."""
    if now > declared_at + EPISODES_RETENTION:
        return f"what came of it is forgotten: that is kept for {EPISODES_RETENTION.days} days"
    return f"nothing is filed. {LOST}" if now > declared_at + OVERDUE else "not filed yet: within minutes"


def phase(cart: Cart) -> str:
    """Where the cart stands."""
    return CLOSED[cart.why] if cart.why else PHASES[cart.phase]


def arm(one: Abandonment) -> str:
    """The group of a declaration: as its person drew it, which its touches tell, or as an older header says."""
    episode = one.episode
    if episode is None or (episode.header and episode.header.arm is None and not episode.touches and not one.ahead):
        return "not drawn"
    held = episode.held or any(isinstance(ahead.decision, Hold) for ahead in one.ahead)
    return (Arm.HELD if held else Arm.TREATMENT).value


def who(person: Person | None) -> str:
    """A masked address. Never any other."""
    if person is None:
        return "an address that is not known any more"
    if person.address is None:
        return f"an address for {CHANNELS[person.channel]}s that the cart holds no longer"
    return person.address.masked


def _with(words: str, seen: str) -> str:
    return f"{words} ({seen})" if seen else words

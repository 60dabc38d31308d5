"""What becomes of the next step, in words: why it has not gone out yet, or will not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.domain.carts.timer import LEASE
from rebasket.domain.people.addresses import Channel
from rebasket.domain.people.contact import SendState
from rebasket.domain.reminders.decision import GAP, Hold, Postpone, Send, Skip
from rebasket.domain.reminders.episode import TouchState
from rebasket_cli.why import words
from rebasket_cli.why.words import CHANNELS, when

if TYPE_CHECKING:
    from rebasket_cli.why.ahead import Ahead
    from rebasket_cli.why.case import Case


def coming(case: Case, ahead: Ahead) -> tuple[bool, str]:
    """Whether a reminder may still go out by this step, as things stand; and why not yet, or not at all."""
    send, later = ahead.send, ahead.due > case.at
    if send and send.state is SendState.CLAIMED:
        lapses = when(send.at + LEASE)
        return True, f"try {send.attempt} began on {when(send.at)}; without an answer it counts as unknown after {lapses}"
    before = f"the provider did not take it so far (tries: {send.attempt}); " if send and send.state is SendState.RELEASED else ""
    match ahead.decision:
        case Skip(why, checks):
            follows = "so it will be skipped, as things stand" if later else "so it is about to be skipped"
            return False, f"{before}{words.refusals(why, checks)}; {follows}"
        case Hold():
            return False, f"{before}{words.ENDS[TouchState.HELD]}"
        case Postpone(_, until, checks) if checks[-1].name == GAP:
            return True, f"{before}{words.ABOUT_THE_CART[GAP]}, so it waits until {when(until)}"
        case Postpone(channel, until, checks):
            return (
                True,
                f"{before}it is a quiet hour for {CHANNELS[channel]}s ({checks[-1].seen}), so it waits until {when(until)}",
            )
        case Send(channel):
            return True, before + _sending(case, ahead, channel)
        case None:
            return True, "it follows the step before it"


def _sending(case: Case, ahead: Ahead, channel: Channel) -> str:
    """Of a step whose every check passes."""
    name, later = CHANNELS[channel], ahead.due > case.at
    if case.shop.paused:
        whence = f"due on {when(ahead.due)} by {name}, but " if later else ""
        return f"{whence}sending is paused ({case.shop.paused}); what waits too long is skipped as too late"
    if later:
        return f"it goes out by {name} on {when(ahead.due)}, as things stand"
    after = "" if channel is Channel.EMAIL else ", or in the next hour where enough went to numbers that begin alike"
    return f"it is due, and goes out by {name} within minutes{after}"

"""The wiring of what sends, apart because it is heavy, and only `remind` sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.adapters.dynamodb.text_slots import DynamoTextSlots
from rebasket.adapters.phone_countries import country_of
from rebasket.adapters.phone_zones import zone_of
from rebasket.adapters.ses import SesMailer
from rebasket.adapters.sns import SnsTexter
from rebasket.adapters.sqs import SqsDeadTimers
from rebasket.adapters.ssm import KeyedCode
from rebasket.bootstrap import ASK, ONCE, App
from rebasket.content.composer import MessageComposer
from rebasket.observability import MetricUnit, metrics
from rebasket.usecases.attend_timer import AttendTimer
from rebasket.usecases.deliver import Deliver
from rebasket.usecases.remind import Remind
from rebasket.usecases.text_limits import TextLimits
from rebasket.usecases.touch import TouchShopper

if TYPE_CHECKING:
    from rebasket.domain.episode import TouchState


def attend_timer(app: App) -> AttendTimer:
    """All that a wake needs, from the gate to the wire."""
    sending = app.sending
    deliver = Deliver(
        links=app.links,
        composer=MessageComposer(sending.sender),
        mailer=SesMailer(app.client("sesv2", ONCE), sending.sender, sending.configuration_set),
        texter=SnsTexter(app.client("sns", ONCE), sending.sms_sender_id),
        prices=app.prices,
        identify=app.identify,
        link_code=KeyedCode(app.secrets),
        public_url=sending.public_url,
        clock=app.clock,
    )
    touch = TouchShopper(
        contacts=app.contacts,
        episodes=app.episodes,
        timers=app.timers,
        deliver=deliver,
        identify=app.identify,
        clock=app.clock,
        tally=count_touch,
        texts=TextLimits(country_of=country_of, prices=app.prices, slots=DynamoTextSlots(app.table), held_back=count_held_back),
    )
    remind = Remind(
        carts=app.carts,
        timers=app.timers,
        episodes=app.episodes,
        shops=app.shops,
        identify=app.identify,
        zone_of=zone_of,
        touch=touch,
        clock=app.clock,
        draw=app.draw,
    )
    dead_timers = SqsDeadTimers(app.client("sqs", ASK), sending.dead_timers_url)
    return AttendTimer(remind=remind, timers=app.timers, dead_timers=dead_timers, clock=app.clock)


def count_touch(state: TouchState) -> None:
    """TouchesSent, TouchesSkipped and so on: what the dashboard shows, and what an alarm watches (infra/monitoring.yaml)."""
    metrics.add_metric(name=f"Touches{state.value.capitalize()}", unit=MetricUnit.Count, value=1)


def count_held_back() -> None:
    """A text message waits for the next hour: what an alarm watches."""
    metrics.add_metric(name="TextsHeldBack", unit=MetricUnit.Count, value=1)

"""The wiring of what sends, apart because it is heavy, and only `remind` sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebasket.aws.phone_countries import country_of
from rebasket.aws.phone_zones import zone_of
from rebasket.aws.ses import SesMailer
from rebasket.aws.sms_slots import DynamoSmsSlots
from rebasket.aws.sns import SnsTexter
from rebasket.aws.sqs import SqsDeadLetters
from rebasket.aws.ssm import KeyedCode
from rebasket.messages.composer import MessageComposer
from rebasket.observability import MetricUnit, metrics
from rebasket.usecases.reminding.deliver import Deliver
from rebasket.usecases.reminding.follow_up import FollowUp
from rebasket.usecases.reminding.process_timer import ProcessTimer
from rebasket.usecases.reminding.send_step import SendStep
from rebasket.usecases.reminding.sms_slots import SmsLimits
from rebasket.wiring import ASK, ONCE, App

if TYPE_CHECKING:
    from rebasket.domain.reminders.episode import TouchState


def process_timer(app: App) -> ProcessTimer:
    """All that a wake needs, from the gate to the wire."""
    sending = app.sending
    deliver = Deliver(
        links=app.links,
        composer=MessageComposer(sending.sender),
        mailer=SesMailer(app.client("sesv2", ONCE), sending.sender, sending.configuration_set),
        texter=SnsTexter(app.client("sns", ONCE), sending.sms_sender_id),
        prices=app.prices,
        address_hash=app.address_hash,
        link_code=KeyedCode(app.secrets),
        public_url=sending.public_url,
        clock=app.clock,
    )
    send_step = SendStep(
        carts=app.carts,
        contacts=app.contacts,
        episodes=app.episodes,
        timers=app.timers,
        deliver=deliver,
        address_hash=app.address_hash,
        clock=app.clock,
        tally=count_touch,
        texts=SmsLimits(country_of=country_of, prices=app.prices, slots=DynamoSmsSlots(app.table), held_back=count_held_back),
    )
    follow_up = FollowUp(
        carts=app.carts,
        timers=app.timers,
        episodes=app.episodes,
        shops=app.shops,
        address_hash=app.address_hash,
        zone_of=zone_of,
        send_step=send_step,
        clock=app.clock,
        new_token=app.draw,
    )
    dead_letter_queue = SqsDeadLetters(app.client("sqs", ASK), sending.dead_timers_url)
    return ProcessTimer(follow_up=follow_up, timers=app.timers, dead_letter_queue=dead_letter_queue, clock=app.clock)


def count_touch(state: TouchState) -> None:
    """TouchesSent, TouchesSkipped and so on: what the dashboard shows, and what an alarm watches (infra/monitoring.yaml)."""
    metrics.add_metric(name=f"Touches{state.value.capitalize()}", unit=MetricUnit.Count, value=1)


def count_held_back() -> None:
    """A text message waits for the next hour: what an alarm watches."""
    metrics.add_metric(name="TextsHeldBack", unit=MetricUnit.Count, value=1)

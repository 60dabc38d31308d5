"""What came of a life, in values as they are stored and reported."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rebasket.usecases.reporting.report_json import report_as_data
from tests.histories.form import spelled_time
from tests.samples import SHOP

if TYPE_CHECKING:
    from datetime import datetime

    from rebasket.domain.reminders.episode import Episode, Header, Touch
    from tests.histories.form import Json
    from tests.histories.stage import Stage


def outcome(stage: Stage, begins: datetime) -> Json:
    """`messages` as the provider took them; `wakes`: when a cart was looked at; `episodes` with each step's end and the trail of
    its checks, "+" passed and "-" not; `days` and `later` as the report gives them. What is zero or not known is left out.
    """
    found = [episode for day in sorted(stage.episodes.items) for episode in stage.episodes.items[day]]
    whole = [whole for ref in sorted(found) if (whole := stage.episodes.get(ref))]
    last = (stage.clock() - timedelta(days=1)).date()
    report = report_as_data(stage.make_report(SHOP, begins.date(), last))
    days = {day.pop("day"): _told(day) for day in report["days"] if day["episodes"]}
    return {
        "messages": stage.provider.messages,
        "wakes": [f"{timer.due:%Y-%m-%d %H:%M} {timer.cart} {timer.generation}" for timer, _ in stage.outcomes],
        "episodes": {f"{e.ref.day} {e.ref.cart} {e.ref.generation}": _episode(e) for e in whole},
        "days": days,
        "later": [_told(posting) for posting in report["later_changes"]["postings"]],
    }


def _told(value: Any) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Without what is zero, empty or not known."""
    if not isinstance(value, dict):
        return value
    told = {str(name): _told(each) for name, each in value.items()}
    return {name: each for name, each in told.items() if each not in (None, 0, "", {}, []) or each is False}


def _time(at: datetime | None) -> str | None:
    return spelled_time(at) if at else None


def _episode(episode: Episode) -> Json:
    order = episode.order
    return {
        **(_header(episode, episode.header) if episode.header else {}),
        "steps": {
            str(step): _told({**_touch(touch), "provider": episode.said[step].value if step in episode.said else None})
            for step, touch in sorted(episode.touches.items())
        },
        **_told(
            {
                "clicked_at": _time(episode.clicked_at),
                "order": {
                    "id": order.order,
                    "cart": order.cart,
                    "at": _time(order.at),
                    "total": order.total.minor,
                    "currency": order.total.currency,
                    "by": order.by,
                    "refunded": episode.refunded_by_currency,
                }
                if order
                else None,
            }
        ),
    }


def _header(episode: Episode, header: Header) -> Json:
    return {
        "declared_at": _time(header.declared_at),
        "due": _time(header.due),
        "value": header.value,
        "currency": header.currency,
        "reached_by": [channel.value for channel in header.contacts],
        "rules": header.policy,
        "group": "held" if episode.held else "touched",
        "locale": header.locale,
        "time_zone": header.time_zone,
    }


def _touch(touch: Touch) -> Json:
    return {
        "state": touch.state.value,
        "why": touch.why,
        "at": _time(touch.at),
        "due": _time(touch.due),
        "channel": touch.channel.value if touch.channel else None,
        "attempt": touch.attempt,
        "parts": touch.parts,
        "cost_microusd": touch.cost,
        "price": touch.price,
        "checks": [f"{'+' if c.passed else '-'} {c.name}{': ' if c.seen else ''}{c.seen}" for c in touch.checks],
    }

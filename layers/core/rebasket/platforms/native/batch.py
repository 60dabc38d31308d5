"""A request's events: one event, an array of events, or `{"events": […]}`."""

from __future__ import annotations

from typing import NoReturn

from rebasket.domain.errors import FieldError, Invalid, TooLarge
from rebasket.http.json_pointer import step
from rebasket.http.strict_json import JsonError

MAX_EVENTS = 100

_FORMS = 'an event, an array of events, or {"events": […]}'


def split(data: object, *, strict: bool = False) -> list[tuple[str, object]]:
    """Each event in the data that `strict_json.read` returned, as it was sent, with the JSON pointer to it.

    What else stands beside `events` is passed over, unless `strict`.

    Raises Invalid where there are none, TooLarge where there are more than MAX_EVENTS.
    """
    if isinstance(data, dict) and ("events" not in data or "type" in data):
        return [("", data)]
    pointer, events = "", data
    if isinstance(data, dict):
        pointer, events = "/events", data["events"]
        strangers = [name for name in data if name != "events"]
        if strangers and strict:
            _refuse("", 'beside "events" there is nothing')
    if isinstance(events, JsonError):
        _refuse(pointer, events.detail)
    if not isinstance(events, list):
        _refuse(pointer, "must be an array of events" if pointer else f"must be {_FORMS}")
    if not events:
        _refuse(pointer, "holds no events")
    if len(events) > MAX_EVENTS:
        message = f"{len(events)} events; send at most {MAX_EVENTS} at once"
        raise TooLarge(message)
    return [(step(pointer, index), event) for index, event in enumerate(events)]


def _refuse(pointer: str, detail: str) -> NoReturn:
    message = f"the body must be {_FORMS}"
    raise Invalid(message, (FieldError(pointer, detail),))

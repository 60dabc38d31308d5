"""The form of stories: what is read, and what is refused with its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rebasket.domain.errors import Invalid
from rebasket_cli.play.story import START, read_story, story_of
from rebasket_cli.play.times import is_relative, moment, spelled

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {"at": "+0h", "event": {"type": "cart.deleted", "cart": "c1"}}


def story(**changes: object) -> dict[str, Any]:
    return {"title": "a story", "until": "+1d", "story": [EVENT]} | changes


def wrong(data: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        story_of(data)
    return {one.pointer: one.detail for one in refused.value.errors}


@pytest.mark.parametrize(
    ("text", "hours"),
    [("+0h", 0), ("+2h30m", 2.5), ("-1d", -24), ("+1d2h", 26), ("+90m", 1.5), ("+5m1s", 301 / 3600), ("+20d23h10m", 503 + 1 / 6)],
)
def test_times_from_the_start(text: str, hours: float) -> None:
    assert is_relative(text)
    assert moment(text, START) == START + timedelta(hours=hours)


@pytest.mark.parametrize("text", ["2h", "+", "-", "+h", "+1w", "+1h1d", "+1", "+1h ", "", "+1h-1m", "+9999999999d", "+１h"])
def test_what_is_no_time_from_the_start(text: str) -> None:
    assert not is_relative(text)


def test_times_by_the_calendar() -> None:
    assert moment("2026-11-02T12:00:00+02:00", START) == datetime(2026, 11, 2, 10, tzinfo=UTC)
    for text in ("2026-11-02T12:00:00", "tomorrow", "+999999999d"):
        with pytest.raises(Invalid, match="must be a time such as"):
            moment(text, START)


@pytest.mark.parametrize("text", ["+0h", "+1d2h", "-30m", "+5m1s", "+23h59m"])
def test_times_are_spelled_as_they_are_read(text: str) -> None:
    assert spelled(moment(text, START), START) == text


def test_what_a_story_leaves_out() -> None:
    read = story_of(story())
    assert (read.begins, read.shop, read.source) == (datetime(2026, 11, 2, 10, tzinfo=UTC), {}, None)
    assert (read.expect.messages, read.expect.answers) == (None, {})
    assert story_of(story(until="+399d")).until == "+399d"


def test_times_inside_events_count_from_the_start_too_under_names_of_times_only() -> None:
    event = {
        "at": "-1d",
        "paid_at": "+1h",
        "pay_by": "+2d",
        "sku": "+1d",
        "by": "shop",
        "lines": [{"title": "+5m", "revised_at": "+1m"}],
    }
    assert story_of(story()).timed(event) == {
        "at": "2026-11-01T10:00:00Z",
        "paid_at": "2026-11-02T11:00:00Z",
        "pay_by": "2026-11-04T10:00:00Z",
        "sku": "+1d",
        "by": "shop",
        "lines": [{"title": "+5m", "revised_at": "2026-11-02T10:01:00Z"}],
    }


def test_entries_happen_in_order_of_time_and_keep_their_numbers() -> None:
    entries = [{**EVENT, "at": "+2h"}, {**EVENT, "at": "-1h"}, {**EVENT, "at": "+2h"}]
    assert [number for number, _ in story_of(story(story=entries)).until_over] == [2, 1, 3]


@pytest.mark.parametrize(
    ("changes", "pointer", "detail"),
    [
        ({"until": "later"}, "/until", "must be a time"),
        ({"untill": "+1d"}, "/untill", "Extra inputs"),
        ({"start": "2026-11-02"}, "/start", "must be a time"),
        ({"story": []}, "/story", "at least 1 item"),
        ({"story": [{"at": "+0h"}]}, "/story/0", "says nothing; each entry has one of event, events"),
        ({"story": [{"at": "+0h", "click": 1, "erase": "x"}]}, "/story/0", "says click and erase"),
        ({"story": [{"at": "+0h", "click": 0}]}, "/story/0/click", "greater than 0"),
        ({"story": [{"at": "+2d", "click": 1}]}, "", "entry 1 happens after `until`"),
        ({"until": "+400d"}, "", "lasts more than 400 days"),
        ({"until": "+399d", "story": [{"at": "-1d", "click": 1}]}, "", "lasts more than 400 days"),
        ({"story": [{"event": {}}]}, "/story/0/at", "required"),
        ({"story": [{"at": "+0h", "request": {"path": "v1"}}]}, "/story/0/request/path", "match pattern"),
        ({"expect": {"answers": {"2": {}}}}, "", "expects an answer to entry 2; there are 1"),
        ({"expect": {"answers": {"1": {"stauts": 200}}}}, "/expect/answers/1/stauts", "Extra inputs"),
        ({"expect": {"messages": [{"channel": "fax"}]}}, "/expect/messages/0/channel", "'email' or 'sms'"),
        ({"expect": {"why": {"c1": "bought"}}}, "/expect/why/c1", "valid list"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], pointer: str, detail: str) -> None:
    found = wrong(story(**changes))
    assert list(found) == [pointer]
    assert detail in found[pointer]


def test_a_message_between_two_times_needs_both() -> None:
    assert story_of(story(expect={"messages": [{"at": ["+1h", "+2h"]}]})).expect.messages
    assert wrong(story(expect={"messages": [{"at": ["+1h"]}]}))


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b'{"title": ', "is no JSON: Expecting value at line 1, column 11"),
        (b'{"title": "a", "title": "b"}', "is no JSON: \u201ctitle\u201d stands twice in the same object"),
        (b"\xff", "is no JSON: "),
    ],
)
def test_files_that_cannot_be_read(content: bytes, detail: str, tmp_path: Path) -> None:
    path = tmp_path / "story.json"
    path.write_bytes(content)
    with pytest.raises(Invalid) as refused:
        read_story(path)
    assert refused.value.detail.startswith(detail)


def test_a_folder_is_no_story(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_story(tmp_path)

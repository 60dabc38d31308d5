import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.histories.difference import differences
from tests.histories.form import FILE, Json, Life, fingerprint, read
from tests.histories.plans import replay

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
HOW = "Explain it in CHANGELOG.md, and renew the histories by: python -m tests.histories.record"
SHOWN = 12
"""Differing lives, and differences in each of them, that are shown in full."""


@cache
def lives() -> list[Life]:
    return read()


def test_every_life_comes_out_as_it_was_recorded() -> None:
    found = {life.name: told for life in lives() if (told := list(differences(life.outcome, replay(life))))}
    shown = [
        "\n  ".join([f"{name}:", *told[:SHOWN], *([f"… and {len(told) - SHOWN} more"] if len(told) > SHOWN else [])])
        for name, told in list(found.items())[:SHOWN]
    ]
    if found:
        pytest.fail("\n".join([f"{len(found)} of {len(lives())} lives come out otherwise. {HOW}", *shown]), pytrace=False)


def test_the_changelog_says_which_histories_these_are_and_what_changed_in_them() -> None:
    told = re.search(r"^- Histories: `([0-9a-f]{12})`: (.+)$", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    assert told, "CHANGELOG.md has a line such as: - Histories: `0123456789ab`: what changed in them, and why."
    assert told.group(1) == fingerprint(), f"the newest line of histories in CHANGELOG.md is of others. {HOW}"


def test_a_few_hundred_lives_each_under_its_name_and_small_enough_to_read() -> None:
    assert 250 <= len(lives()) == len({life.name for life in lives()})
    assert FILE.stat().st_size <= 1_500_000


def test_what_went_in_has_the_forms_of_the_outside_and_came_in_order() -> None:
    inputs = {"post", "visit", "provider", "shop", "paused", "sweep stands until", "erased"}
    for life in lives():
        assert [said["at"] for said in life.inputs] == sorted(said["at"] for said in life.inputs), life.name
        assert {name for said in life.inputs for name in said} <= {"at", *inputs}, life.name


# -- What the set holds, once at least ------------------------------------------------------------------------------------


def _episodes() -> Iterator[Json]:
    return (episode for life in lives() for episode in life.outcome["episodes"].values())


def _steps() -> Iterator[Json]:
    return (step for episode in _episodes() for step in episode["steps"].values())


def _posted() -> Iterator[Json]:
    for life in lives():
        for body in (said["post"] for said in life.inputs if "post" in said):
            yield from body if isinstance(body, list) else body.get("events", [body])


def _refusals() -> Iterator[str]:
    """The checks that failed, without the figures in them."""
    for step in _steps():
        for check in step.get("checks", ()):
            if check.startswith("- "):
                yield re.sub(r": \d.*", "", check[2:])


def _has(found: Iterable[object], *expected: str) -> None:
    counts = Counter(map(str, found))
    assert not [name for name in expected if not counts[name]], f"missing from {sorted(counts)}"


def test_every_type_of_event_is_posted() -> None:
    _has((event["type"] for event in _posted()), "cart.updated", "cart.item_added", "cart.item_removed", "cart.deleted")
    _has((event["type"] for event in _posted()), "checkout.started", "contact.identified")
    _has((event["type"] for event in _posted()), "order.placed", "order.refunded", "order.cancelled")


def test_every_end_of_a_step_happens_for_each_of_its_reasons() -> None:
    _has((step["state"] for step in _steps()), "sent", "rejected", "skipped", "held", "unknown")
    _has(
        (f"{step['state']}: {step['why']}" for step in _steps()),
        "sent: accepted",
        "sent: the provider reported it accepted",
        "sent: the provider reported it bounced",
        "sent: the provider reported it complained",
        "rejected: the address is not acceptable",
        "rejected: not accepted in 8 tries",
        "rejected: not too late",
        "skipped: episode still open",
        "skipped: somebody to reach",
        "skipped: not bought since",
        "skipped: nobody said no",
        "skipped: cart not empty",
        "skipped: after activation",
        "skipped: not too late",
        "skipped: sms country",
        "skipped: email not suppressed",
        "skipped: email consent",
        "skipped: sms consent",
        "skipped: email cap",
        "skipped: sms cap",
        "skipped: a newer cart of the same shopper",
        "held: control group",
        "unknown: no clear answer: TimeoutError",
        "unknown: whoever claimed it never said how it ended",
    )


def test_every_check_fails_for_each_of_its_reasons() -> None:
    _has(
        _refusals(),
        "episode still open: bought",
        "episode still open: shopper came back",
        "episode still open: cart deleted",
        "episode still open: cart empty",
        "episode still open: cart erased",
        "not bought since: email contact bought",
        "not bought since: email and sms contact bought",
        "nobody said no: opted out",
        "nobody said no: email opted out",
        "a newer cart of the same shopper: c2",
        "nobody said no: complained",
        "email not suppressed: bounced",
        "email consent: none recorded",
        "email consent: account",
        "sms consent: none recorded",
        "not held for comparison",
    )


def test_people_shops_and_providers_of_every_kind() -> None:
    _has((episode.get("group") for episode in _episodes()), "touched", "held")
    _has((episode.get("currency") for episode in _episodes()), "UAH", "EUR", "USD", "JPY", "GBP", "PLN", "None")
    _has((episode.get("locale") for episode in _episodes()), "uk-UA", "uk", "en-US", "en-GB", "pl-PL", "ja-JP", "fr", "None")
    zones = ("Europe/Kyiv", "Europe/Warsaw", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Europe/London")
    _has((episode.get("time_zone") for episode in _episodes()), *zones)
    _has((episode["order"]["by"] for episode in _episodes() if "order" in episode), "cart", "contact")
    _has((step.get("provider") for step in _steps()), "accepted", "bounced", "complained")
    _has((message["channel"] for life in lives() for message in life.outcome["messages"]), "email", "sms")
    answers = ("throttled", "rejected", "taken, no answer", "lost, no answer", "taken, died", "lost, died")
    _has((answer for life in lives() for answer in life.answers.values()), *answers)
    told = ("Delivery", "Bounce", "Complaint", "Open", "Reject")
    _has((said["provider"]["eventType"] for life in lives() for said in life.inputs if "provider" in said), *told)
    heard = (re.sub(r" http.*|: .*", "", answer) for life in lives() for answer in life.outcome["answers"])
    _has(heard, "202 accepted", "202 unchanged", "202 accepted, rejected", "422 rejected", "302", "404", "200 opted out")


def test_days_are_closed_left_open_and_changed_afterwards() -> None:
    days = [day for life in lives() for day in life.outcome["days"].values()]
    _has((day["closed"] for day in days), "True", "False")
    _has((day["changed_since_closed"] for day in days), "True", "False")
    assert any(life.outcome["later"] for life in lives())
    assert all(any(name in day for day in days) for name in ("recovered", "bought_held", "revenue", "refunded", "unreachable"))


def test_a_difference_names_its_place() -> None:
    before = {"messages": [{"at": "11:01", "to": "a"}], "wakes": ["11:01", "12:00"], "days": {"1": {"held": 1}}}
    after = {"messages": [{"at": "11:02", "to": "a"}], "wakes": ["11:02", "11:30", "12:00"], "days": {}}
    assert list(differences(before, after)) == [
        "messages 1, at: 11:01 → 11:02",
        "wakes, no more: 11:01",
        "wakes, new: 11:02",
        "wakes, new: 11:30",
        "days, 1: held 1 → nothing",
    ]
    assert list(differences(before, before)) == []

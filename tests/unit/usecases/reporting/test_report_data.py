"""The report as data and as a table: whole numbers, nothing guessed, what is not known said so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest

from rebasket.domain.reporting.adjustments import Adjustment
from rebasket.domain.reporting.daily_figures import DailyFigures, Figures
from rebasket.usecases.reporting.comparison import compare, comparison_as_data
from rebasket.usecases.reporting.report import Report
from rebasket.usecases.reporting.report_json import change_as_data, report_as_data
from rebasket.usecases.reporting.report_table import dollars, in_words, money, report_as_table
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_shop, after, person
from tests.world import World

SENT = Figures(
    episodes=12, unreachable=2, held=1, touched=7, touches={"sent": 9, "unknown": 1, "skipped": 3}, recovered=3, bought_held=1,
    revenue={"EUR": 123_456, "UAH": 7}, refunded={"EUR": 5}, revenue_held={"EUR": 9}, cost=1_440, in_doubt=160,
    compared_touched=8, compared_touched_bought=3, compared_held=1, compared_held_bought=1,
)  # fmt: skip
EMAIL = Figures(touched=7, touches={"sent": 9, "unknown": 1}, recovered=3, revenue={"EUR": 123_456, "UAH": 7}, cost=1_440)
REPORT = Report(
    shop=SHOP,
    first="2026-03-01",
    last="2026-03-03",
    days=(
        DailyFigures(day="2026-03-01", total=SENT, channels={"email": EMAIL}),
        DailyFigures(day="2026-03-02", total=Figures(), channels={}),
        DailyFigures(day="2026-03-03", total=Figures(episodes=1, touches={"sent": 1}, unpriced=1), channels={}),
    ),
    open_days=frozenset({"2026-03-03"}),
)


def test_the_table_has_a_line_for_each_day_with_episodes_then_channels_then_the_total() -> None:
    assert report_as_table(REPORT) == TABLE


TABLE = """\
             episodes  unreach.  held  touched  sent  unknown  recovered           revenue  refunded       cost $  $ / recovered
-----------  --------  --------  ----  -------  ----  -------  ---------  ----------------  --------  -----------  -------------
2026-03-01         12         2     1        7     9        1          3  EUR 123456 UAH 7     EUR 5       0.0014         0.0005
2026-03-03*         1         0     0        0     1        0          0                 –         –     unpriced              –
email                                        7     9        1          3  EUR 123456 UAH 7         –       0.0014         0.0005
total              13         2     1        7    10        1          3  EUR 123456 UAH 7     EUR 5  over 0.0014              –

* still open: may change until its window is over. Revenue in minor units of its currency.
Reminded of: 8 carts, of which 3 were bought after it, 37.5 %. Held back at the same point: 1, 1 bought, 100.0 %.
What reminders did is the difference, -62.5 points (95 %: -86.3 to 23.0), or it is chance: too few carts to tell.
1 messages have no known price: their cost is not in these figures.
Unknown touches may have cost another $ 0.0002.
"""

REFUND = Figures(refunded={"EUR": 900})
SENT_AFTER_ALL = Figures(touches={"sent": 1, "unknown": -1}, cost=160, in_doubt=-160)
WITH_CHANGES = replace(
    REPORT,
    adjustments=tuple(
        Adjustment(
            shop=SHOP, number=n, arrived=arrived, posted_at=after(days=1), change=DailyFigures(day=day, total=row, channels=rows)
        )
        for n, arrived, day, row, rows in (
            (2, "2026-03-03", "2026-02-20", SENT_AFTER_ALL, {"email": SENT_AFTER_ALL}),
            (1, "2026-03-02", "2026-03-01", REFUND, {"email": REFUND}),
        )
    ),
)
WITH_CHANGES = replace(WITH_CHANGES, changes=WITH_CHANGES.adjustments[1:])


def test_later_changes_are_lines_of_their_own_below_the_total_and_the_total_with_them_below_that() -> None:
    table = report_as_table(WITH_CHANGES)
    assert table == TABLE_WITH_CHANGES
    untouched = [line.split()[1:] for line in TABLE.splitlines()[4:6]]
    assert [line.split()[1:] for line in table.splitlines()[4:6]] == untouched, "the figures of the days stay as they were"


TABLE_WITH_CHANGES = """\
               episodes  unreach.  held  touched  sent  unknown  recovered           revenue  refunded       cost $  $ / recovered
-------------  --------  --------  ----  -------  ----  -------  ---------  ----------------  --------  -----------  -------------
2026-03-01+          12         2     1        7     9        1          3  EUR 123456 UAH 7     EUR 5       0.0014         0.0005
2026-03-03*           1         0     0        0     1        0          0                 –         –     unpriced              –
email                                          7     9        1          3  EUR 123456 UAH 7         –       0.0014         0.0005
total                13         2     1        7    10        1          3  EUR 123456 UAH 7     EUR 5  over 0.0014              –
later changes         0         0     0        0    +1       -1          0                 –  EUR +900      +0.0002
with them            13         2     1        7    11        0          3  EUR 123456 UAH 7   EUR 905  over 0.0016              –

Later changes to closed days, by when they arrived; a closed day itself stays as it was closed:
  2026-03-02  2026-03-01: refunded EUR +900
  2026-03-03  2026-02-20: touches sent +1, touches unknown -1, cost $ +0.0002, in doubt $ -0.0002

* still open: may change until its window is over. Revenue in minor units of its currency.
+ changed since it was closed: among the later changes of the days when that arrived.
Reminded of: 8 carts, of which 3 were bought after it, 37.5 %. Held back at the same point: 1, 1 bought, 100.0 %.
What reminders did is the difference, -62.5 points (95 %: -86.3 to 23.0), or it is chance: too few carts to tell.
1 messages have no known price: their cost is not in these figures.
"""


def test_a_difference_that_is_surely_one_is_told_in_carts() -> None:
    row = Figures(compared_touched=1204, compared_touched_bought=181, compared_held=131, compared_held_bought=9)
    report = replace(REPORT, days=(DailyFigures(day="2026-03-01", total=row, channels={}),))
    assert report_as_table(report).splitlines()[-2:] == [
        "Reminded of: 1204 carts, of which 181 were bought after it, 15.0 %. Held back at the same point: 131, 9 bought, 6.9 %.",
        "What reminders did is the difference, 8.2 points (95 %: 2.2 to 12.0), some 98 carts (26 to 145).",
    ]


def test_a_share_of_nobody_is_not_nought() -> None:
    row = Figures(compared_held=3, compared_held_bought=1)
    report = replace(REPORT, days=(DailyFigures(day="2026-03-01", total=row, channels={}),))
    assert report_as_table(report).splitlines()[-1] == (
        "Reminded of: 0 carts, of which 0 were bought after it, –. Held back at the same point: 3, 1 bought, 33.3 %."
    )


@pytest.mark.parametrize(
    "row",
    [
        Figures(compared_held=3),
        Figures(compared_touched=3),
        Figures(),
        Figures(compared_touched=3, compared_touched_bought=-1, compared_held=2),
        Figures(compared_touched=3, compared_held=2, compared_held_bought=3),
    ],
)
def test_of_an_empty_group_or_what_cannot_have_been_counted_nothing_is_said(row: Figures) -> None:
    found = comparison_as_data(compare(row))
    assert (found["difference"], found["extra_carts"]) == (None, None)


def test_the_comparison_is_part_of_the_report() -> None:
    assert report_as_data(REPORT)["comparison"]["touched"] == {
        "carts": 8, "bought": 3, "share": 0.375, "low": 0.1368, "high": 0.6943,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"in_doubt": 160}, "Unknown touches may have cost another $ 0.0002."),
        ({"in_doubt_unpriced": 2}, "Unknown touches may have cost more: 2 of them have no known price."),
        (
            {"in_doubt": 160, "in_doubt_unpriced": 1},
            "Unknown touches may have cost another $ 0.0002, and more: 1 of them have no known price.",
        ),
    ],
)
def test_what_may_have_been_spent_is_no_nought_where_no_price_is_known(row: dict[str, Any], told: str) -> None:
    total = Figures(episodes=1, touches={"unknown": 2}, **row)
    report = replace(REPORT, days=(DailyFigures(day="2026-03-01", total=total, channels={}),))
    assert report_as_table(report).splitlines()[-1] == told
    assert report_as_data(report)["total"]["in_doubt_unpriced_messages"] == row.get("in_doubt_unpriced", 0)


def test_the_comparison_is_of_the_carts_of_these_days_and_of_no_others_whenever_their_orders_were_told() -> None:
    late = Figures(recovered=4, compared_touched_bought=4)
    earlier, ours = (
        Adjustment(
            shop=SHOP, number=1, arrived=arrived, posted_at=after(days=9), change=DailyFigures(day=day, total=late, channels={})
        )
        for arrived, day in (("2026-03-03", "2026-02-20"), ("2026-03-12", "2026-03-01"))
    )
    of_others = replace(REPORT, adjustments=(earlier,))
    assert report_as_data(of_others)["comparison"] == report_as_data(REPORT)["comparison"]
    assert "Reminded of: 8 carts, of which 3 were bought after it" in report_as_table(of_others)
    of_these = replace(REPORT, changes=(ours,))
    assert report_as_data(of_these)["comparison"]["touched"]["bought"] == 7
    assert "Reminded of: 8 carts, of which 7 were bought after it" in report_as_table(of_these)


def test_every_number_that_changed_is_told() -> None:
    change = Figures(
        episodes=1, unreachable=2, held=3, touched=4, touches={"sent": 5, "unknown": -6}, recovered=-7, bought_held=8,
        bought_untouched=9, bought_before=-10, revenue={"EUR": -11, "UAH": 0}, refunded={"UAH": 12}, revenue_held={"EUR": 13},
        cost=-14_000_000, unpriced=15, in_doubt=16_000_000, in_doubt_unpriced=21, compared_touched=17,
        compared_touched_bought=-18, compared_held=19, compared_held_bought=-20,
    )  # fmt: skip
    assert in_words(change) == [
        "episodes +1", "unreachable +2", "held +3", "touched +4", "recovered -7", "bought held +8", "bought untouched +9",
        "bought before -10", "compared touched +17", "compared touched bought -18", "compared held +19",
        "compared held bought -20", "touches sent +5", "touches unknown -6", "messages without a price +15",
        "in doubt without a price +21", "revenue EUR -11", "refunded UAH +12", "revenue held EUR +13",
        "cost $ -14.0000", "in doubt $ +16.0000",
    ]  # fmt: skip
    assert in_words(Figures()) == []


def plus(one: Any, other: Any) -> Any:  # noqa: ANN401  # numbers, or maps of them
    """What a person who adds the JSON up would do."""
    if isinstance(one, dict):
        return {name: plus(one.get(name, 0), other.get(name, 0)) for name in sorted({*one, *other})}
    return one + other


def same(one: Any, other: Any) -> bool:  # noqa: ANN401  # numbers, or maps of them
    if isinstance(one, dict):
        return all(same(one.get(name, 0), other.get(name, 0)) for name in {*one, *other} - {"cost_per_recovered_microusd"})
    return bool(one == other)


NUMBERS = list(change_as_data(Figures()))


@pytest.mark.parametrize("report", [REPORT, WITH_CHANGES])
def test_the_data_adds_up_in_every_view(report: Report) -> None:
    data = report_as_data(report)
    later = data["later_changes"]
    days, adjustments = data["days"], later["postings"]
    for name in NUMBERS:
        nothing: Any = {} if isinstance(data["total"][name], dict) else 0
        assert same(reduce(plus, (day[name] for day in days), nothing), data["total"][name]), name
        assert same(reduce(plus, (posting[name] for posting in adjustments), nothing), later["total"][name]), name
        assert same(plus(data["total"][name], later["total"][name]), data["total_with_later_changes"][name]), name
        for view, total in ((days, data["channels"]), (adjustments, later["channels"])):
            summed = reduce(
                plus, ({"email": row["channels"].get("email", {}).get(name, nothing)} for row in view), {"email": nothing}
            )
            assert same(summed["email"], total.get("email", {}).get(name, nothing)), name
        both = plus(data["channels"]["email"][name], later["channels"].get("email", {}).get(name, nothing))
        assert same(both, data["channels_with_later_changes"]["email"][name]), name


def test_the_data_says_which_day_was_changed_when_and_by_how_much() -> None:
    data = report_as_data(WITH_CHANGES)
    assert json.loads(json.dumps(data)) == data
    assert [day["changed_since_closed"] for day in data["days"]] == [True, False, False]
    first, second = data["later_changes"]["postings"]
    assert (second["day"], second["number"], second["arrived"]) == ("2026-03-01", 1, "2026-03-02")
    assert (second["refunded"], second["planned"], first["touches"]["unknown"]) == ({"EUR": 900}, 0, -1)
    assert "cost_per_recovered_microusd" not in first
    assert data["total"]["refunded"] == {"EUR": 5}
    assert data["total_with_later_changes"]["refunded"] == {"EUR": 905}


def test_the_data_is_json_with_every_state_and_whole_numbers() -> None:
    data = report_as_data(REPORT)
    assert json.loads(json.dumps(data)) == data
    first = data["days"][0]
    assert (first["day"], first["closed"], data["days"][2]["closed"]) == ("2026-03-01", True, False)
    assert first["touches"] == {"sent": 9, "rejected": 0, "skipped": 3, "held": 0, "unknown": 1}
    assert (first["planned"], first["cost_per_recovered_microusd"]) == (13, 480)
    assert data["channels"]["email"]["revenue"] == {"EUR": 123_456, "UAH": 7}
    assert data["total"]["cost_per_recovered_microusd"] is None, "one message has no known price"
    assert data["total"]["unpriced_messages"] == 1


def test_what_is_not_known_is_a_dash_and_never_a_nought() -> None:
    assert dollars(None) == "–"
    assert dollars(0) == "0.0000"
    assert dollars(160) == "0.0002"
    assert money({}) == "–"
    assert money({"UAH": 7, "EUR": 1}) == "EUR 1 UAH 7"


def test_a_real_report_goes_the_same_way(shop: Reports) -> None:
    world = World(a_shop())
    world.record(shop.updated("c1", START, who=person(ANNA)))
    world.record(shop.updated("c2", START, who=person(ANNA_PHONE)))
    world.advance(timedelta(hours=2))
    world.record(shop.ordered("c1", after(hours=2), minor=4_900))
    world.advance(timedelta(days=2))
    report = world.make_report(SHOP, START.date(), START.date())
    total = report_as_data(report)["total"]
    assert (total["planned"], total["touches"]["sent"], total["recovered"]) == (4, 3, 1)
    assert total["cost_microusd"] == 160 + 2 * 116_960
    assert "EUR 4900" in report_as_table(report)

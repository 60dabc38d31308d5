"""The report as data and as a table: whole numbers, nothing guessed, what is not known said so."""

from __future__ import annotations

import json
from datetime import timedelta

from rebasket.domain.books import DayFigures, Figures
from rebasket.usecases.figures import dollars, money, report_as_data, report_as_table
from rebasket.usecases.report import Report
from tests.samples import ANNA, ANNA_PHONE, SHOP, START, Reports, a_shop, after, person
from tests.world import World

SENT = Figures(
    episodes=12, unreachable=2, held=1, touched=7, touches={"sent": 9, "unknown": 1, "skipped": 3}, recovered=3, bought_held=1,
    revenue={"EUR": 123_456, "UAH": 7}, refunded={"EUR": 5}, revenue_held={"EUR": 9}, cost=1_440, in_doubt=160,
)  # fmt: skip
EMAIL = Figures(touched=7, touches={"sent": 9, "unknown": 1}, recovered=3, revenue={"EUR": 123_456, "UAH": 7}, cost=1_440)
REPORT = Report(
    shop=SHOP,
    first="2026-03-01",
    last="2026-03-03",
    days=(
        DayFigures(day="2026-03-01", total=SENT, channels={"email": EMAIL}),
        DayFigures(day="2026-03-02", total=Figures(), channels={}),
        DayFigures(day="2026-03-03", total=Figures(episodes=1, touches={"sent": 1}, unpriced=1), channels={}),
    ),
    open_days=frozenset({"2026-03-03"}),
)


def test_the_table_has_a_line_for_each_day_with_episodes_then_channels_then_the_total() -> None:
    assert report_as_table(REPORT) == TABLE


TABLE = """\
             episodes  unreach.  held  touched  sent  unknown  recovered           revenue       cost $  $ / recovered
-----------  --------  --------  ----  -------  ----  -------  ---------  ----------------  -----------  -------------
2026-03-01         12         2     1        7     9        1          3  EUR 123456 UAH 7       0.0014         0.0005
2026-03-03*         1         0     0        0     1        0          0                 –     unpriced              –
email                                        7     9        1          3  EUR 123456 UAH 7       0.0014         0.0005
total              13         2     1        7    10        1          3  EUR 123456 UAH 7  over 0.0014              –

* still open: may change until its window is over. Revenue in minor units of its currency.
1 messages have no known price: their cost is not in these figures.
Unknown touches may have cost another $ 0.0002.
"""


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

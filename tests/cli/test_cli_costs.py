"""`rebasket costs`: what is measured is still so, what is computed adds up, and the pages say what is computed."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from rebasket.domain.errors import Invalid
from rebasket_cli.costs import page
from rebasket_cli.costs.bill import bill, dollars, priced
from rebasket_cli.costs.courses import COURSES
from rebasket_cli.costs.lives import Measured, measure
from rebasket_cli.costs.measured import TEMPLATE, read_measured
from rebasket_cli.costs.meter import Count, Meter, item_bytes, units
from rebasket_cli.costs.monitors import alarm_metrics, dashboards
from rebasket_cli.costs.prices import price_list, regions
from rebasket_cli.costs.traffic import FULLEST, Habits, Traffic
from rebasket_cli.costs.usage import by_function, run_ms, usage
from rebasket_cli.main import app as cli
from rebasket_local.faults import Call

SENT = ("email", "text_part")
MEASURE = "measure again: .venv/bin/python -m rebasket_cli.costs.measured, then … -m rebasket_cli.costs.page"


# --- What is kept is what is so ---------------------------------------------------------------------------------------


ROUGHLY = 0.03
"""By how much a bill may move before its tables are written anew: less than anybody would notice."""


@pytest.fixture(scope="module")
def now() -> Measured:
    return measure(TEMPLATE)


@pytest.mark.parametrize("life", [*COURSES, "idle"])
def test_a_cart_costs_what_it_did_when_it_was_measured(now: Measured, life: str) -> None:
    """Besides its messages, which would hide all else."""
    traffic = Traffic(carts=0 if life == "idle" else 10**6, lives={} if life == "idle" else {life: Fraction(1)})
    then, today = (
        sum(
            line.cost or 0
            for line in bill(usage(traffic, measured), price_list("us-east-1", "US")).lines
            if line.thing not in SENT
        )
        for measured in (read_measured(), now)
    )
    assert today == pytest.approx(then, rel=ROUGHLY), MEASURE


def test_a_cart_still_needs_as_many_requests_and_messages(now: Measured) -> None:
    for name, life in read_measured().lives.items():
        assert now.lives[name].http == life.http
        for function, count in life.functions.items():
            again = now.lives[name].functions[function]
            assert (again.runs, again.emails, again.texts) == (count.runs, count.emails, count.texts), (
                f"{name} {function}; {MEASURE}"
            )


@pytest.mark.parametrize("path", page.PAGES, ids=lambda path: path.name)
def test_the_page_says_what_is_computed(path: Any) -> None:  # noqa: ANN401  # a Path
    text = path.read_text(encoding="utf-8")
    assert page.BLOCK.search(text), "no table to compute"
    assert text == page.renewed(text), "write it again: .venv/bin/python -m rebasket_cli.costs.page"


def test_every_table_has_a_place() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in page.PAGES)
    assert {match["name"] for match in page.BLOCK.finditer(text)} == set(page.BLOCKS)


# --- The meter --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "abc"}}, 5),
        ({"n": {"N": "0"}}, 2),
        ({"n": {"N": "-12.5"}}, 1 + 3),
        ({"n": {"N": "1200"}}, 1 + 2),
        ({"б": {"S": "ї"}}, 4),
        ({"l": {"L": [{"S": "ab"}, {"BOOL": True}]}}, 1 + 3 + 1 + 2 + 1 + 1),
        ({"m": {"M": {"k": {"NULL": True}}}}, 1 + 3 + 1 + 1 + 1),
        ({"b": {"B": b"1234"}, "s": {"SS": ["ab", "c"]}}, 1 + 4 + 1 + 3),
    ],
)
def test_sizes_of_items(item: dict[str, Any], size: int) -> None:
    assert item_bytes(item) == size


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (10_240, 10)])
def test_units_begun(size: int, expected: int) -> None:
    assert units(size) == expected


def told(
    meter: Meter, operation: str, params: dict[str, Any], response: dict[str, Any] | None = None, *, refused: bool = False
) -> None:
    call = Call("F", "r", "dynamodb", operation, {"TableName": "t", **params}, "before")
    meter(call)
    if not refused:
        meter(replace(call, when="after", response=response or {}))


def an_item(size: int) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": "s"}, "x": {"S": "x" * (size - 7)}}


def test_writes_count_the_larger_of_before_and_after() -> None:
    meter = Meter()
    told(meter, "PutItem", {"Item": an_item(3000)})
    told(meter, "PutItem", {"Item": an_item(100)})
    told(meter, "PutItem", {"Item": an_item(2000)}, refused=True)  # pays for what is there
    told(meter, "UpdateItem", {"Key": {}}, {"Attributes": an_item(1025)})
    told(meter, "BatchWriteItem", {"RequestItems": {"t": [{"DeleteRequest": {"Key": an_item(7)}}] * 2}})  # the second is gone
    assert meter.take() == {"F": Count(calls=5, writes=3 + 3 + 1 + 2 + 2 + 1)}


def test_reads_count_halves_and_those_of_shops_apart() -> None:
    meter = Meter()
    told(meter, "GetItem", {"Key": {"pk": {"S": "cart#a"}}, "ConsistentRead": True}, {"Item": an_item(4097)})
    told(meter, "GetItem", {"Key": {"pk": {"S": "shop#a"}}, "ConsistentRead": True})
    told(meter, "Query", {"ExpressionAttributeValues": {":pk": {"S": "x"}}}, {"Items": [an_item(3000)] * 3})
    assert meter.take() == {"F": Count(calls=3, half_reads=4 + 3, shop_half_reads=2)}


def test_a_query_for_parts_of_items_is_paid_for_all_of_them() -> None:
    meter = Meter()
    told(meter, "PutItem", {"Item": an_item(5000)})
    told(meter, "Query", {"ExpressionAttributeValues": {":pk": {"S": "p"}}}, {"Items": [{"sk": {"S": "s"}}]})
    assert meter.take() == {"F": Count(calls=2, writes=5, half_reads=2)}


def test_what_the_meter_does_not_know_is_no_zero() -> None:
    with pytest.raises(NotImplementedError, match="TransactWriteItems"):
        told(Meter(), "TransactWriteItems", {})


# --- The computation --------------------------------------------------------------------------------------------------


def test_an_idle_stack_costs_nothing_worth_naming() -> None:
    for region in regions():
        for shards in (1, 4):
            assert priced(Traffic(carts=0, shards=shards), region).total <= 500_000


def test_known_figures_of_a_million_full_lives() -> None:
    found = priced(Traffic(carts=1_000_000, lives=FULLEST), "us-east-1")
    costs = {line.thing: line.cost for line in found.lines}
    assert costs["http_request"] == 9_000_000
    assert costs["email"] == 320_000_000
    assert found.total == sum(line.cost for line in found.lines if line.cost is not None)
    assert {line.thing for line in found.unpriced} == {"backup_gb_month", "key_request"}


def test_unpriced_is_never_nothing() -> None:
    found = priced(Traffic(carts=1000, lives={"texted": Fraction(1)}, country="IT"), "eu-central-1")
    line = found.line("text_part")
    assert line
    assert (line.cost, line.source) == (None, None)
    assert line.quantity == 2000
    assert dollars(line.cost) == "unpriced"
    assert dollars(0) == "0.00"
    assert dollars(1) == "< 0.01"


def test_every_price_has_a_source_and_every_thing_a_name() -> None:
    for region in regions():
        prices = price_list(region, "UA")
        assert set(prices.prices) <= set(prices.things)
        assert set(prices.free) <= set(prices.things)
        assert all(price.source and price.each > 0 for price in prices.prices.values())
        assert set(usage(Traffic(carts=1), read_measured())) == set(prices.things)


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.sampled_from([*COURSES]))
def test_more_carts_cost_no_less(carts: int, more: int, life: str) -> None:
    lives = {life: Fraction(1)}
    few, many = (
        bill(usage(Traffic(carts=count, lives=lives), read_measured()), price_list("us-east-1", "US"))
        for count in (carts, carts + more)
    )
    # Environments that stay warm save start-ups: a cart more may cost Lambda less.
    for line in few.lines:
        other = many.line(line.thing)
        assert other
        assert line.thing == "lambda_gb_second" or (other.cost or 0) >= (line.cost or 0)


@given(*(st.integers(0, 100) for _ in range(4)))
def test_every_cart_lives_one_life(left: int, reachable: int, recovered: int, by_text: int) -> None:
    lives = Habits(left=left, reachable=reachable, recovered=recovered, by_text=by_text).lives()
    assert sum(lives.values()) == 1
    assert min(lives.values()) >= 0


def test_no_such_share() -> None:
    with pytest.raises(Invalid):
        Habits(left=101)
    with pytest.raises(Invalid):
        price_list("mars-north-1", "US")


def test_a_sweep_reads_in_proportion_to_its_shards() -> None:
    measured = read_measured()
    one, four = (by_function(Traffic(carts=0, shards=shards), measured)["SweepFunction"] for shards in (1, 4))
    assert (four.half_reads - one.half_reads) / 3 == one.half_reads - 2 * one.runs
    assert run_ms(four, 256) > run_ms(one, 256) > 0


def test_alarms_and_dashboards_are_counted_where_they_are_deployed() -> None:
    assert (alarm_metrics("none"), dashboards("none")) == (0, 0)
    assert (dashboards("alarms"), dashboards("dashboard")) == (0, 1)
    assert 20 <= alarm_metrics("alarms") == alarm_metrics("dashboard") <= 60
    found = priced(Traffic(carts=0, monitoring="dashboard"), "us-east-1")
    assert {"alarm_metric_month", "dashboard_month"} <= {line.thing for line in found.unpriced}


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_says_it_as_json() -> None:
    words = ["costs", "--carts", "1000", "--by-text", "100", "--country", "ua", "--parts", "2", "--json"]
    data = json.loads(CliRunner().invoke(cli, words).output)
    lines = {line["thing"]: line for line in data["lines"]}
    assert data["carts"] == 1000
    assert "email" not in lines
    assert lines["text_part"]["cost_microusd"] == 116_960 * lines["text_part"]["quantity"]
    assert data["total_priced_microusd"] == sum(line["cost_microusd"] or 0 for line in data["lines"])


def test_the_command_says_it_to_a_person() -> None:
    told_so = CliRunner().invoke(cli, ["costs", "--carts", "0", "--region", "eu-central-1"]).output
    assert "0 carts a month in eu-central-1" in told_so
    assert "unpriced" in told_so

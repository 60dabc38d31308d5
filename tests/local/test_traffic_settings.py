"""Every figure of the traffic names its source, and those that were measured are what was measured."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from rebasket_local.traffic.catalogue import catalogue, pictures
from rebasket_local.traffic.settings import SettingsWrong, read_settings
from tests.shared_data import shared

SESSIONS = "A3-retailrocket-cart-sessions/cart_session_features.csv.gz"


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(shared("FACTS.json").read_text())
    return found


def test_every_figure_has_a_source() -> None:
    _, figures = read_settings()
    assert len(figures) > 50
    assert [figure.name for figure in figures if len(figure.source) < 7] == []
    assert {"purchases.at_once", "markets.0.currency"} <= {figure.name for figure in figures}


def test_what_is_not_measured_says_so() -> None:
    """Behaviour is from a data set, from a publication, or assumed; only the shop itself is made up."""
    _, figures = read_settings()
    behaviour = [figure for figure in figures if figure.name.partition(".")[0] not in {"shop", "markets"}]
    origins = ("RetailRocket", "REES46", "Klaviyo 2017", "assumed", "both ways")
    assert [figure.name for figure in behaviour if not figure.source.startswith(origins)] == []


def test_habits_are_those_of_the_measured_sessions(measured: dict[str, dict[str, object]]) -> None:
    settings, _ = read_settings()
    a3 = measured["A3_sessions"]
    assert settings.purchases.at_once == round(a3["with_transaction"] / a3["cart_sessions"], 4)  # type: ignore[operator]  # numbers
    assert settings.arrivals.again == round(a3["visitors_with_2+_cart_sessions"] / a3["visitors"], 3)  # type: ignore[operator]  # numbers
    one = a3["last cart to session end, sessions with exactly 1 transaction"]
    bought = a3["last_cart_to_session_end_s bought"]
    look = measured["A3_prefix"]["seconds_from_first_event_to_first_cart"]
    for spread, fact in (
        (settings.purchases.after_last_item, one),
        (settings.reminders.buys_after_click, bought),
        (settings.carts.look_around, look),
    ):
        assert isinstance(fact, dict)
        assert (spread.median_s, spread.p90_s) == (round(fact["median"]), round(fact["p90"]))


def test_hours_are_those_of_the_measured_sessions(measured: dict[str, dict[str, object]]) -> None:
    settings, _ = read_settings()
    a3 = measured["A3_prefix"]
    top, total = a3["hour_utc_of_first_cart_top5"], a3["sessions"]
    assert isinstance(top, dict)
    assert isinstance(total, int)
    for hour, number in top.items():
        assert settings.arrivals.by_hour[int(hour)] == round(1000 * number / total)


def test_additions_are_those_of_the_measured_sessions() -> None:
    settings, _ = read_settings()
    with gzip.open(shared(SESSIONS), "rt", newline="") as lines:
        counts = Counter(min(int(row["addtocart_count"]), 8) for row in csv.DictReader(lines))
    total = sum(counts.values())
    assert settings.carts.additions == tuple(round(1000 * counts[number] / total) for number in range(1, 9))


def test_the_assumed_share_of_buyers_is_named_beside_what_was_measured(measured: dict[str, dict[str, object]]) -> None:
    _, figures = read_settings()
    source = next(figure.source for figure in figures if figure.name == "reminders.click_buys")
    campaigns = measured["A4"]["cart_like"]
    assert isinstance(campaigns, list)
    campaign = next(each for each in campaigns if each["topic"] == "abandoned cart")
    assert f"{campaign['purchasers']} purchasers" in source
    assert f"{campaign['recipients']:,} recipients" in source


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("at_once = 0.5", "purchases.at_once"),
        ('at_once = { value = 1.5, source = "assumed" }', "purchases.at_once"),
        ('at_twice = { value = 0.5, source = "assumed" }', "purchases.at_twice"),
        ("at_once = {", "traffic.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, wrong: str, named: str) -> None:
    path = tmp_path / "traffic.toml"
    path.write_text(f"[purchases]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(SettingsWrong, match=named):
        read_settings(path)


def test_pictures_are_local_svg_of_fake_addresses() -> None:
    settings, _ = read_settings()
    found = pictures(settings.shop)
    assert len(found) == len(catalogue()) >= 16
    for url, picture in found.items():
        assert url.startswith("https://images.lantern-linen.example/")
        assert picture.startswith("<svg ")
        assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


def test_prices_are_whole_steps_of_each_market() -> None:
    settings, _ = read_settings()
    for market in settings.markets:
        for product in catalogue():
            price = product.price_in(market)
            assert price > 0
            assert price % market.rounded_to == 0

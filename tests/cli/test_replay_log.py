"""A REES46 log is read line by line: good lines are events, bad ones are named, and none takes another with it."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rebasket.domain.carts.events import ItemAdded, ItemRemoved, OrderPlaced
from rebasket.http.strict_json import read
from rebasket.platforms.native.translate import parse
from rebasket_local.replay.rees46 import COLUMNS, NotThisFormat, read_log
from rebasket_local.replay.retell import event_of
from tests.samples import a_shop

if TYPE_CHECKING:
    from pathlib import Path

BEGAN = datetime(2019, 10, 1, tzinfo=UTC)
HEADER = ",".join(COLUMNS)
VIEW = "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d7"
CART = "2019-10-01 00:01:00 UTC,cart,1004856,2053013555631882655,electronics.smartphone,samsung,130.76,520088904,aaaa"
PURCHASE = "2019-10-01 00:02:00 UTC,purchase,1004856,2053013555631882655,electronics.smartphone,samsung,130.76,520088904,aaaa"
REMOVAL = "2019-10-01 00:03:00 UTC,remove_from_cart,1004856,2053013555631882655,,,130.76,520088904,bbbb"


def a_log(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def test_views_are_counted_and_the_rest_is_kept(tmp_path: Path) -> None:
    log = read_log(a_log(tmp_path, VIEW, CART, PURCHASE, REMOVAL))
    assert log.kinds == {"view": 1, "cart": 1, "purchase": 1, "remove_from_cart": 1}
    assert [(row.line, row.kind, row.price) for row in log.rows] == [
        (3, "cart", 13076),
        (4, "purchase", 13076),
        (5, "remove_from_cart", 13076),
    ]
    assert (log.began, log.ended) == (BEGAN, BEGAN.replace(minute=3))
    assert log.malformed == []


def test_plain_and_gzipped_are_the_same(tmp_path: Path) -> None:
    plain = a_log(tmp_path, VIEW, CART, "broken")
    zipped = tmp_path / "log.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_log(plain) == read_log(zipped)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2019-10-01 02:50:00 UTC,view,10900305,2053,appliances,elenberg,25.71,52040330", "8 fields instead of 9"),
        ("", "0 fields instead of 9"),
        (CART.replace("2019-10-01 00:01:00 UTC", "yesterday"), "'yesterday' is no time"),
        (CART.replace("UTC", "CET"), "is no time"),
        (CART.replace(",cart,", ",wish,"), "'wish' is none of view, cart"),
        (CART.replace("130.76", ""), "'' is no number"),
        (CART.replace("130.76", "NaN"), "out of range"),
        (CART.replace("130.76", "-1"), "out of range"),
        (CART.replace("130.76", "1e99"), "out of range"),
        (CART.replace("130.76", "1.005"), "more than two digits"),
        (CART.replace(",aaaa", ","), "user_session is empty"),
        (CART.replace("520088904", " "), "user_id is empty"),
        (CART.replace("1004856", "x" * 200), "product_id is empty, too long"),
        (CART.replace("samsung", '"samsung'), "not CSV"),
    ],
)
def test_a_bad_line_is_named_and_stands_alone(tmp_path: Path, line: str, why: str) -> None:
    log = read_log(a_log(tmp_path, VIEW, line, PURCHASE))
    assert [(bad.line, why in bad.why) for bad in log.malformed] == [(3, True)]
    assert [row.line for row in log.rows] == [4]


def test_bytes_that_are_no_utf_8_spoil_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(f"{HEADER}\n{VIEW}\n".encode() + b"\xff\xfe\x00,\x80\n" + f"{CART}\n".encode())
    log = read_log(path)
    assert [bad.line for bad in log.malformed] == [3]
    assert [row.line for row in log.rows] == [4]


def test_the_same_line_twice_is_one_event_told_twice(tmp_path: Path) -> None:
    log = read_log(a_log(tmp_path, CART, CART, CART.replace("aaaa", "bbbb")))
    marks = [row.mark for row in log.rows]
    assert marks[0] == marks[1] != marks[2]


def test_rows_are_in_order_of_time(tmp_path: Path) -> None:
    assert [row.kind for row in read_log(a_log(tmp_path, REMOVAL, PURCHASE, CART)).rows] == [
        "cart",
        "purchase",
        "remove_from_cart",
    ]


@pytest.mark.parametrize("header", ["", "time,type", HEADER + ",more", HEADER.replace("price", "cost")])
def test_another_file_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(NotThisFormat, match="first line has to be event_time"):
        read_log(a_log(tmp_path, CART, header=header))


def test_a_file_of_nothing_but_rubbish_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotThisFormat, match="not one of 2 lines"):
        read_log(a_log(tmp_path, "rubbish", "more"))


def test_rows_become_events_that_the_api_takes(tmp_path: Path) -> None:
    log = read_log(a_log(tmp_path, CART, PURCHASE, REMOVAL))
    shop = a_shop()
    events = [
        parse(read(json.dumps(event_of(row, currency="USD", host="tea.example", consented_at=BEGAN)).encode()), shop, row.at)
        for row in log.rows
    ]
    added, order, removed = events
    assert isinstance(added, ItemAdded)
    assert (added.cart, added.line.title, added.line.unit_price, added.line.quantity) == ("aaaa", "Samsung smartphone", 13076, 1)
    assert added.person.statements[0].address.value == "user-520088904@example.com"
    assert isinstance(order, OrderPlaced)
    assert order.total is not None
    assert (order.cart, order.total.minor, order.total.currency) == ("aaaa", 13076, "USD")
    assert isinstance(removed, ItemRemoved)
    assert (removed.cart, removed.sku, removed.quantity) == ("bbbb", "1004856", 1)


def test_each_purchase_row_is_an_order_of_its_own(tmp_path: Path) -> None:
    other = PURCHASE.replace("00:02:00", "00:09:00")
    log = read_log(a_log(tmp_path, PURCHASE, PURCHASE, other))
    orders = [event_of(row, currency="USD", host="tea.example", consented_at=BEGAN)["order"] for row in log.rows]
    assert orders[0] == orders[1] != orders[2]


def test_what_has_neither_brand_nor_category_is_named_by_its_number(tmp_path: Path) -> None:
    bare = CART.replace("electronics.smartphone,samsung", ",")
    event = event_of(read_log(a_log(tmp_path, bare)).rows[0], currency="USD", host="tea.example", consented_at=BEGAN)
    line = event["line"]
    assert isinstance(line, dict)
    assert line["title"] == "Product 1004856"

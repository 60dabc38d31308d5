"""report.html and the outbox: self-contained, escaped, readable without eyes, and they show what there was."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from rebasket.domain.reminders.episode import TouchState
from rebasket_local.results.outbox_files import write_outbox
from rebasket_local.results.page import About, report_page
from rebasket_local.results.previews import preview
from rebasket_local.results.samples import samples
from rebasket_local.results.summary import broken, summarise
from rebasket_local.results.terminal import closing_table
from rebasket_local.traffic.settings import Figure
from tests.cli.demo_findings import EVIL, LAMP, PICTURES, REFUND, ROW, Elements, findings, reported
from tests.cli.made_up_world import a_message
from tests.cli.test_demo_figures import an_episode
from tests.samples import START, a_shop

if TYPE_CHECKING:
    from pathlib import Path

    from rebasket_local.results.findings import Findings


def page_of(found: Findings, **about: Any) -> str:  # noqa: ANN401  # as above
    summary = summarise(found, wall_s=1.0, seed=1, days=14)
    told = About(**{"title": "Report", "origin": "a test", "command": "rebasket demo", **about})
    return report_page(found, summary, told, samples(found, PICTURES), [Figure("a.b", 1, "assumed")])


def test_the_page_needs_nothing_but_itself() -> None:
    elements = Elements(page_of(findings()))
    assert elements.named("script") == elements.named("link") == elements.named("img") == []
    asked = [
        value for _, attributes in elements.all for name, value in attributes.items() if name in {"src", "href", "data", "poster"}
    ]
    assert [value for value in asked if value and not value.startswith(("#", "data:"))] == []
    policy = next(meta["content"] for meta in elements.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_the_page_can_be_read_without_eyes() -> None:
    page = page_of(findings())
    elements = Elements(page)
    assert elements.named("html") == [{"lang": "en"}]
    assert len(elements.named("table")) == len(elements.named("caption"))
    assert all("scope" in attributes for attributes in elements.named("th"))
    assert all(svg.get("role") == "img" or svg.get("aria-hidden") == "true" for svg in elements.named("svg"))
    assert len(elements.named("h1")) == len(elements.named("main")) == 1
    assert all(frame.get("title") for frame in elements.named("iframe"))


def test_messages_are_shown_in_a_sandbox() -> None:
    found = findings()
    frames = Elements(page_of(found)).named("iframe")
    assert [frame["sandbox"] for frame in frames] == [""]
    assert frames[0]["srcdoc"] == preview(found.messages[0], PICTURES).page
    assert "Cart: https:&#x2f;&#x2f;ll.example" in page_of(found)


def test_whatever_somebody_called_themselves_stays_text() -> None:
    shop = a_shop()
    evil = type(shop)(**{name: getattr(shop, name) for name in shop.__slots__} | {"name": EVIL})
    touched = an_episode(EVIL, touches={1: TouchState.SENT})
    page = page_of(findings(shop=evil, episodes=[touched]), origin=EVIL, command=EVIL, notes=[EVIL])
    assert "<script" not in page
    assert page.count("alert(1)") >= 4


def test_pictures_are_inside_the_preview() -> None:
    mail = a_message(1, "anna@example.com", at=START)
    raw = mail.raw.replace(b"<p><a", f'<img alt="Lamp" src="{LAMP}"><img src="https://elsewhere.example/x.png"><p><a'.encode(), 1)
    page = preview(type(mail)(**{**mail.__dict__, "raw": raw}), PICTURES).page
    sources = [image["src"] for image in Elements(page).named("img")]
    assert (sources[0] or "").startswith("data:image/svg+xml;base64,")
    assert sources[1] == "https://elsewhere.example/x.png"


def test_figures_are_on_the_page() -> None:
    page = page_of(findings())
    text = re.sub(r"<[^>]+>", " ", page)
    assert "€10.00" in text
    assert "$0.1171" in text
    assert "1 days are still open" in text
    assert "Too few to tell." in text
    assert "to countries whose price is known; at most 20 an hour to numbers that begin alike" in text


@pytest.mark.parametrize(("countries", "said"), [({"UA", "ES"}, "to ES, UA; at most"), (set(), "to nobody; at most")])
def test_the_countries_that_are_texted_are_on_the_page(countries: set[str], said: str) -> None:
    shop = findings().shop
    policy = replace(shop.policy, sms_countries=frozenset(countries))
    assert said in page_of(findings(shop=replace(shop, policy=policy)))


def test_a_difference_that_can_be_told_is_told() -> None:
    row = ROW | {"compared_touched": 200, "compared_touched_bought": 60, "compared_held": 100}
    page = page_of(findings(report=reported([], row, {})))
    assert "Too few to tell" not in page
    assert "60 carts" in page


def test_a_group_that_is_empty_is_not_compared() -> None:
    page = page_of(findings(report=reported([], ROW | {"compared_held": 0}, {})))
    assert "There is nothing to compare" in page


def test_an_empty_run_makes_a_page_too() -> None:
    none = ROW | {
        "episodes": 0, "touched": 0, "held": 0, "planned": 0, "recovered": 0, "revenue": {}, "cost_microusd": 0,
        "cost_per_recovered_microusd": None, "compared_touched": 0, "compared_touched_bought": 0, "compared_held": 0,
        "touches": dict.fromkeys(("sent", "rejected", "skipped", "held", "unknown"), 0),
    }  # fmt: skip
    empty = findings(report=reported([], none, {}), episodes=[], carts=[], messages=[], touches={})
    assert "There is nothing to compare" in page_of(empty)
    assert broken(summarise(empty, wall_s=0)) == []


def test_later_changes_to_closed_days_are_told_apart_and_summed_beside_the_days() -> None:
    plain = page_of(findings())
    assert "Later changes" not in plain
    assert plain.count("All days") == 1
    day = {"day": "2026-03-02", "closed": True, "changed_since_closed": True, "channels": {}, **ROW}
    changed = findings(report=reported([day], ROW, {"email": ROW}, REFUND))
    page = page_of(changed)
    assert "closed, changed since" in page
    row = page.split('<tr><th scope="row" class="day">2026-03-03</th>')[1].split("</tr>")[0]
    assert "2026-02-22" in row
    assert "recovered −1, touches sent +1,000, refunded +€49.00, cost −$0.0002" in row
    foot = page.split("<tfoot>")[1].split("</tfoot>")[0]
    assert [text for text in ("All days", "Later changes", "With them") if text in foot] == [
        "All days",
        "Later changes",
        "With them",
    ]
    assert foot.count("€49.00") == 2, "in the line of the changes and in the total with them"
    summary = summarise(changed, wall_s=1.0)
    assert (summary["later_changes"], summary["refunded"]) == (1, {"EUR": 4_900})


def test_a_broken_promise_is_on_the_page_and_in_the_terminal() -> None:
    found = findings(failures=3)
    assert "3 times functions failed" in page_of(found)
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(closing_table(summarise(found, wall_s=1.0), found.channels, "Test"))
    assert "✗ 3 times functions failed" in console.export_text()


def test_the_outbox_holds_the_bytes_that_left(tmp_path: Path) -> None:
    found = findings()
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "0009-email.eml").write_text("of an earlier run")
    write_outbox(found, tmp_path / "outbox", PICTURES)
    names = sorted(path.name for path in (tmp_path / "outbox").iterdir())
    assert names == ["0001-email.eml", "0001-email.html", "0002-sms.html", "0002-sms.txt", "index.html"]
    assert (tmp_path / "outbox" / "0001-email.eml").read_bytes() == found.messages[0].raw
    assert (tmp_path / "outbox" / "0002-sms.txt").read_text() == found.messages[1].text
    links = {link["href"] for link in Elements((tmp_path / "outbox" / "index.html").read_text()).named("a")}
    assert links == set(names) - {"index.html"}

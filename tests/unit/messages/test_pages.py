import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from rebasket.messages import pages
from tests.unit.messages.briefs import SHOP, UKRAINIAN, read

ELEMENTS = {"html", "head", "meta", "title", "style", "body", "main", "p", "h1", "form", "button", "a"}
ALL = {
    "opt-out": pages.opt_out_page(SHOP, "en", "/o/code"),
    "opted out": pages.opted_out_page(SHOP, "en", "code"),
    "back again": pages.back_again_page(SHOP, "en"),
    "not undone": pages.not_undone_page(SHOP, "en"),
    "unknown": pages.unknown_page("en"),
    "gone": pages.gone_page(SHOP, "en"),
}


def test_opting_out_takes_a_press_of_the_one_button() -> None:
    page = read(ALL["opt-out"])
    form = page.one("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "/o/code")
    assert page.one("button").text == "Unsubscribe"
    assert page.all("a") == []


def test_who_opted_out_may_take_it_back_by_one_button() -> None:
    page = read(ALL["opted out"])
    form = page.one("form")
    assert (form.attributes["method"], form.attributes["action"]) == ("post", "code")
    assert (page.one("button").attributes["name"], page.one("button").attributes["value"]) == ("undo", "1")
    assert page.one("a").attributes["href"] == "https://oak.example/"


@pytest.mark.parametrize("name", ["back again", "not undone", "unknown", "gone"])
def test_other_pages_change_nothing(name: str) -> None:
    assert read(ALL[name]).all("form") == []


def test_leads_to_the_shop() -> None:
    assert read(ALL["gone"]).one("a").attributes["href"] == "https://oak.example/"
    assert (
        read(pages.gone_page(replace(SHOP, url="http://oak.example/"), None)).one("a").attributes["href"] == "http://oak.example/"
    )
    assert read(pages.gone_page(replace(SHOP, url="javascript:alert(1)"), None)).all("a") == []
    assert read(ALL["unknown"]).all("a") == []


@pytest.mark.parametrize("page", ALL.values(), ids=ALL.keys())
def test_stands_alone(page: str) -> None:
    seen = read(page)
    assert {e.tag for e in seen.elements} <= ELEMENTS
    assert not [name for e in seen.elements for name in e.attributes if name == "style" or name.startswith("on") or name == "src"]
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("page", ALL.values(), ids=ALL.keys())
def test_can_be_read_aloud(page: str) -> None:
    seen = read(page)
    assert seen.one("html").attributes == {"lang": "en", "dir": "ltr"}
    assert seen.one("h1").text
    assert seen.one("title").text.startswith(seen.one("h1").text)
    assert len(seen.all("main")) == 1
    assert "width=device-width" in seen.one("meta", name="viewport").attributes["content"]


@pytest.mark.parametrize("page", ALL.values(), ids=ALL.keys())
def test_policy_names_the_style_by_its_hash(page: str) -> None:
    (style,) = re.findall(r"<style>(.*)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = pages.content_security_policy(page)
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("locale", "language"),
    [("uk-UA", "uk"), ("uk-UA,uk;q=0.9,en-US;q=0.8", "uk"), ("de,en;q=0.5", "en"), (None, "uk"), ("de", "uk")],
)
def test_in_the_shoppers_language_else_the_shops(locale: str | None, language: str) -> None:
    assert read(pages.opted_out_page(UKRAINIAN, locale, "code")).one("html").attributes["lang"] == language


def test_in_ukrainian() -> None:
    page = read(pages.opt_out_page(UKRAINIAN, "uk", "/o/code"))
    assert page.one("button").text == "Відписатися"
    assert "«Дубок»" in page.text


def test_starts_without_the_libraries_of_mail() -> None:
    program = (
        "import sys; from rebasket.messages import pages; pages.unknown_page('uk');"
        "print([name for name in ('babel', 'mjml', 'phonenumbers', 'gsm0338', 'email') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert result.stdout.strip() == "[]"

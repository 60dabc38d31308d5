"""The content layer leaves out most of Babel's locale data, and nothing that a message shows."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import babel
import pytest
from babel.localedata import locale_identifiers

from layers.content.trim import EMPTIED, trim

SHOWS = """
import json, sys
from datetime import date
from decimal import Decimal
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

amount, day = Decimal("-1234567.895"), date(2026, 11, 22)
print(json.dumps({
    name: [
        *(format_currency(amount, currency, locale=name, decimal_quantization=False) for currency in ("EUR", "UAH", "JPY")),
        format_decimal(amount, locale=name),
        format_percent(amount, locale=name),
        *(format_date(day, style, locale=name) for style in ("short", "medium", "long", "full")),
        format_list(["a", "b", "c"], locale=name),
        [Locale.parse(name).plural_form(count) for count in range(30)],
        Locale.parse(name).text_direction,
    ]
    for name in sys.argv[1:]
}))
"""


def shown(site: Path, locales: list[str]) -> dict[str, list[object]]:
    command = [sys.executable, "-B", "-c", SHOWS, *locales]
    done = subprocess.run(command, env={"PYTHONPATH": str(site)}, capture_output=True, text=True, check=True)
    found: dict[str, list[object]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("layer")
    shutil.copytree(Path(babel.__file__).parent, made / "babel", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "layers/content/trim.py", str(made)]
    subprocess.run(command, cwd=Path(trim.__code__.co_filename).parents[2], check=True)
    return made


def test_every_locale_formats_as_before(site: Path) -> None:
    every = sorted(locale_identifiers())
    some = [*every[::17], "en", "en_GB", "uk", "uk_UA", "ar_EG", "hi", "zh_Hant_TW"]
    full = Path(babel.__file__).parents[1]
    assert shown(site, some) == shown(full, some)
    assert len(every) == len(list((site / "babel/locale-data").glob("*.dat"))) - 1  # and `root`, which is none


def test_it_is_a_third_of_the_size(site: Path) -> None:
    def size(folder: Path) -> int:
        return sum(path.stat().st_size for path in folder.glob("locale-data/*.dat"))

    assert size(site / "babel") < size(Path(babel.__file__).parent) / 3


def test_the_parts_that_are_emptied_are_parts_of_a_locale() -> None:
    data = babel.localedata.load("en")
    assert data.keys() >= EMPTIED

import dataclasses
import json
import string
from pathlib import Path

import pytest
from babel import Locale

from rebasket.messages import gsm
from rebasket.messages import wording as module
from rebasket.messages.languages import LANGUAGES
from rebasket.messages.wording import StepWords, wording

FOLDER = Path(module.__file__).parent / "locales"


def placeholders(value: object) -> object:
    """The same structure with each text replaced by the names that it asks for."""
    if isinstance(value, str):
        return sorted({name for _, name, _, _ in string.Formatter().parse(value) if name is not None})
    if isinstance(value, dict):
        return {key: placeholders(item) for key, item in value.items() if key not in {"vocatives", "more"}}
    if isinstance(value, list):
        return [placeholders(item) for item in value]
    return value


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_ask_for_the_same_values(language: str) -> None:
    read = {name: json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in (language, "en")}
    assert placeholders(read[language]) == placeholders(read["en"])


def test_each_catalogue_is_offered() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_has_every_plural_form_of_its_language(language: str) -> None:
    forms = {Locale(language).plural_form(n) for n in range(1, 200)}
    assert forms <= set(wording(language).more)
    assert all("{count}" in form for form in wording(language).more.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_words_of_its_own(language: str) -> None:
    first, second, third = (dataclasses.astuple(wording(language).step(n)) for n in (1, 2, 3))
    assert not set(first) & set(second)
    assert not set(first) & set(third)
    assert not set(second) & set(third)
    assert wording(language).step(4) is wording(language).step(3)


def test_english_texts_are_in_the_cheap_alphabet() -> None:
    assert all(gsm.fits(step.text + step.text_with_title) for step in wording("en").steps)


@pytest.mark.parametrize("step", [step for language in LANGUAGES for step in wording(language).steps])
def test_links_in_texts_end_where_the_address_ends(step: StepWords) -> None:
    for text in (step.text, step.text_with_title):
        for link in ("{restore}", "{opt_out}"):
            assert text.partition(link)[2][:1] in {"", " "}


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Олена", "Вітаємо, Олено!"),
        ("ОЛЕНА ПЕТРЕНКО", "Вітаємо, Олено!"),
        ("андрій", "Вітаємо, Андрію!"),
        ("В’ячеслав", "Вітаємо, В'ячеславе!"),
        ("Emma", "Вітаємо, Emma!"),
        ("Аделіна Й.", "Вітаємо, Аделіна Й.!"),
        ("", "Вітаємо!"),
    ],
)
def test_greets_in_the_vocative_where_it_is_known(name: str, greeting: str) -> None:
    assert wording("uk").greet(name) == greeting


def test_vocatives_stay_close_to_their_names() -> None:
    vocatives = wording("uk").vocatives
    assert len(vocatives) > 100
    for name, vocative in vocatives.items():
        assert name == name.capitalize()
        assert vocative[-1] in "еєюоу"
        assert vocative[:2] == name[:2]

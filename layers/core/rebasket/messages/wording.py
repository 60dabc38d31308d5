"""The words of one language: `locales/<language>.json`, the only place where text for shoppers is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rebasket.messages.plain import isolated

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent / "locales"
_APOSTROPHES: Final = str.maketrans("’ʼ`´", "''''")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """What one reminder says. `text` is the text message; `text_with_title` names the product of a cart with one line."""

    subject: str
    preheader: str
    headline: str
    intro: str
    button: str
    text: str
    text_with_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """What one page says; `action` is its button or link, empty when it has none; `undo` the button that takes it back."""

    title: str
    body: str
    action: str
    undo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One catalogue. `more` by CLDR plural category; `vocatives` are first names as one addresses people by them."""

    language: str
    direction: str
    steps: tuple[StepWords, ...]
    greeting: str
    greeting_nameless: str
    cart: str
    quantity: str
    more: Mapping[str, str]
    and_more: str
    total: str
    subtotal: str
    note: str
    why: str
    stop: str
    pages: Mapping[str, PageWords]
    vocatives: Mapping[str, str]

    def step(self, number: int) -> StepWords:
        """The words of step `number`, from 1; later steps say what the last one says."""
        return self.steps[min(max(number, 1), len(self.steps)) - 1]

    def greet(self, name: str) -> str:
        """Greets `name` (one line, may be empty). A first name that declines is called by its vocative, without the rest."""
        if not name:
            return self.greeting_nameless
        vocative = self.vocatives.get(_first_name(name))
        return self.greeting.format(name=isolated(vocative or name))


def _first_name(name: str) -> str:
    """As the list of vocatives spells it: `В'ячеслав` of `В’ЯЧЕСЛАВ Чорновіл`."""
    return name.split(maxsplit=1)[0].translate(_APOSTROPHES).capitalize()


@lru_cache
def wording(language: str) -> Wording:
    """The catalogue of one of `languages.LANGUAGES`."""
    words = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    steps = tuple(StepWords(**step) for step in words.pop("steps"))
    pages = {name: PageWords(**page) for name, page in words.pop("pages").items()}
    return Wording(language=language, steps=steps, pages=pages, **words)

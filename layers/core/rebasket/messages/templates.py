"""The templates, ready to fill. Everything that goes into HTML is escaped; a name that is missing is an error, not a blank."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from minijinja import Environment, TemplateError

from rebasket.messages.links import href

_FOLDER: Final = Path(__file__).parent / "templates"
_FUEL = 50_000
"""Steps that one filling may take: fifteen times what the longest mail needs. A loop gone wrong ends in an error."""

_LONGEST = 400_000
"""Characters of one filling: some four times the longest mail. A step may repeat a text as often as it likes."""

_NAMES: Final = frozenset({"email.html", "email.txt", "page.html"})
"""All there are, so that no `include` reads another file."""


def render(name: str, **values: object) -> str:
    """`name` (`email.html`, `email.txt`, `page.html`) filled with `values`. Raises TemplateError, also for too long a text."""
    filled = _ENVIRONMENT.render_template(name, **values)
    if len(filled) > _LONGEST:
        message = f"{name} came out longer than {_LONGEST} characters"
        raise TemplateError(message)
    return filled


def _source(name: str) -> str | None:
    if name not in _NAMES:
        return None
    if name == "email.html":
        return _compiled((_FOLDER / "email.mjml").read_text(encoding="utf-8"))
    return (_FOLDER / name).read_text(encoding="utf-8")


def _compiled(mjml: str) -> str:
    """MJML to HTML once in a process; what is in braces comes through untouched and is filled each time."""
    from mjml import mjml2html  # noqa: PLC0415  # pages are filled here, too, and need no mail layout

    return re.sub(r"\n\s+", "\n", mjml2html(mjml, disable_comments=True, fonts={}))


_ENVIRONMENT: Final = Environment(
    loader=_source,
    filters={"href": href},
    fuel=_FUEL,
    undefined_behavior="strict",
    auto_escape_callback=lambda name: name.endswith(".html"),
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
    debug=False,
)

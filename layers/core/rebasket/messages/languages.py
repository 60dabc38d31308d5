"""Which language to write in, from what shops and browsers say of a locale. Needs no locale data, so pages start fast."""

from __future__ import annotations

import re
from typing import Final

LANGUAGES: Final = ("en", "uk")
"""Languages that there is a catalogue for; the first is what everything falls back to."""

_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-.*)?")
_MAX_TAGS = 10


def locales_in(text: str | None) -> list[str]:
    """Locales as Babel spells them (`en_GB`), from a BCP 47 tag, a POSIX name or an Accept-Language header.

    Nonsense gives none. Weights are not read: browsers list languages in the order of liking.
    """
    tags = (part.split(";")[0] for part in (text or "")[:500].split(",")[:_MAX_TAGS])
    return [locale for tag in tags if (locale := _locale(tag))]


def language_of(*wishes: str | None) -> str:
    """The first language of `wishes` (most wanted first) that there is a catalogue for, else English."""
    for wish in wishes:
        for locale in locales_in(wish):
            if (language := locale.split("_")[0]) in LANGUAGES:
                return language
    return LANGUAGES[0]


def _locale(tag: str) -> str | None:
    # uk_UA.UTF-8@euro is POSIX's way.
    bare = tag.strip().split(".")[0].split("@")[0].replace("_", "-").lower()
    match = _TAG.fullmatch(bare)
    if match is None:
        return None
    language, script, region = match.groups()
    return "_".join(part for part in (language, script and script.title(), region and region.upper()) if part)

"""Every relative link and image in a Markdown file leads to a file that exists, every #anchor to a heading in it.

Links to other sites are left alone: a check must not depend on the network.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.checks.tree import files, report

HTML_ANCHOR = re.compile(r"""<\w+[^>]*?\s(?:id|name)=["']([^"']+)["']""")
HTML_TARGET = re.compile(r"""<\w+[^>]*?\s(?:href|src)=["']([^"']+)["']""")


@cache
def _tokens(path: Path) -> list[tuple[int, Token]]:
    """All tokens with the line of their block, nested ones after their parents."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        line = token.map[0] + 1 if token.map else 0
        found += [(line, token), *((line, child) for child in token.children or ())]
    return found


def _targets(path: Path) -> Iterator[tuple[int, str]]:
    for line, token in _tokens(path):
        if target := token.attrGet("href") or token.attrGet("src"):
            yield line, str(target)
        if token.type in {"html_block", "html_inline"}:
            for target in HTML_TARGET.findall(token.content):
                yield line, target


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a Markdown file, as GitHub makes them from headings.

    Lower case, punctuation dropped, blanks to dashes, a repeated one numbered.
    """
    seen: Counter[str] = Counter()
    found = set()
    tokens = [token for _, token in _tokens(path)]
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(child.content for child in inline.children or () if child.type in {"text", "code_inline"})
            slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        if opening.type in {"html_block", "html_inline"}:
            found |= set(HTML_ANCHOR.findall(opening.content))
    return frozenset(found)


def findings(root: Path) -> list[str]:
    """One line for each link that leads nowhere."""
    found = []
    for page in (path for path in files(root) if path.suffix == ".md"):
        for line, target in _targets(page):
            link = urlsplit(target)
            if link.scheme or link.netloc:
                continue
            start = root if link.path.startswith("/") else page.parent
            leads_to = (start / unquote(link.path).lstrip("/")).resolve() if link.path else page
            if not leads_to.exists():
                found.append(f"{page.relative_to(root)}:{line}: {target}: no such file")
            elif link.fragment and leads_to.suffix == ".md" and unquote(link.fragment) not in anchors(leads_to):
                found.append(f"{page.relative_to(root)}:{line}: {target}: no such heading")
    return found


if __name__ == "__main__":
    report(findings)

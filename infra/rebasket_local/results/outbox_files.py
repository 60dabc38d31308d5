"""The outbox as files: each message as it was on the wire, beside a page that shows it as its reader saw it, and an index."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from rebasket_local.results.page import ENVIRONMENT
from rebasket_local.results.previews import preview

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rebasket_local.results.findings import Findings
    from rebasket_local.results.previews import Preview


def write_outbox(findings: Findings, folder: Path, pictures: Mapping[str, str]) -> None:
    """Replace the folder: 0001-email.eml and 0001-email.html, 0002-sms.txt and 0002-sms.html, …, index.html."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = []
    for message in findings.messages:
        shown, name = preview(message, pictures), f"{message.number:04}-{message.channel}"
        wire = f"{name}.eml" if message.channel == "email" else f"{name}.txt"
        (folder / wire).write_bytes(message.raw if message.channel == "email" else message.text.encode())
        (folder / f"{name}.html").write_text(message_page(shown, wire=wire), encoding="utf-8")
        touch = findings.touches[message.number]
        rows.append({"name": name, "wire": wire, "touch": touch, **_row(shown)})
    page = ENVIRONMENT.render_template("outbox.html", shop=findings.shop.name, rows=rows)
    (folder / "index.html").write_text(page, encoding="utf-8")


def write_pictures(pictures: Mapping[str, str], folder: Path) -> None:
    """The shop's pictures, each under the last part of its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    for url, picture in pictures.items():
        (folder / url.rpartition("/")[2]).write_text(picture, encoding="utf-8")


def message_page(shown: Preview, *, wire: str = "", live: bool = False) -> str:
    """One message on a page of its own; `wire` is the file with its bytes, if there is one. `live`: its links can be followed."""
    page = f'<base target="_blank">{shown.page}' if live else shown.page
    return ENVIRONMENT.render_template("message.html", wire=wire, live=live, page=page, **_row(shown))


def _row(shown: Preview) -> dict[str, object]:
    message = shown.message
    return {
        "number": message.number,
        "channel": message.channel,
        "at": f"{message.at:%Y-%m-%d %H:%M:%S}",
        "to": message.to,
        "sender": message.sender,
        "subject": shown.subject,
        "text": shown.text,
        "tags": dict(message.tags),
    }

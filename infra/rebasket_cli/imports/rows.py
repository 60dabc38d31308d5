"""A CSV file's rows, by line and column. Files from spreadsheets come with a byte-order mark, semicolons and blank lines."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rebasket.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = ",;\t"
_NO_WORD = re.compile(r"[\W_]+")


def column(name: str) -> str:
    """A column's name as it is compared: `E-mail Address`, `e_mail address` and `"E-Mail Address"` are one."""
    return _NO_WORD.sub(" ", name.casefold()).strip()


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `line` is where it begins in the file, from 1. Cells are trimmed, empty ones are not there."""

    line: int
    cells: dict[str, str]

    def first(self, *names: str) -> str | None:
        """The first of these columns that holds something."""
        return next((self.cells[name] for name in map(column, names) if name in self.cells), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's columns, as they are compared, and its rows."""

    columns: frozenset[str]
    rows: Sequence[Row]


def sheet(text: str) -> Sheet:
    """Read a file. Raises Invalid where it is no table."""
    head, _, _ = text.lstrip("\ufeff").partition("\n")
    reader = csv.reader(StringIO(text.lstrip("\ufeff"), newline=""), delimiter=max(SEPARATORS, key=head.count), strict=True)
    rows: list[Row] = []
    begins, header = 1, None
    try:
        for cells in reader:
            if header is None:
                header = [column(name) for name in cells]
            elif held := {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}:
                rows.append(Row(begins, held))
            begins = reader.line_num + 1
    except csv.Error as error:
        message = f"line {begins} is no CSV: {error}"
        raise Invalid(message) from None
    return Sheet(frozenset(header or ()), rows)

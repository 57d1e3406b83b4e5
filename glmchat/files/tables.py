"""Tables as text, such as CSV: how large they are, and the line that names their columns."""

from __future__ import annotations

import csv
from pathlib import PurePath

_SEPARATED = {".csv": ",;\t|", ".tsv": "\t"}
# So much tells how a table is separated.
_SAMPLE = 16_384


def is_table(name: str) -> bool:
    """Whether a file is a table, by its name."""
    return PurePath(name).suffix.lower() in _SEPARATED


def measured(text: str, name: str) -> str:
    """How many rows and columns a table has, in words; empty where it cannot be told."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    try:
        first = "".join(lines)[:_SAMPLE]
        delimiter = max(_SEPARATED[PurePath(name).suffix.lower()], key=first.count)
        rows = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return ""
    if not rows:
        return ""
    count, columns = len(rows) - 1, max(rows)
    return f"{count:,} row{'' if count == 1 else 's'} × {columns:,} column{'' if columns == 1 else 's'}"

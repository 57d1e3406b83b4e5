"""Places in a text: as an index, and as the row and the column that a text area counts by."""

from __future__ import annotations

from textual.widgets.text_area import Location


def location(text: str, index: int) -> Location:
    """The row and the column of a character."""
    before = text[:index]
    return before.count("\n"), index - (before.rfind("\n") + 1)


def index(text: str, place: Location) -> int:
    """The index of the character at a row and a column."""
    row, column = place
    start = 0
    for _ in range(row):
        start = text.find("\n", start) + 1
    return start + column

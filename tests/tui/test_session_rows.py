"""The lines of the list of sessions: known ones, pages, and private ones that no page knows."""

from __future__ import annotations

import pytest

from glmchat.history import SessionRow
from glmchat.tui.widgets.lists.session_rows import HEADED, PAGE, SessionRows

ALL = [SessionRow(id, f"Session {id}", 1e9 - id, 1e9 - id) for id in range(HEADED + 3 * PAGE)]


@pytest.mark.parametrize("private", [0, 1, 7])
def test_every_session_is_found_where_it_stands_whatever_is_private(private: int) -> None:
    secret = [SessionRow(-1 - number, "Secret", 1e9, 1e9) for number in range(private)]
    rows = SessionRows()
    rows.fill(ALL[:HEADED], len(ALL), secret)
    assert rows.count == len(ALL) + private
    assert (rows.heading_at(0) == "Incognito") == bool(private)
    assert rows.missing(0, 20) == []
    last = rows.height - 1
    for number in rows.missing(0, last):
        rows.put_page(number, ALL[number * PAGE : (number + 1) * PAGE])
    expected = [*secret, *ALL]
    assert [rows.session(index) for index in range(rows.count)] == expected
    assert all(rows.find(row.id) == index for index, row in enumerate(expected))
    lines = [index for line in range(rows.height) if (index := rows.index_at(line)) is not None]
    assert lines == list(range(rows.count))

"""Of the scroll bar only the rows are drawn in which its thumb has moved, and all of those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from textual.scrollbar import ScrollBarRender

from glmchat.tui.widgets.text_view.scroll_bar import changed, thumb

ROWS = 20
STATES = st.integers(1, 400).flatmap(
    lambda total: st.tuples(st.integers(0, max(total - ROWS, 0)), st.just(total))
)


def filled(top: int, total: int) -> set[int]:
    """The rows that Textual draws as thumb from edge to edge; none where all is in view."""
    window = ROWS if total > ROWS else 0
    bar = ScrollBarRender.render_bar(ROWS, total, window, top, bar_color=Color.parse("red"))
    return {
        row
        for row, segment in enumerate(bar.segments)
        if segment.style is not None and segment.style.reverse and segment.text == " "
    }


@given(STATES, STATES)
def test_every_row_that_becomes_thumb_or_is_none_any_more_is_drawn(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    ranges = changed(thumb(before[0], ROWS, before[1]), thumb(after[0], ROWS, after[1]))
    drawn = {row for first, last in ranges for row in range(first, last + 1)}
    assert filled(*before) ^ filled(*after) <= drawn

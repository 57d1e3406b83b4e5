"""Of the scroll bar only the rows are drawn in which its thumb has moved, and all of those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from textual.scrollbar import ScrollBarRender

from glmchat.tui.widgets.text_view.scroll_bar import changed, thumb

ROWS = 20
THUMB = Color.parse("red")
STATES = st.integers(1, 400).flatmap(
    lambda total: st.tuples(st.integers(0, max(total - ROWS, 0)), st.just(total))
)


def covered(top: int, total: int) -> list[int]:
    """How many eighths of each row Textual draws as thumb; none where all is in view."""
    window = ROWS if total > ROWS else 0
    bar = ScrollBarRender.render_bar(ROWS, total, window, top, bar_color=THUMB)
    found = []
    for segment in bar.segments:
        style, lower = segment.style, ScrollBarRender.VERTICAL_BARS.index(segment.text) + 1
        assert style is not None
        if segment.text == " ":
            found.append(8 if style.reverse else 0)
        else:
            found.append(8 - lower if style.reverse else lower)
    return found


@given(STATES, STATES)
def test_every_row_of_which_more_than_half_becomes_thumb_or_is_none_any_more_is_drawn(
    before: tuple[int, int], after: tuple[int, int]
) -> None:
    ranges = changed(thumb(before[0], ROWS, before[1]), thumb(after[0], ROWS, after[1]))
    drawn = {row for first, last in ranges for row in range(first, last + 1)}
    cells = enumerate(zip(covered(*before), covered(*after), strict=True))
    # Half a cell, and an eighth by which Textual rounds the end of the thumb up.
    assert {row for row, (was, now) in cells if abs(was - now) > 5} <= drawn

"""Styles put over parts of a line."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from glmchat.markdown.spans import Span, restyle


class Counted(list[tuple[int, int]]):
    """A list that counts what is read of it."""

    read = 0

    def __getitem__(self, index: object) -> object:  # type: ignore[override]
        found: object = super().__getitem__(index)  # type: ignore[call-overload]
        self.read += len(found) if isinstance(found, list) else 1
        return found


@given(st.lists(st.integers(0, 60), max_size=12, unique=True), st.integers(0, 40), st.integers(1, 20))
def test_what_shows_a_range_and_nothing_else_gets_the_style(
    places: Sequence[int], start: int, length: int
) -> None:
    places = sorted(places)[: len(places) // 2 * 2]
    ranges = list(zip(places[::2], places[1::2], strict=True))
    text = "".join(chr(0x4E00 + start + number) for number in range(length))
    line = restyle((Span(text, "a", start, length), Span("-")), ranges, "match")
    assert "".join(span.text for span in line) == text + "-"
    marked = {span.source + at for span in line if "match" in span.style for at in range(span.length)}
    assert marked == {at for a, b in ranges for at in range(a, b)} & set(range(start, start + length))


def test_a_line_reads_the_ranges_it_shows_and_not_all() -> None:
    ranges = Counted((at, at + 2) for at in range(0, 80_000, 4))
    restyle([Span("x" * 80, "", 40_000, 80)], ranges, "match")
    assert ranges.read < 100

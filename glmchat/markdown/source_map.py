"""From positions in a leaf's content to offsets in the source, and what of the source is not drawn as it stands."""

from __future__ import annotations

from bisect import bisect_right

from glmchat.markdown.data_uris import collapse, described
from glmchat.markdown.spans import Span, cut


class SourceMap:
    """From positions in a leaf's content (its lines joined by newlines) to offsets in the source.

    `files` are the addresses that hold a file: where each stands in the source, its length there and in the content.
    """

    def __init__(self) -> None:
        self.files: list[tuple[int, int, int]] = []
        self._starts: list[int] = []
        self._offsets: list[int] = []
        # Points and files before each line.
        self._lines: list[tuple[int, int]] = []

    def add(self, start: int, offset: int) -> None:
        """A content line begins at `start` and stands at `offset` in the source."""
        self._lines.append((len(self._starts), len(self.files)))
        self._point(start, offset)

    def take(self, text: str, start: int, offset: int) -> str:
        """Add a line; returns its content, files in it shortened."""
        self.add(start, offset)
        short, found = collapse(text)
        for file in found:
            self.files.append((offset + file.place, file.length, file.short))
            self._point(start + file.shown + file.short, offset + file.place + file.length)
        return short

    def truncate(self, count: int) -> None:
        """Forget all lines from number `count` on."""
        if count < len(self._lines):
            points, files = self._lines[count]
            del self._starts[points:], self._offsets[points:], self.files[files:], self._lines[count:]

    @property
    def count(self) -> int:
        """Lines known."""
        return len(self._lines)

    def _point(self, start: int, offset: int) -> None:
        self._starts.append(start)
        self._offsets.append(offset)

    def __call__(self, position: int) -> int:
        """Return the source offset of a position."""
        line = max(bisect_right(self._starts, position) - 1, 0)
        return self._offsets[line] + position - self._starts[line]

    def with_sizes(self, spans: list[Span]) -> list[Span]:
        """Spans in which each file in plain text is one unit that tells its size."""
        if not self.files:
            return spans
        return [part for span in spans for part in self._divided(span)]

    def _divided(self, span: Span) -> list[Span]:
        if span.source < 0 or span.length != len(span.text):
            return [span]
        out, begin, source = [], 0, span.source
        for place, length, short in self.files:
            at = begin + place - source
            if begin <= at < len(span.text) and place >= source:
                if at > begin:
                    out.append(cut(span, begin, at)._replace(source=source))
                shown = span.text[at : at + short]
                out.append(span._replace(text=described(shown) or shown, source=place, length=length))
                begin, source = at + short, place + length
        if begin < len(span.text):
            out.append(cut(span, begin, len(span.text))._replace(source=source))
        return out

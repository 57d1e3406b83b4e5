"""From positions in a leaf's content to offsets in the source, and what of the source is not drawn as it stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import islice

from glmchat.markdown.data_uris import File, collapse, described, number_of
from glmchat.markdown.spans import Span, cut


class SourceMap:
    """From positions in a leaf's content (its lines joined by newlines) to offsets in the source.

    `files` are the files in it. A part of a long line that stands where the part before it ended goes on with it.
    """

    def __init__(self) -> None:
        self.files: list[File] = []
        self._starts: list[int] = []
        self._offsets: list[int] = []
        self._end = -1
        # What there was before each line: points, files, the last file, the end of the line before.
        self._lines: list[tuple[int, int, File | None, int]] = []

    def add(self, start: int, offset: int) -> None:
        """A content line begins at `start` and stands at `offset` in the source."""
        last = self.files[-1] if self.files else None
        self._lines.append((len(self._starts), len(self.files), last, self._end))
        self._point(start, offset)

    def goes_on(self, offset: int) -> bool:
        """Whether what stands at an offset goes on with the line that was added last."""
        return offset == self._end

    def take(self, text: str, start: int, offset: int) -> str:
        """Add a line, or a part of one; returns its content, files in it shortened."""
        self.add(start, offset)
        end = offset + len(text)
        if self.files and self.files[-1].place + self.files[-1].length == offset:
            self.files[-1], count = self.files[-1].grown(text)
            text, offset = text[count:], offset + count
            self._offsets[-1] = offset
        short, found = collapse(text, len(self.files))
        for shown, each in found:
            file = each._replace(place=offset + each.place)
            self.files.append(file)
            self._point(start + shown + file.short, file.place + file.length)
        self._end = end
        return short

    def truncate(self, count: int) -> None:
        """Forget all lines from number `count` on."""
        if count < len(self._lines):
            points, files, last, self._end = self._lines[count]
            del self._starts[points:], self._offsets[points:], self.files[files:], self._lines[count:]
            if last is not None:
                self.files[-1] = last

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

    def described(self, address: str) -> str | None:
        """What a file is called, by what stands for it or its address; None for any other address."""
        number = number_of(address)
        if number is None or number >= len(self.files):
            return described(address)
        return self.files[number].name

    def with_sizes(self, spans: list[Span]) -> list[Span]:
        """Spans in which each file in plain text is one unit that tells its size."""
        if not self.files:
            return spans
        return [part for span in spans for part in self._divided(span)]

    def _divided(self, span: Span) -> list[Span]:
        if span.source < 0 or span.length != len(span.text):
            return [span]
        out, begin, source = [], 0, span.source
        first = bisect_left(self.files, source, key=_place)
        for file in islice(self.files, first, None):
            at = begin + file.place - source
            if at >= len(span.text):
                break
            if at > begin:
                out.append(cut(span, begin, at)._replace(source=source))
            out.append(span._replace(text=file.name, source=file.place, length=file.length))
            begin, source = at + file.short, file.place + file.length
        if begin < len(span.text):
            out.append(cut(span, begin, len(span.text))._replace(source=source))
        return out


def _place(file: File) -> int:
    return file.place

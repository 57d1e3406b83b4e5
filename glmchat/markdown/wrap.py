"""Breaking styled text into lines, a piece at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from rich.cells import cell_len, split_graphemes

from glmchat.markdown.spans import Line, Span, cut, joined

_OPENING = "（〔［｛〈《「『【“‘"
_CLOSING = "、。，．：；？！）〕］｝〉》」』】”’…—～%"
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003fffd"
)
# What no line begins with, and what none ends with, beside wide characters: ASCII signs among them.
_STAYS_BEFORE, _STAYS_AFTER = _CLOSING + ",.!?;:)]}", _OPENING + "([{"
_ASCII_ATOM = re.compile(r"\n|[ \t]+|[^ \t\n]+")

# A state of a wrapper: lines done, the line begun and its width, blanks and the word after it and its width, whether
# the line ends within a word, and whether the word ends with a wide character.
Mark = tuple[int, tuple[Span, ...], int, tuple[Span, ...], tuple[Span, ...], int, bool, bool]


@cache
def _atom() -> re.Pattern[str]:
    """Newline; blanks; one wide character with the punctuation that must stay with it; a word."""
    return re.compile(rf"\n|[ \t]+|[{_OPENING}]*[{_WIDE}][{_CLOSING}]*|[^ \t\n{_WIDE}]+")


class Wrapper:
    """Wraps spans to lines of at most `width` cells, breaking at blanks and between wide characters.

    Words longer than a line are broken anywhere but inside a grapheme. `lines` are complete; `rest` gives the one
    being filled. `mark` and `reset` allow provisional text to be taken back.
    """

    def __init__(self, width: int) -> None:
        self.width = max(width, 2)
        self.lines: list[Line] = []
        self._line: list[Span] = []
        self._line_width = 0
        self._space: list[Span] = []
        self._word: list[Span] = []
        self._word_width = 0
        self._broken = False
        self._wide = False

    def mark(self) -> Mark:
        """Return the state, to `reset` to."""
        line, space, word = tuple(self._line), tuple(self._space), tuple(self._word)
        done = len(self.lines)
        return done, line, self._line_width, space, word, self._word_width, self._broken, self._wide

    def reset(self, mark: Mark) -> None:
        """Take back all that was fed since `mark`."""
        count, line, self._line_width, space, word, self._word_width, self._broken, self._wide = mark
        del self.lines[count:]
        self._line, self._space, self._word = list(line), list(space), list(word)

    def feed(self, spans: Iterable[Span]) -> None:
        """Take more text."""
        for span in spans:
            text = span.text
            ascii_only = text.isascii()
            if text == "\n":
                self._break()
                continue
            for match in (_ASCII_ATOM if ascii_only else _atom()).finditer(text):
                atom = match[0]
                if atom[0] in " \t":
                    self._flush()
                    self._space.append(_blank(cut(span, match.start(), match.end())))
                elif atom == "\n":
                    self._break()
                else:
                    cells = len(atom) if ascii_only else cell_len(atom)
                    wide = not ascii_only and cells > len(atom.rstrip(_CLOSING)) and not atom[0].isascii()
                    self._add(cut(span, match.start(), match.end()), cells, wide)

    def rest(self) -> list[Line]:
        """Return what would still come, were this the end."""
        mark = self.mark()
        count = len(self.lines)
        self._break()
        tail = self.lines[count:]
        self.reset(mark)
        return tail

    def _add(self, span: Span, cells: int, wide: bool) -> None:
        """Take a word or a wide character, which begins another word where a line may end before it."""
        if (wide or self._wide) and not self._holds(span.text[0]):
            self._flush()
        if self._broken:
            self._fill(span)
            return
        self._word.append(span)
        self._word_width += cells
        self._wide = wide
        if self._word_width > self.width:
            self._flush()
            self._broken = not wide

    def _holds(self, first: str) -> bool:
        """Whether what follows stays with the word, by its first character or the word's last one."""
        return bool(self._word) and (first in _STAYS_BEFORE or self._word[-1].text[-1] in _STAYS_AFTER)

    def _flush(self) -> None:
        self._broken = self._wide = False
        if not self._word:
            return
        space = sum(len(span.text) for span in self._space)
        if self._line and self._line_width + space + self._word_width > self.width:
            self._emit()
            space = 0
        elif not self._line:
            space = 0
        if space:
            self._line.extend(self._space)
            self._line_width += space
        self._space = []
        if self._word_width > self.width:
            for span in self._word:
                self._fill(span)
        else:
            self._line.extend(self._word)
            self._line_width += self._word_width
        self._word, self._word_width = [], 0

    def _fill(self, span: Span) -> None:
        """Put a part of a word that is longer than a line, breaking it wherever a line is full."""
        text, start = span.text, 0
        if text.isascii():
            while self._line_width + len(text) - start > self.width:
                end = start + self.width - self._line_width
                if end > start:
                    self._line.append(cut(span, start, end))
                self._emit()
                start = end
            self._line_width += len(text) - start
        else:
            for at, _, cells in split_graphemes(text)[0]:
                if self._line_width + cells > self.width:
                    if at > start:
                        self._line.append(cut(span, start, at))
                    self._emit()
                    start = at
                self._line_width += cells
        if start < len(text):
            self._line.append(cut(span, start, len(text)))

    def _emit(self) -> None:
        self.lines.append(joined(self._line))
        self._line, self._line_width, self._space = [], 0, []

    def _break(self) -> None:
        self._flush()
        self._emit()


def longest_word(text: str) -> int:
    """The cells of the longest piece of a text in which no line is broken."""
    if text.isascii():
        return max(map(len, text.split()), default=0)
    return max((cell_len(atom[0].strip()) for atom in _atom().finditer(text)), default=0)


def _blank(span: Span) -> Span:
    return span._replace(text=" " * len(span.text)) if "\t" in span.text else span


def _graphemes(text: str) -> Sequence[tuple[int, int, int]]:
    if text.isascii():
        return [(index, index + 1, 1) for index in range(len(text))]
    return split_graphemes(text)[0]


def hard_wrap(spans: Iterable[Span], width: int) -> list[Line]:
    """Break spans every `width` cells, blanks kept: how code is folded."""
    width = max(width, 2)
    lines: list[Line] = []
    line: list[Span] = []
    at = 0
    for span in spans:
        text = span.text
        if text.isascii() and at + len(text) <= width:
            line.append(span)
            at += len(text)
            continue
        start = 0
        for a, _, cells in _graphemes(text):
            if at + cells > width:
                if a > start:
                    line.append(cut(span, start, a))
                lines.append(tuple(line))
                line, at, start = [], 0, a
            at += cells
        if start < len(text):
            line.append(cut(span, start, len(text)))
    lines.append(tuple(line))
    return lines

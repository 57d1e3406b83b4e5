"""What stands on the terminal's screen, so that only what is different is written: over ssh that is what one feels.

A row that has grown by a word is written from that word on. Rows that have moved up or down, as a conversation's do
while a reply streams, are moved by the terminal itself (DECSTBM with DL or IL, which every terminal since the VT102
knows), and only what is new is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from glmchat.tui.platform.graphics import has_cells
from glmchat.tui.platform.terminal import is_uncertain

# A piece of a row: its segments, by the cell at which it begins.
Pieces = dict[int, Strip]

_FEWEST_ROWS = 4
# Rows that are looked for among the old ones, to find how far all have moved.
_PROBES = 3
_BYTES_OF_STYLE = 30
_NO_CODES = ("", "")


@dataclass(frozen=True, slots=True)
class Move:
    """Rows from `top` to before `bottom` that go up by `by`, or down where it is negative."""

    top: int
    bottom: int
    by: int

    @property
    def sequence(self) -> str:
        """What makes the terminal do it."""
        step = f"{self.by}M" if self.by > 0 else f"{-self.by}L"
        return f"\x1b[{self.top + 1};{self.bottom}r\x1b[{self.top + 1}H\x1b[{step}\x1b[r"

    def source(self, y: int) -> int | None:
        """Which of the rows is on row `y` after the move; None for one that is blank."""
        source = y + self.by
        return source if self.top <= source < self.bottom else None


@lru_cache(4096)
def _codes(style: Style, console: Console) -> tuple[str, str]:
    """What is written before and after a text in a style."""
    before, _, after = Strip([Segment("\0", style)]).render(console).partition("\0")
    return before, after


class Writer:
    """Puts together what is written: a style is said once for all that follows in it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._out: list[str] = []
        self._codes = _NO_CODES

    def move(self, move: Move) -> None:
        """Move rows; comes before anything is written in a style."""
        self._out.append(move.sequence)

    def write(self, y: int, x: int, segments: Iterable[Segment]) -> None:
        """Write segments from a cell of a row on."""
        self._out.append(f"\x1b[{y + 1};{x + 1}H")
        for text, style, _ in segments:
            if not text:
                continue
            codes = _codes(style, self._console) if style else _NO_CODES
            if codes != self._codes:
                self._out += (self._codes[1], codes[0])
                self._codes = codes
            self._out.append(text)

    def text(self) -> str:
        """All of it."""
        return "".join((*self._out, self._codes[1]))


class ScreenMemory:
    """Remembers what was written, row by row; a row of which nothing is known is written whole."""

    def __init__(self) -> None:
        self._rows: dict[int, Pieces] = {}

    def keep(self, rows: Mapping[int, Pieces]) -> None:
        """Know these rows, which are written whole, and nothing else any more."""
        self._rows = {y: dict(sorted(pieces.items())) for y, pieces in rows.items()}

    def changes(self, rows: Mapping[int, Pieces]) -> tuple[Move | None, list[tuple[int, int, Strip]]]:
        """What is to be done for pieces of rows: a move of rows first, then what is written, by row and cell."""
        move = self._move_for(rows)
        moved = self._moved(move, rows) if move is not None else {}
        out: list[tuple[int, int, Strip]] = []
        for y in sorted({*rows, *moved}):
            before, wanted = moved.get(y) or (self._rows.get(y, {}), rows[y])
            out += _different(y, before, wanted)
            self._rows[y] = _beside(self._rows.get(y, {}), wanted)
        return move, out

    def _moved(self, move: Move, rows: Mapping[int, Pieces]) -> dict[int, tuple[Pieces, Pieces]]:
        """Of each row of a move, what stands there after it, and what is to stand there."""
        sources = {y: move.source(y) for y in range(move.top, move.bottom)}
        return {
            y: ({} if source is None else self._rows[source], {**self._rows[y], **rows.get(y, {})})
            for y, source in sources.items()
        }

    def _move_for(self, rows: Mapping[int, Pieces]) -> Move | None:
        """The move of rows that spares the most; None where none is worth it."""
        changed = [
            y
            for y, pieces in rows.items()
            if any(self._rows.get(y, {}).get(x) != strip for x, strip in pieces.items())
        ]
        block = self._largest_block(sorted(changed))
        if len(block) < _FEWEST_ROWS:
            return None
        top, bottom = block[0], block[-1] + 1
        by = self._likeliest(rows, block)
        # Where pictures are is known by what is written, and a terminal may move them in its own way.
        if not by or any(has_cells(each.text) for y in range(top, bottom) for each in self._rows[y].values()):
            return None
        move = Move(top, bottom, by)
        # What stands beside the rows is moved with them and written anew: a move must be worth it.
        written = sum(_cost(rows[y].values()) for y in block)
        return move if 2 * self._cost_after(move, rows) < written else None

    def _largest_block(self, changed: Sequence[int]) -> Sequence[int]:
        """Those of the changed rows that can move together: all that lie between are cut at the same cells."""
        blocks: list[list[int]] = []
        before = -1
        for y in changed:
            if before < 0 or not all(self._alike(before, each) for each in range(before + 1, y + 1)):
                blocks.append([])
            blocks[-1].append(y)
            before = y
        return max(blocks, key=len, default=[])

    def _alike(self, y: int, other: int) -> bool:
        one, two = self._rows.get(y, {}), self._rows.get(other, {})
        return bool(one) and [*map(_cut, one.items())] == [*map(_cut, two.items())]

    def _likeliest(self, rows: Mapping[int, Pieces], block: Sequence[int]) -> int:
        """How far rows have moved, by where the text of some of them stood before; 0 for not at all."""
        first = rows[block[0]]
        x = max(first, key=lambda each: first[each].cell_length)
        probes = [y for y in block if x in rows[y] and rows[y][x].text.strip()]
        places = (probes[:_PROBES], probes[len(probes) // 2 :][:_PROBES], probes[-_PROBES:])
        found = Counter(
            source - y
            for y in {y for each in places for y in each}
            for source in range(block[0], block[-1] + 1)
            if source != y and self._rows[source].get(x) == rows[y][x]
        )
        return found.most_common(1)[0][0] if found else 0

    def _cost_after(self, move: Move, rows: Mapping[int, Pieces]) -> int:
        """How much there is to write after a move."""
        return _cost(
            strip
            for shown, wanted in self._moved(move, rows).values()
            for x, strip in wanted.items()
            if shown.get(x) != strip
        )


def _cost(strips: Iterable[Strip]) -> int:
    """About how many bytes strips take: their cells, and the colours of their segments."""
    return sum(strip.cell_length + _BYTES_OF_STYLE * len(strip) for strip in strips)


def _cut(piece: tuple[int, Strip]) -> tuple[int, int]:
    return piece[0], piece[1].cell_length


def _beside(old: Pieces, new: Pieces) -> Pieces:
    """What is known of a row after pieces were written over it."""
    spans = [(x, x + strip.cell_length) for x, strip in new.items()]
    kept = {
        x: strip
        for x, strip in old.items()
        if all(x >= end or x + strip.cell_length <= start for start, end in spans)
    }
    return dict(sorted((kept | new).items()))


def _different(y: int, old: Pieces, new: Pieces) -> list[tuple[int, int, Strip]]:
    out: list[tuple[int, int, Strip]] = []
    for x, strip in new.items():
        before = old.get(x)
        if before == strip:
            continue
        # The guard of such glyphs needs to see what comes behind them.
        if before is None or before.cell_length != strip.cell_length or is_uncertain(strip.text):
            out.append((y, x, strip))
            continue
        skipped, segments = difference(list(before), list(strip))
        if segments:
            out.append((y, x + skipped, Strip(segments)))
    return out


def difference(old: Sequence[Segment], new: Sequence[Segment]) -> tuple[int, Sequence[Segment]]:
    """The segments in which a piece of a row differs from what stood there, and the cells before them.

    Both have the same number of cells. Within a segment only ASCII is told apart, where a character is a cell.
    """
    start = 0
    while start < len(new) and start < len(old) and old[start] == new[start]:
        start += 1
    if start == len(new) == len(old):
        return 0, []
    end = 0
    while end < min(len(new), len(old)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    # What begins with a combining mark belongs to the character before it, and is written with it.
    while end and not new[-end].text[:1].isascii():
        end -= 1
    belongs = start and not all(each[start].text[:1].isascii() for each in (old, new) if start < len(each))
    start -= bool(belongs)
    middle, gone = list(new[start : len(new) - end]), old[start : len(old) - end]
    cells = sum(cell_len(segment.text) for segment in new[:start])
    if middle and gone and not belongs:
        cells += _skip_beginning(gone[0], middle)
    if middle and gone:
        _drop_end(gone[-1], middle)
    return cells, [segment for segment in middle if segment.text]


def _skip_beginning(old: Segment, middle: list[Segment]) -> int:
    """Take off what the first segment begins with as before; returns its cells."""
    first = middle[0]
    if old.style != first.style or not (old.text.isascii() and first.text.isascii()):
        return 0
    length = 0
    while length < min(len(old.text), len(first.text)) and old.text[length] == first.text[length]:
        length += 1
    middle[0] = Segment(first.text[length:], first.style)
    return length


def _drop_end(old: Segment, middle: list[Segment]) -> None:
    """Take off what the last segment ends with as before."""
    last = middle[-1]
    if old.style != last.style or not (old.text.isascii() and last.text.isascii()):
        return
    length = 0
    while length < min(len(old.text), len(last.text)) and old.text[-1 - length] == last.text[-1 - length]:
        length += 1
    middle[-1] = Segment(last.text[: len(last.text) - length], last.style)

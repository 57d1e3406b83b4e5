"""The text of a reply by its tokens: each with the colour and the underline of its probability, and a cursor."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.analysis.lens import Piece, Token
from glmchat.support.text import safe
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.theming import look
from glmchat.tui.theming.palette import COLORS, Palette
from glmchat.tui.widgets.distribution import bars

# From which probability on a token has a look; what is below the last has the last.
LEVELS: tuple[tuple[float, str, str], ...] = (
    (0.9, "", "≥ 90 %"), (0.5, "success underline", "≥ 50 %"), (0.2, "warning underline", "≥ 20 %"),
    (0.05, "warning underline bold", "≥ 5 %"), (0.0, "error underline bold italic", "below 5 %"),
)  # fmt: skip
_STYLES = {
    **{f"lens.{number}": written or "foreground" for number, (_, written, _) in enumerate(LEVELS)},
    "lens.cursor": "reverse",
    **bars.STYLES,
}


class Part(NamedTuple):
    """What a line shows of a piece."""

    text: str
    cells: int
    piece: int


def lens_palette(app: App[Any], looks: Mapping[str, str] | None = None) -> Palette:
    """The transcript's styles and the lens's own, in the theme's colours; `looks` are of a part of it."""
    return look.palette(app, {**_STYLES, **(looks or {})})


def style_of(probability: float) -> str:
    """The style of a token by its probability."""
    last = len(LEVELS) - 1
    return f"lens.{next((number for number, level in enumerate(LEVELS) if probability >= level[0]), last)}"


def legend() -> list[tuple[str, str]]:
    """What the looks stand for: the words of each, and its look as stylesheets write it."""
    return [
        (words, " ".join(f"$text-{word}" if word in COLORS else word for word in written.split()))
        for _, written, words in LEVELS
    ]


def lay_out(pieces: Sequence[Piece], width: int) -> list[list[Part]]:
    """Break pieces into lines: after a newline, else before the last piece that begins with a space."""
    lines: list[list[Part]] = [[]]
    x = 0
    for number, piece in enumerate(pieces):
        for index, text in enumerate(_split(piece.text, width)):
            size = cell_len(text)
            if x + size > width and lines[-1]:
                rest = _from_last_space(lines[-1]) if index == 0 and not text.startswith((" ", "⏎")) else []
                lines.append(rest)
                x = sum(part.cells for part in rest)
            if x + size > width and lines[-1]:
                lines.append([])
                x = 0
            lines[-1].append(Part(text, size, number))
            x += size
            if text.endswith("⏎"):
                lines.append([])
                x = 0
    return lines if lines[-1] or len(lines) == 1 else lines[:-1]


def _split(text: str, width: int) -> list[str]:
    """Parts of a piece that fit into a line, each a cell wide or more, with a sign where it breaks the line."""
    out: list[str] = []
    for line in safe(text).replace("\t", "⇥").replace("\n", "⏎\n").split("\n"):
        if cell_len(line) <= width:
            out += [line] if line else []
            continue
        held, x = "", 0
        for start, end, cells in split_graphemes(line)[0]:
            if x + cells > width:
                out.append(held)
                held, x = "", 0
            held += line[start:end]
            x += cells
        out += [held] if held else []
    return [part if cell_len(part) else "·" for part in out] or ["·"]


def _from_last_space(line: list[Part]) -> list[Part]:
    """Take the last word off a line, so that it stays whole on the next one."""
    for place in range(len(line) - 1, 0, -1):
        if line[place].text.startswith(" "):
            rest = line[place:]
            del line[place:]
            return rest
    return []


class LensText(ScrollView):
    """Draws the lines that are in view; arrows and clicks move the cursor from token to token."""

    DEFAULT_CSS = """
    LensText { overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """
    can_focus = True
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("left", "step(-1)", "Token before", show=False),
            Binding("right", "step(1)", "Token after", show=False),
            Binding("ctrl+up,k", "rows(-1)", "Line up", show=False),
            Binding("ctrl+down,j", "rows(1)", "Line down", show=False),
            Binding("pageup", "page(-1)", "Page up", show=False),
            Binding("pagedown", "page(1)", "Page down", show=False),
            Binding("home,ctrl+home", "go(0)", "First token", show=False),
            Binding("end,ctrl+end", "go(-1)", "Last token", show=False),
        )
    ]

    class CursorMoved(Message):
        """The cursor is on another token."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, tokens: Sequence[Token], pieces: Sequence[Piece]) -> None:
        super().__init__()
        self.tokens = tokens
        self.pieces = pieces
        self.index = 0
        self.lines: list[list[Part]] = []
        self._firsts = [piece.first for piece in pieces]
        self._line_of: list[int] = []
        self._palette: Palette | None = None

    @property
    def palette(self) -> Palette:
        """The styles of the theme in use."""
        if self._palette is None:
            self._palette = lens_palette(self.app)
        return self._palette

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        self._palette = None
        super().notify_style_update()

    def on_resize(self) -> None:
        """Break the lines anew."""
        width = max(self.scrollable_content_region.width, 2)
        self.lines = lay_out(self.pieces, width)
        self._line_of = [0] * len(self.pieces)
        for number in range(len(self.lines) - 1, -1, -1):
            for part in self.lines[number]:
                self._line_of[part.piece] = number
        self.virtual_size = Size(width, len(self.lines))
        self.call_after_refresh(self._show_cursor)
        self.refresh()

    @property
    def piece(self) -> int:
        """The piece that the token under the cursor is a part of."""
        return bisect_right(self._firsts, self.index) - 1

    def move_to(self, index: int) -> None:
        """Put the cursor on a token."""
        index = max(0, min(index, len(self.tokens) - 1))
        if index == self.index:
            return
        before = self.piece
        self.index = index
        for piece in {before, self.piece}:
            self._redraw(piece)
        self._show_cursor()
        self.post_message(self.CursorMoved(index))

    def _redraw(self, piece: int) -> None:
        if self.lines:
            start = end = self._line_of[piece]
            while (
                end + 1 < len(self.lines)
                and self.lines[end + 1][:1]
                and self.lines[end + 1][0].piece == piece
            ):
                end += 1
            self.refresh_lines(start, end - start + 1)

    def _show_cursor(self) -> None:
        if self.lines:
            line = self._line_of[self.piece]
            self.scroll_to_region(Region(0, line, 1, 1), animate=False, force=True)

    def action_step(self, step: int) -> None:
        """Go to the token before or after."""
        self.move_to(self.index + step)

    def action_go(self, index: int) -> None:
        """Go to the first token, or to the last for -1."""
        self.move_to(index if index >= 0 else len(self.tokens) - 1)

    def action_rows(self, step: int) -> None:
        """Go to the token above or below."""
        line = self._line_of[self.piece]
        x = 0
        for part in self.lines[line]:
            if part.piece == self.piece:
                break
            x += part.cells
        self.move_to_cell(x, max(0, min(line + step, len(self.lines) - 1)))

    def action_page(self, step: int) -> None:
        """Go up or down by what is in view."""
        self.action_rows(step * max(self.scrollable_content_region.height - 1, 1))

    def move_to_cell(self, x: int, y: int) -> None:
        """Go to the token at a cell of a line, the last one right of the line's end."""
        if not 0 <= y < len(self.lines):
            return
        for part in self.lines[y]:
            x -= part.cells
            if x < 0 or part is self.lines[y][-1]:
                self.move_to(self.pieces[part.piece].first)
                return

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor where the mouse is."""
        self.move_to_cell(event.x, event.y + self.scroll_offset.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the cursor along while the button is held."""
        if event.button == 1:
            self.move_to_cell(event.x, event.y + self.scroll_offset.y)

    def probability(self, piece: Piece) -> float:
        """How likely a piece was: its tokens together."""
        logprobs = (self.tokens[index].logprob for index in range(piece.first, piece.last + 1))
        return math.exp(min(0.0, math.fsum(logprobs)))

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self.lines):
            return Strip.blank(width, self.palette(""))
        here = self.piece
        segments = []
        for part in self.lines[number]:
            style = style_of(self.probability(self.pieces[part.piece]))
            segments.append(
                Segment(part.text, self.palette(f"{style} lens.cursor" if part.piece == here else style))
            )
        return Strip(segments).extend_cell_length(width, self.palette("")).crop(0, width)

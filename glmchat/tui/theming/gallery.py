"""The themes side by side on the command line, each as a card in its own colours, signs and borders."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.color import Color

from glmchat.tui.platform import few_colors
from glmchat.tui.theming import look, themes

_WIDTH = 36
_GAP = 2
# The corners and the sides of each border, as Textual draws them: along the top, beside, along the bottom.
_BORDERS = {
    "round": ("╭─╮", "│", "╰─╯"), "solid": ("┌─┐", "│", "└─┘"), "heavy": ("┏━┓", "┃", "┗━┛"),
    "double": ("╔═╗", "║", "╚═╝"), "dashed": ("┏╍┓", "╏", "┗╍┛"), "thick": ("█▀█", "█", "█▄█"),
}  # fmt: skip
# A short conversation: the text and the style of each piece, line by line.
_SAMPLE: tuple[tuple[tuple[str, str], ...], ...] = (
    (("▌ ", "gutter.user"), ("You", "name.user")),
    (("▌ ", "gutter.user"), ("What is a stable sort?", "")),
    (),
    (("▌ ", "gutter.assistant"), ("z-ai/glm-4.5", "name.assistant"), ("  3.2 s", "quiet")),
    (("▌ ", "gutter.assistant"), ("Sorting", "heading heading.1")),
    (("▌ ", "gutter.assistant"), ("Stable", "heading heading.2"), (" keeps ", ""), ("order", "strong")),
    (("▌ ", "gutter.assistant"), ("merge", "table.header"), (" │ ", "table.rule"), ("yes", "table.header")),
    (("▌ ", "gutter.assistant"), ("──────┼────", "table.rule")),
    (
        ("▌ ", "gutter.assistant"),
        ("sort", "code"),
        (" ", ""),
        ("a link", "link"),
        ("  ", ""),
        ("Copy", "button"),
    ),
    (("✗ error", "note.error"), ("  ", ""), ("! warning", "note.warning")),
)


def gallery(system: str | None = None) -> list[list[Text]]:
    """A card for each theme that can be used, line by line, in its colours or in those of a `system` that has few."""
    good, _ = themes.read_all(themes.directories())
    return [list(_card(each, system)) for each in good]


def _card(theme: themes.ThemeFile, system: str | None) -> Iterator[Text]:
    """A theme's name over a sample, in a frame as its dialogs have it."""
    known = theme.theme.known()
    turn = few_colors.turning(system, known)
    palette = look.of_theme(theme.theme)
    surface = Color.parse(known["surface"]).rich_color
    frame = Style(color=Color.parse(known["text-accent"]).rich_color, bgcolor=surface)
    title = Style(color=Color.parse(known["foreground"]).rich_color, bgcolor=surface, bold=True)
    top, side, bottom = _BORDERS.get(known["dialog-border"], ("   ", " ", "   "))

    def line(*pieces: tuple[str, Style]) -> Text:
        return Text.assemble(*((text, turn(style)) for text, style in pieces))

    names = f" {theme.name} "
    yield line((top[0] + top[1], frame), (names, title), (top[1] * (_WIDTH - 3 - len(names)) + top[2], frame))
    for sample in _SAMPLE:
        pieces = [(palette.drawn(text, style), palette(style)) for text, style in sample]
        used = sum(cell_len(text) for text, _ in pieces)
        yield line(
            (side, frame),
            (" ", palette("")),
            *pieces,
            (" " * (_WIDTH - 3 - used), palette("")),
            (side, frame),
        )
    yield line((bottom[0] + bottom[1] * (_WIDTH - 2) + bottom[2], frame))


def show(stream: TextIO) -> None:
    """Write the gallery to a terminal, in as many colours as it has and as many cards side by side as have room."""
    console = Console(file=stream, highlight=False, soft_wrap=True)
    write(console, gallery(console.color_system))


def write(console: Console, cards: list[list[Text]]) -> None:
    """Write cards side by side."""
    columns = max((console.width + _GAP) // (_WIDTH + _GAP), 1)
    for first in range(0, len(cards), columns):
        for row in zip_longest(*cards[first : first + columns], fillvalue=Text()):
            console.print(Text(" " * _GAP).join(row))
        console.print()

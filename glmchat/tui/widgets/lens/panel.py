"""What is known of one token: the alternatives that came back, and what the current values make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from glmchat.analysis import lens
from glmchat.analysis.distribution import NAMES, word_biases
from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import format_value
from glmchat.markdown.spans import Line, Span
from glmchat.markdown.wrap import Wrapper
from glmchat.tui.theming.palette import RAISED, Palette
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.distribution.bars import name_of, overlaid, percent, scale_of
from glmchat.tui.widgets.lens.view import lens_palette

_NUMBERS = 8
# The cells that a bar and a name have at the least, where there is room.
_BAR, _NAME = 6, 10


class Room(NamedTuple):
    """Cells for a line and for the name in it, whether the share that came has a column, and what fills a bar."""

    width: int
    name: int
    came: bool
    full: float

    @classmethod
    def of(cls, width: int, longest: int, full: float) -> Room:
        """The room in a line; a name that can be read is worth more than a second column."""
        both = width - 2 - 2 * (_NUMBERS + 1) - _BAR
        came = both >= min(longest, _NAME)
        free = both if came else both + _NUMBERS + 1
        return cls(width, max(min(free, max(longest, _NAME)), 4), came, full)

    def numbers(self, came: str, now: str = "") -> str:
        """What stands in the columns of numbers."""
        return "".join(
            f"{each:>{_NUMBERS}} " for each in ([came] if self.came else []) + ([now] if now else [])
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A token under values: `rows` in the order of the alternatives, `rest` is what all other tokens get.

    `selected` is the place of the alternative that is chosen to go on from, None for none. `asked` are the values that
    the reply was asked with, and `then` what they made of the token that came. `part` says which of how
    many tokens it is that make one character; `biased` that a logit_bias is set which is not reckoned with, `repeats`
    that repetition_penalty is set.
    """

    token: lens.Token
    index: int
    count: int
    part: tuple[int, int]
    rows: tuple[lens.Outcome, ...]
    rest: float
    known: float
    biased: bool
    repeats: bool
    selected: int | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    then: float = 0.0


def picture(
    tokens: Sequence[lens.Token],
    piece: lens.Piece,
    index: int,
    values: Mapping[str, Any],
    words_bias: bool = False,
    selected: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Picture:
    """Work out what the values do to the token at `index`, which is a part of `piece`, and what `settings` did.

    `words_bias` says that a logit_bias may name words, not tokens by number alone.
    """
    rows, rest = _outcomes(tokens, index, values, words_bias)
    telling = NAMES if words_bias else NAMES - {"logit_bias"}
    asked = {name: value for name, value in (settings or {}).items() if name in telling}
    then, _ = _outcomes(tokens, index, asked, words_bias)
    return Picture(
        tokens[index],
        index,
        len(tokens),
        (index - piece.first + 1, piece.last - piece.first + 1),
        tuple(rows),
        rest,
        lens.known_share(tokens[index]),
        any(not words_bias or key.isdigit() for key in values.get("logit_bias", {})),
        values.get("repetition_penalty", 1) != 1,
        selected,
        asked,
        next(each.probability for each in then if each.chosen),
    )


def _outcomes(
    tokens: Sequence[lens.Token], index: int, values: Mapping[str, Any], words_bias: bool
) -> tuple[list[lens.Outcome], float]:
    biases = word_biases(tokens[index].alternatives, values.get("logit_bias", {})) if words_bias else None
    return lens.outcomes(tokens, index, values, biases)


def lines_of(shown: Picture, width: int) -> list[Line]:
    """The panel's lines."""
    token = shown.token
    lines: list[Line] = [
        (Span(f"Token {shown.index + 1:,} of {shown.count:,}", "quiet"),),
        (
            Span(shortened(name_of(token.text, token.data), max(width - 12, 4)), "name.assistant"),
            Span(f"  {percent(token.probability)}"),
        ),
    ]
    if shown.asked:
        lines += _wrapped(f"asked with {_values(shown.asked)}: {percent(shown.then)}", width)
    at, parts = shown.part
    if parts > 1:
        lines.append((Span(f"part {at} of {parts} of one character", "quiet"),))
    longest = max(cell_len(name_of(each.alternative.text, each.alternative.data)) for each in shown.rows)
    others = max(0.0, 1 - shown.known)
    full = scale_of(
        [others, shown.rest, *(max(each.alternative.probability, each.probability) for each in shown.rows)]
    )
    room = Room.of(width, longest, full)
    lines += [(), (Span(f"{'':{room.name + 2}}{room.numbers('came', 'now')}".rstrip(), "quiet"),)]
    for place, each in enumerate(shown.rows):
        line = _row(each, place, room)
        lines.append(_marked(line) if place == shown.selected else line)
    if others > 1e-9:
        name = Span("  " + shortened("all others", room.name), "quiet")
        lines.append(_figures(name, room, others, shown.rest))
    lines.append(())
    for sentence in _sentences(shown):
        lines += _wrapped(sentence, width)
    return lines


def _marked(line: Line) -> Line:
    """A line of an alternative that is chosen, its beginning turned over."""
    return (*(Span(span.text, f"{span.style} lens.cursor".strip()) for span in line[:2]), *line[2:])


def _row(row: lens.Outcome, place: int, room: Room) -> Line:
    name = shortened(name_of(row.alternative.text, row.alternative.data), room.name)
    number = str(place + 1) if place < 9 else " "
    sign = f"{number}▸" if row.chosen else f"{number} "
    if row.dropped_by is None:
        style = "strong" if row.chosen else ""
        return _figures(Span(sign + name, style), room, row.alternative.probability, row.probability)
    gap = " " * (room.name - cell_len(name))
    return (
        Span(sign),
        Span(name, "bar.dropped"),
        Span(gap + (room.numbers(percent(row.alternative.probability)) or " "), "quiet"),
        Span(f"✗ {row.dropped_by}", "note.warning"),
    )


def _figures(name: Span, room: Room, came: float, now: float) -> Line:
    gap = " " * (room.name + 2 - cell_len(name.text))
    numbers = room.numbers(percent(came), percent(now))
    left = max(room.width - room.name - 2 - len(numbers), 0)
    return (name, Span(gap + numbers), *overlaid(came, now, left, room.full))


def _sentences(shown: Picture) -> list[str]:
    count = len(shown.token.alternatives)
    if shown.known > 1 - 1e-9:
        out = [f"These {count} hold all of the probability."]
    else:
        what = "Only this token is" if count == 1 else f"Only these {count} tokens are"
        out = [
            f"{what} known: the endpoint returned no others. They hold {percent(shown.known)} of the probability; "
            "what the others get now is estimated."
        ]
    if shown.biased:
        out.append("logit_bias names tokens by number and the reply by text, so it is left out here.")
    if shown.repeats:
        out.append("repetition_penalty also counts the tokens of the prompt, which are not known here.")
    return out


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {format_value(BY_NAME[name], value)}" for name, value in values.items())


def _wrapped(text: str, width: int) -> list[Line]:
    wrapper = Wrapper(max(width, 10))
    wrapper.feed([Span(text, "quiet")])
    return [*wrapper.lines, *wrapper.rest()]


class LensPanel(ScrollView):
    """Draws a `Picture`; the wheel scrolls where it is taller than the panel."""

    DEFAULT_CSS = """
    LensPanel { overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1; }
    """
    can_focus = False
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.shown: Picture | None = None
        self.lines: list[Line] = []
        self._palette: Palette | None = None

    def put(self, shown: Picture) -> None:
        """Show another picture."""
        moved = self.shown is None or self.shown.index != shown.index
        self.shown = shown
        self._arrange()
        if moved:
            self.scroll_to(y=0, animate=False, force=True)

    def _arrange(self) -> None:
        width = self.scrollable_content_region.width
        if self.shown is not None and width > 0:
            self.lines = lines_of(self.shown, width)
            self.virtual_size = Size(width, len(self.lines))
            self.refresh()

    def on_resize(self) -> None:
        """Draw at the new width."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Forget the colours of the theme before."""
        self._palette = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if self._palette is None:
            self._palette = lens_palette(self.app, RAISED)
        number = y + self.scroll_offset.y
        line = self.lines[number] if number < len(self.lines) else ()
        return self._palette.strip(line, self.scrollable_content_region.width)

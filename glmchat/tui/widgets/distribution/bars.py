"""A probability before and after as a bar and as figures, and tokens by names that show their spaces."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from glmchat.analysis.distribution import Bar, Place, Shift
from glmchat.markdown.spans import Line, Span, width_of
from glmchat.support.text import safe
from glmchat.tui.widgets.bars.line import shortened

KEPT, GAINED, LOST = "█", "▓", "░"
STYLES = {"bar.kept": "primary", "bar.gained": "success", "bar.lost": "quiet", "bar.dropped": "strike quiet"}
# The probability that a whole bar stands for is the least of these that none goes beyond.
_SCALES = (0.25, 0.5, 0.75, 1.0)
_FIGURES = 9
# What is no likelier than this will not come, though a bias leaves every token some probability.
_NEVER = 1e-9
_LONGEST_NAME = 11


def visible(text: str) -> str:
    """A token's text in one line, white space as signs where it would not be seen."""
    return safe(text).replace("\n", "⏎").replace("\t", "⇥") or "·"


def name_of(text: str, data: bytes) -> str:
    """A token's text so that its spaces are seen; its bytes in hexadecimal where they are part of a character."""
    if "\ufffd" in text:
        return data.hex(" ")
    shown = visible(text)
    return "␣" * (len(shown) - len(shown.lstrip(" "))) + shown.lstrip(" ")


def percent(share: float) -> str:
    """A probability for people, with more digits near both ends."""
    if share <= 0:
        return "0 %"
    if share < 0.00001:
        return "<0.001 %"
    return f"{share * 100:.{3 if share < 0.001 or 0.9995 <= share < 1 else 1}f} %"


def overlaid(before: float, after: float, width: int, full: float = 1.0) -> list[Span]:
    """A bar of what stays, then what is gained or what is lost; what is above zero shows at least a trace."""
    was, now = (_cells(share, width, full) for share in (before, after))
    changed = Span(GAINED * (now - was), "bar.gained") if now > was else Span(LOST * (was - now), "bar.lost")
    return [span for span in (Span(KEPT * min(was, now), "bar.kept"), changed) if span.text]


def _cells(share: float, width: int, full: float) -> int:
    cells = round(min(share / full, 1.0) * width)
    return max(cells, 1) if share > _NEVER and width > 0 else cells


def scale_of(shares: Sequence[float]) -> float:
    """What a whole bar stands for, so that the longest of them is long and the others keep their measure."""
    most = max(shares, default=1.0)
    return next((scale for scale in _SCALES if most <= scale + 1e-9), 1.0)


def lines_of(place: Place, shift: Shift, sent: bool, width: int, height: int) -> list[Line]:
    """A place under a parameter in so many lines: where it is, the likeliest tokens, and all others together.

    `sent` says that the parameter has a value, so that there is something before and after it.
    """
    others = height > 4  # the line of the others comes last, where there is room for it
    shown = shift.bars[: height - 1 - others]
    full = scale_of([*(max(bar.before, bar.after) for bar in shown), shift.others_after if others else 0.0])
    room = min(_LONGEST_NAME, max((cell_len(_name(bar)) for bar in shown), default=0), width // 3)
    room = max(room, len("others") if others else 0)
    lines = [_heading(place, shift, width)]
    lines += [
        _line(_name(bar), bar.before, bar.after, bar.dropped_by, sent, room, width, full) for bar in shown
    ]
    if others:
        hidden = shift.bars[len(shown) :]
        was = shift.others_before + sum(bar.before for bar in hidden)
        now = shift.others_after + sum(bar.after for bar in hidden)
        lines.append(_line("others", was, now, None, sent, room, width, full))
    return lines


def _heading(place: Place, shift: Shift, width: int) -> Line:
    cut = f"{shift.cut} of {len(shift.bars)} cut" if shift.cut else ""
    before = name_of(place.before, b"") if place.before.strip() else ""
    room = width - cell_len("Next after “…”") - (cell_len(cut) + 1 if cut else 0)
    where = f"Next after “{_end(before, room)}”" if room > 2 else ""
    left = where if before else shortened("The first token", room + 12)
    gap = " " * max(width - cell_len(left) - cell_len(cut), 0)
    return (Span(left, "quiet"), Span(gap), Span(cut, "note.warning"))


def _end(text: str, room: int) -> str:
    """The end of a text that fits, with … where it was cut."""
    if cell_len(text) <= room:
        return text
    while text and cell_len(text) > room:
        text = text[1:]
    return f"…{text.lstrip()}"


def _name(bar: Bar) -> str:
    name = name_of(bar.alternative.text, bar.alternative.data)
    return f"{name}×{bar.count}" if bar.count > 1 else name


def _line(
    name: str,
    before: float,
    after: float,
    dropped_by: str | None,
    sent: bool,
    room: int,
    width: int,
    full: float,
) -> Line:
    shown = shortened(name, room)
    label = Span(shown, "bar.dropped" if dropped_by else "")
    gap = Span(" " * (room - cell_len(shown) + 1))
    figures = f"{_short(before)}→{_short(after)} %" if sent else f"{_short(after)} %"
    bar = overlaid(before if sent else after, after, max(width - room - 2 - _FIGURES, 0), full)
    left = width - room - 1 - width_of(bar) - cell_len(figures)
    if dropped_by and left > 2:
        bar.append(Span(" ✗", "note.warning"))
        left -= 2
    return (label, gap, *bar, Span(" " * max(left, 0)), Span(figures))


def _short(share: float) -> str:
    return "<1" if _NEVER < share < 0.005 else f"{share * 100:.0f}"

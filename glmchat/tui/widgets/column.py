"""One column of a comparison: a head with its figures, and the text of its reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as Event
from textual.strip import Strip
from textual.widget import Widget

from glmchat.markdown.spans import Span, width_of
from glmchat.support.text import safe, safe_line
from glmchat.tui.widgets.bars.line import shortened
from glmchat.tui.widgets.column_figures import ColumnFigures
from glmchat.tui.widgets.text_line import Line
from glmchat.tui.widgets.text_view import SingleTextView
from glmchat.tui.widgets.text_view.item import meta_at

FEWEST_CELLS = 36
_FRAME_S = 1 / 12.5
_MARKED = {"match": "bold underline on selected"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a reply: `speed` and `result` are lines of figures; `mark` is one sign for its `state`.

    `strip` has a sign for each of several replies, of which that at `shown` is read.
    """

    number: int
    label: str
    mark: str
    state: str
    speed: str = ""
    result: str = ""
    running: bool = False
    strip: tuple[str, ...] = ()
    shown: int = 0
    votes: int = 0


class Asked(Event):
    """Something is to be done with a column: ``choose``, ``pick``, ``pick_values``, ``stop`` or ``show N``."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__()
        self.number, self.what = number, what


class ColumnText(SingleTextView):
    """The text of one reply; what differs is marked, in a way that needs no colour to be seen.

    It is drawn at the same moments as all other columns: then the screen is put together once.
    """

    def __init__(self) -> None:
        super().__init__(looks=_MARKED, beat=_FRAME_S)

    def mark_ranges(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Mark parts of the text; none takes the marks away."""
        item = self.text_item
        self.hits.put({item.node.id: ranges} if item is not None else {})

    def on_show(self) -> None:
        """Draw what came while the column was hidden."""
        self.repaint()


class ColumnHead(Widget):
    """What varies and how it stands, two lines of figures, what can be done, and a strip where there are repeats."""

    DEFAULT_CSS = "ColumnHead { height: 4; } ColumnHead.-strip { height: 5; }"
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self.facts = Head(0, "", "", "")
        self.chosen = False

    def lines(self) -> list[list[Span]]:
        """The lines as spans; clicks find their meaning there."""
        facts, width = self.facts, self.size.width
        state = f"{facts.mark} {facts.state}"
        room = max(width - len(state) - 6, 4)
        label = shortened(f"{facts.number + 1} {safe_line(facts.label)}", room)
        name = Span(("▸ " if self.chosen else "  ") + label, "name.assistant" if self.chosen else "strong")
        gap = Span(" " * max(width - width_of([name]) - len(state), 1))
        buttons = [
            Span("  "), Span("Use reply", "button", meta="pick"),
            Span("  "), Span("Use reply + settings", "button", meta="pick_values"),
        ]  # fmt: skip
        if facts.running:
            buttons += [Span("  "), Span("stop", "button", meta="stop")]
        style = "note.error" if facts.state == "failed" else "quiet"
        return [
            [name, gap, Span(state, "call" if facts.running else style)],
            [Span(_whole(facts.speed, width), "quiet")],
            [Span(_whole(facts.result, width), "quiet")],
            buttons,
            *([self._strip()] if len(facts.strip) > 1 else []),
        ]

    def _strip(self) -> list[Span]:
        """A sign for each repeat; brackets are around the one that is read."""
        facts = self.facts
        spans = [Span(f"  {facts.shown + 1}/{len(facts.strip)} ", "quiet")]
        for number, sign in enumerate(facts.strip):
            here = number == facts.shown
            text = f"[{sign}]" if here else sign
            spans.append(Span(text, "name.assistant" if here else "quiet", meta=f"show {number}"))
        votes = "" if not facts.votes else f"  {facts.votes} vote{'s' if facts.votes > 1 else ''}"
        return [*spans, Span(votes, "quiet")]

    def put(self, facts: Head, chosen: bool) -> None:
        """Show other facts; costs nothing where they are the same."""
        if (facts, chosen) != (self.facts, self.chosen):
            self.facts, self.chosen = facts, chosen
            self.set_class(len(facts.strip) > 1, "-strip")
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line on a shade that tells the chosen column apart."""
        palette = self.query_ancestor(Column).text.canvas.palette
        shade = " current" if self.chosen else " code.block"
        lines = self.lines()
        spans = lines[y] if y < len(lines) else []
        segments = [Segment(span.text, palette(span.style + shade)) for span in spans]
        fill = max(self.size.width - width_of(spans), 0)
        return Strip([*segments, Segment(" " * fill, palette(shade))]).crop(0, self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked, or choose the column."""
        event.stop()
        lines = self.lines()
        meta = meta_at(tuple(lines[event.y]), event.x) if 0 <= event.y < len(lines) else ""
        self.post_message(Asked(self.facts.number, meta or "choose"))


class Column(Vertical):
    """A variant and its reply as they stand."""

    DEFAULT_CSS = """
    Column { width: 1fr; height: 1fr; margin-right: 1; }
    Column > Line { height: auto; max-height: 8; padding: 0 2; color: $text-warning; display: none; }
    Column > Line.-error { color: $text-error; }
    Column > ColumnText { height: 1fr; padding: 0 0 0 2; }
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.head = ColumnHead()
        self.problem = Line()
        self.text = ColumnText()
        self.figures = ColumnFigures()

    def compose(self) -> ComposeResult:
        """The head over the text, with what went wrong between them, if something did; figures of repeats below."""
        yield self.head
        yield self.problem
        yield self.text
        yield self.figures

    def say(self, sentence: str, error: bool = False) -> None:
        """Say what went wrong in this column only; empty for nothing."""
        self.problem.put(safe(sentence), error)
        self.problem.display = bool(sentence)

    def on_descendant_focus(self) -> None:
        """Whoever clicks into a column or tabs to it chooses it."""
        self.post_message(Asked(self.number, "choose"))


def _whole(figures: str, width: int) -> str:
    """Figures with three blanks between them, as many as there is room for, none of them in part."""
    shown = f"  {figures}"
    while cell_len(shown) > width and "   " in shown.strip():
        shown = shown.removesuffix("   …").rpartition("   ")[0] + "   …"
    return shortened(shown, width)

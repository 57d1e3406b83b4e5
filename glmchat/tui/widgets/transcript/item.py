"""One message as the transcript draws it: who speaks, the text, and what stands below it."""

from __future__ import annotations

from collections.abc import Sequence

from glmchat.core.conversation import Node, State
from glmchat.markdown.spans import MEASURE, Line, Span, width_of
from glmchat.markdown.wrap import Wrapper, hard_wrap
from glmchat.support.text import safe, safe_line
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.transcript.thought import Thought
from glmchat.tui.widgets.transcript.values import Button, Decoration, Note

_GUTTER = 2
_GAP = 3
_SIGNS = {"error": "✗ ", "warning": "! ", "info": "· ", "attached": "≡ "}
_LONGEST_ARGUMENTS = 12
# More calls than anybody reads are counted.
_MOST_CALLS = 200


class MessageItem(Item):
    """A message of the conversation, with what its decoration says around its text."""

    __slots__ = ("_thought_at", "decoration", "thought")

    indent = _GUTTER
    margin = _GUTTER + 1

    def __init__(self, node: Node, width: int) -> None:
        super().__init__(node, width)
        self.decoration: Decoration | None = None
        self.thought: Thought | None = None
        self._thought_at = 0  # the line on which it begins

    def decorate(self, decoration: Decoration) -> None:
        """Take what stands around the text."""
        self.decoration = decoration
        self._take_thought(decoration)
        self.compose()

    def _take_thought(self, decoration: Decoration) -> None:
        """Have the message's thought, where that stands with it; one that grows is fed, and knows itself best."""
        if decoration.thought is None or self.message is None:
            self.thought = None
            return
        growing = self.message.state is State.STREAMING and not self.message.content
        text, old = self.message.reasoning, self.thought
        if old is None or (old.size != len(text) and not growing):
            folded = decoration.thought_folded if old is None else old.folded
            self.thought = Thought(text, self.body_width, decoration.thought, folded=folded, growing=growing)
            self.thought.write_formulas(self.as_written)
        elif not growing:
            old.finish()
            old.facts = decoration.thought

    # -- the thought

    def advance(self, until: float) -> bool:
        """Read what has come of the text and of the thought."""
        done = super().advance(until)
        if self.thought is not None:
            read, changed = self.thought.advance(until)
            if changed:
                self.compose()
            return done and read
        return done

    def set_width(self, width: int) -> None:
        """Draw at another width."""
        self.width = width
        if self.thought is not None:
            self.thought.set_width(self.body_width)
        super().set_width(width)

    def write_formulas(self, as_written: bool) -> None:
        """Draw simple formulas as they are written, or as signs."""
        super().write_formulas(as_written)
        if self.thought is not None:
            self.thought.write_formulas(as_written)

    def is_thought(self, number: int) -> bool:
        """Whether a line belongs to the thought."""
        thought = self.thought
        return thought is not None and self._thought_at <= number <= self._thought_at + thought.rows

    def drop(self) -> None:
        """Free all that can be made again; the height stays as it is."""
        self.decoration = self.thought = None
        super().drop()

    def with_gutter(self, line: Line) -> Line:
        """Return a line beside the colour of who speaks."""
        return (Span("▌ ", f"gutter.{self.role}"), *line)

    def around(self) -> tuple[list[Line], list[Line]]:
        """Make the lines above and below the text."""
        decoration = self.decoration
        if decoration is None:
            return [], []
        above: list[Line] = []
        if decoration.above:
            above = [*self._wrapped([Span(f"── {safe_line(decoration.above)} ──", "quiet")]), ()]
        tail: list[Line] = []
        for name, arguments in decoration.calls[:_MOST_CALLS]:
            tail += self._call(name, arguments)
        if (more := len(decoration.calls) - _MOST_CALLS) > 0:
            tail.append((Span(f"… {more:,} more tool calls", "quiet"),))
        first = 0
        for note in decoration.notes:
            tail += self._note(note, first)
            first += len(note.buttons)
        buttons = _buttons(decoration.chips, first)
        tail += self._figures(decoration.footer, [] if decoration.hovered else buttons)
        if tail and self.node.size:
            tail.insert(0, ())
        header = self._header(decoration, buttons if decoration.hovered else [])
        head = [(), *above, self.with_gutter(header)]
        if self.thought is not None:
            self._thought_at = len(head)
            head += [self.with_gutter(line) for line in (*self.thought.lines(), ())]
        return head, [self.with_gutter(line) for line in tail]

    def _figures(self, words: str, buttons: list[Span]) -> list[Line]:
        """The quiet line under a message, and what can be done with it at its right end, or below where it is long."""
        quiet = [Span(safe_line(words), "quiet")] if words else []
        gap = min(self.body_width, MEASURE) - width_of(quiet) - width_of(buttons)
        if quiet and buttons and gap >= _GAP:
            return [(*quiet, Span(" " * gap), *buttons)]
        return [line for spans in (quiet, buttons) if spans for line in self._wrapped(spans)]

    def _header(self, decoration: Decoration, buttons: list[Span]) -> Line:
        line = [Span(safe_line(decoration.name), f"name.{self.role}")]
        if decoration.badge:
            line.append(Span(f"  {safe_line(decoration.badge)}", "quiet"))
        if decoration.siblings and decoration.siblings[1] > 1:
            at, count = decoration.siblings
            line += [
                Span("  "),
                Span("‹", "button" if at > 1 else "quiet", meta="sibling:-1" if at > 1 else ""),
                Span(f" {at}/{count} ", "quiet"),
                Span("›", "button" if at < count else "quiet", meta="sibling:1" if at < count else ""),
            ]
        gap = min(self.body_width, MEASURE) - width_of(line) - width_of(buttons)
        return _cropped([*line, Span(" " * max(gap, _GAP)), *buttons] if buttons else line, self.body_width)

    def _call(self, name: str, arguments: str) -> list[Line]:
        lines = self._wrapped([Span("⚒ ", "call"), Span(safe_line(name), "call strong")])
        body: list[Line] = []
        for each in safe(arguments).split("\n"):
            body += hard_wrap([Span("  " + each.expandtabs(4), "quiet")], self.body_width)
        if len(body) > _LONGEST_ARGUMENTS:
            body = [*body[: _LONGEST_ARGUMENTS - 1], (Span("  …", "quiet"),)]
        return lines + body

    def _note(self, note: Note, first: int) -> list[Line]:
        style = f"note.{note.kind}"
        spans = [Span(_SIGNS.get(note.kind, ""), style)]
        if note.heading:
            spans += [Span(safe_line(note.heading), f"{style} strong"), Span("\n" if note.text else "")]
            style = ""
        for number, each in enumerate(safe(note.text).split("\n")):
            spans += [Span("\n")] if number else []
            spans.append(Span(each, style, meta=f"link:{note.link}" if note.link else ""))
        drawn = [_cropped(line, self.body_width) for line in note.drawn]
        return [
            *self._wrapped(spans),
            *drawn,
            *(self._wrapped(_buttons(note.buttons, first)) if note.buttons else ()),
        ]

    def _wrapped(self, spans: Sequence[Span]) -> list[Line]:
        wrapper = Wrapper(min(self.body_width, MEASURE))
        wrapper.feed(spans)
        return [*wrapper.lines, *wrapper.rest()]


def _buttons(buttons: Sequence[Button], first: int) -> list[Span]:
    """Buttons in a row; a click tells which of `Decoration.buttons` it is, `first` being the number of the first."""
    out: list[Span] = []
    for number, button in enumerate(buttons, first):
        out += [Span("  ")] if out else []
        out.append(Span(safe_line(button.label).replace(" ", "\u00a0"), "button", meta=f"do:{number}"))
    return out


def _cropped(line: Sequence[Span], width: int) -> Line:
    if width_of(line) <= width:
        return tuple(line)
    return hard_wrap(line, width)[0]

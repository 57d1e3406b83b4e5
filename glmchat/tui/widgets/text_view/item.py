"""One text as a view draws it: a document, with lines above and below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from glmchat.core.conversation import Message, Node, State
from glmchat.markdown.spans import MEASURE, Anchor, Line, Span, source_at, source_range
from glmchat.support.text import SafeStream, safe

if TYPE_CHECKING:
    from glmchat.markdown.document import Document

# A text longer than this is read in slices before it is shown.
_LONG = 4_096


class Place(NamedTuple):
    """A line of an item that stays the same line when heights change: of the ``head``, the ``text`` or the ``tail``."""

    part: str
    line: int = 0
    anchor: Anchor | None = None


def text_place(offset: int) -> Place:
    """The place of a character of the text; of the item's first line for the first."""
    return Place("text", anchor=Anchor(0, 0, offset)) if offset else Place("head")


class Item:
    """A text, with nothing around it; of the width, `margin` cells are not for the text, `indent` of them at its left.

    `height` is an estimate until the lines asked for are settled; `as_written` draws simple formulas as their source.
    Without a text it draws a placeholder.
    """

    __slots__ = (
        "_head", "_reading", "_safe", "_tail", "as_written", "document", "height", "message", "node", "width"
    )  # fmt: skip

    indent = 0
    margin = 0

    def __init__(self, node: Node, width: int) -> None:
        self.node = node
        self.width = width
        self.as_written = False
        self.message: Message | None = None
        self.document: Document | None = None
        self._reading: Document | None = None
        self._safe: SafeStream | None = None
        self._head: list[Line] = []
        self._tail: list[Line] = []
        self.height = self._estimate()

    @property
    def empty(self) -> bool:
        """Whether there is no text yet."""
        return self.document is None or self.document.empty

    @property
    def body_width(self) -> int:
        """Cells for the text."""
        return max(self.width - self.margin, 10)

    def _estimate(self) -> int:
        return 4 + self.node.size // max(min(self.body_width, MEASURE) * 3 // 4, 1)

    @property
    def role(self) -> str:
        """Who speaks, as styles name it."""
        return self.node.role.value

    @property
    def text(self) -> str:
        """The text as it is shown: offsets count its characters."""
        return self.document.text if self.document is not None else ""

    def put(self, message: Message) -> None:
        """Take the message's text; one that extends what streamed in is kept as drawn, a long one is read first."""
        streaming = message.state is State.STREAMING
        self._safe = SafeStream() if streaming else None
        text = self._safe.feed(message.content) if self._safe is not None else safe(message.content)
        self.message, self.node = message, message.node()
        self._reading = None
        document = self.document
        if document is not None and not document.finished and text.startswith(document.text):
            document.feed(text[len(document.text) :])
        elif document is None or document.text != text:
            document = self._blank()
            document.feed(text)
        if not streaming:
            document.close()
        if streaming or document is self.document or len(text) <= _LONG:
            self.document = document
            document.advance(0.0)
        else:
            self._reading = document

    def _blank(self) -> Document:
        from glmchat.markdown.document import Document

        document = Document(self.body_width)
        document.write_formulas(self.as_written)
        return document

    def begin(self) -> None:
        """Make ready to `feed`."""
        document = self._reading or self.document
        if document is None or document.closed:
            self._reading, self.document = None, self._blank()
            self.document.feed(document.text if document is not None else "")
        self._safe = self._safe or SafeStream()

    def feed(self, text: str) -> None:
        """Take a piece of a streaming reply."""
        if self._safe is None:
            self.begin()
        if self._safe is not None and self.document is not None:
            self.document.feed(self._safe.feed(text))

    def finish(self) -> None:
        """No more pieces will come."""
        if self.document is not None and not self.document.finished:
            if self._safe is not None:
                self.document.feed(self._safe.finish())
            self.document.close()
        self._safe = None

    def advance(self, until: float) -> bool:
        """Read what has come, until the clock of `time.perf_counter` has passed; returns whether all is read."""
        document = self._reading or self.document
        if document is None:
            return True
        done = document.advance(until)
        if done and self._reading is not None:
            self.document, self._reading = self._reading, None
        return done

    def set_width(self, width: int) -> None:
        """Draw at another width."""
        self.width = width
        for document in (self.document, self._reading):
            if document is not None:
                document.set_width(self.body_width)
        if self.document is None:
            self.height = self._estimate()
        else:
            self.compose()

    def write_formulas(self, as_written: bool) -> None:
        """Draw simple formulas as they are written, or as signs."""
        self.as_written = as_written
        for document in (self.document, self._reading):
            if document is not None:
                document.write_formulas(as_written)

    def drop(self) -> None:
        """Free all that can be made again; the height stays as it is."""
        self.message = self.document = self._reading = None
        self._head, self._tail = [], []

    @property
    def ready(self) -> bool:
        """Whether the text is here and read."""
        return self.document is not None

    def measure(self) -> None:
        """Renew `height`."""
        if self.document is not None:
            self.height = len(self._head) + max(self.document.height, 0) + len(self._tail)

    @property
    def waits(self) -> bool:
        """Whether neither the text nor a part of it is here."""
        return self.document is None and self._reading is None

    def settle(self, top: int, bottom: int, until: float) -> bool:
        """Make the heights of the lines from `top` to `bottom` exact; returns whether they are."""
        head = len(self._head)
        if self.document is None or bottom <= head:
            return True
        return self.document.settle(top - head, bottom - head, until)

    def place(self, line: int, before: Place | None = None) -> Place:
        """Say which line a line is, for `position` to find again: still `before`, where it shows that."""
        head = len(self._head)
        if self.document is None or line < head:
            return Place("head", line)
        if line < head + self.document.height:
            kept = before.anchor.offset if before is not None and before.anchor is not None else -1
            return Place("text", anchor=self.document.anchor(line - head, kept))
        return Place("tail", line - head - self.document.height)

    def position(self, place: Place) -> int:
        """Return where a line is now."""
        head = len(self._head)
        if self.document is None or place.part == "head":
            return min(place.line, max(self.height - 1, 0))
        if place.anchor is not None:
            return head + self.document.line_at(place.anchor)
        return min(head + self.document.height + place.line, max(self.height - 1, 0))

    def line(self, number: int) -> Line:
        """Draw a line, gutter included."""
        if self.document is None:
            return self._placeholder(number)
        head = len(self._head)
        if number < head:
            return self._head[number]
        number -= head
        if number < self.document.height:
            return self.with_gutter(self.document.line(number))
        number -= self.document.height
        return self._tail[number] if number < len(self._tail) else ()

    def _placeholder(self, number: int) -> Line:
        if number == 0:
            return ()
        return self.with_gutter((Span("…", "quiet"),) if number == 2 else ())

    def text_line(self, number: int) -> int | None:
        """Return which line of the document a line is; None outside."""
        if self.document is None:
            return None
        at = number - len(self._head)
        return at if 0 <= at < self.document.height else None

    def offset_at(self, number: int, cell: int) -> int:
        """Return the source offset at a line and cell; the nearest text where there is none."""
        if self.document is None or number < len(self._head):
            return 0
        at = number - len(self._head)
        if at >= self.document.height:
            return len(self.text)
        while at >= 0:
            line = self.document.line(at)
            offset = source_at(line, cell - self.indent)
            if offset is not None:
                return offset
            at, cell = at - 1, 1 << 30
        return 0

    def line_range(self, number: int) -> tuple[int, int] | None:
        """Return the source offsets that a line shows."""
        at = self.text_line(number)
        return None if at is None or self.document is None else source_range(self.document.line(at))

    def compose(self) -> None:
        """Make the lines around the text anew."""
        self._head, self._tail = self.around()

    def around(self) -> tuple[list[Line], list[Line]]:
        """Return the lines above the text and those below it."""
        return [], []

    def with_gutter(self, line: Line) -> Line:
        """Return a line with what stands at its left, `indent` cells wide."""
        return line


def meta_at(line: Line, cell: int) -> str:
    """Return what a click at a cell of a line means; empty for nothing."""
    at = 0
    for span in line:
        at += cell_len(span.text)
        if cell < at:
            return span.meta
    return ""

"""The thinking panel: what the model reasons, live, under a header that stays when the panel is folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message as Event
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from glmchat.markdown.spans import Span
from glmchat.tui.widgets.text_view import SingleTextView
from glmchat.tui.widgets.text_view.item import meta_at
from glmchat.tui.widgets.thought_count import ThoughtCount
from glmchat.tui.widgets.thought_head import ThoughtFacts, head_spans


class ThinkingFolded(Event):
    """The user folded the panel or opened it."""

    def __init__(self, folded: bool) -> None:
        super().__init__()
        self.folded = folded


class AnswerNowRequested(Event):
    """The user wants the answer without more thinking."""

    def __init__(self, id: int) -> None:
        super().__init__()
        self.id = id


# Rows that a thought may take.
_MOST_ROWS = 10


class Thought(SingleTextView):
    """The text of a thought; it is as high as its text, up to a bound, and while it grows it never gets lower."""

    DEFAULT_CSS = """
    Thought { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._grows = False
        self._fitted = _MOST_ROWS

    def show_text(self, text: str, *, text_id: int = 1, growing: bool = False) -> None:
        """Show another thought."""
        if growing and not self._grows:
            self._fit(1)
        self._grows = growing
        super().show_text(text, text_id=text_id, growing=growing)

    def finish(self, text: str | None = None) -> None:
        """The thought does not grow any more."""
        self._grows = False
        super().finish(text)

    def paint(self, at_once: bool) -> None:
        """Show what is ready, in as many rows as it takes."""
        super().paint(at_once)
        rows = max(min(self.item_layout.total, _MOST_ROWS), 1)
        if rows > self._fitted or not self._grows:
            self._fit(rows)

    def _fit(self, rows: int) -> None:
        if rows != self._fitted:
            self._fitted = rows
            self.styles.height = rows


class ThinkingHeader(Widget):
    """One line: fold mark, title, seconds, tokens, and while the model thinks a button that ends it."""

    DEFAULT_CSS = """
    ThinkingHeader { height: 1; }
    """
    title = reactive("Thinking")
    folded = reactive(False)
    facts = reactive(ThoughtFacts())

    def spans(self) -> list[Span]:
        """The header's pieces, the button marked for clicks."""
        return head_spans(self.facts, self.folded, self.title)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        palette = self.query_ancestor(ThinkingPanel).body.canvas.palette
        return palette.strip(self.spans(), self.size.width)

    def on_click(self, event: events.Click) -> None:
        """Fold or open, or ask for the answer."""
        event.stop()
        panel = self.query_ancestor(ThinkingPanel)
        if meta_at(tuple(self.spans()), event.x) == "answer":
            panel.action_answer_now()
        else:
            panel.action_fold()


class ThinkingPanel(Vertical):
    """Shows the thought of one message.

    The owner binds it with `show`, gives pieces with `feed` and ends with `finish`. Folded, a piece costs an append to
    a list. `touched` says that the user folded or opened it, so that it is not folded for him.
    """

    DEFAULT_CSS = """
    ThinkingPanel { height: auto; max-height: 12; }
    ThinkingPanel > Thought { height: 10; }
    ThinkingPanel.-folded > Thought { display: none; }
    """

    def __init__(self, *, folded: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.header = ThinkingHeader()
        self.body = Thought()
        self.message_id: int | None = None
        self.touched = False
        self._count = ThoughtCount(self.tell, self.set_interval)
        self.header.folded = folded
        self.set_class(folded, "-folded")
        self.body.display = not folded

    def compose(self) -> ComposeResult:
        """The header over the text."""
        yield self.header
        yield self.body

    @property
    def folded(self) -> bool:
        """Whether only the header shows."""
        return self.header.folded

    @property
    def running(self) -> bool:
        """Whether the thought grows."""
        return self.header.facts.running

    @property
    def circling(self) -> bool:
        """Whether the header says that the thought repeats itself."""
        return self.header.facts.circling

    def tell(self, **facts: Any) -> None:
        """Say other things in the header: fields of `ThoughtFacts`."""
        self.header.facts = replace(self.header.facts, **facts)

    def show_place(self, id: int, places: Sequence[tuple[int, int]]) -> None:
        """Open the thought at the first of some places in its text, which are marked."""
        self.touched = True
        self.fold(False)
        self.body.hits.put({id: places}, (id, places[0][0]) if places else None)
        if places:
            self.call_after_refresh(self.body.jump_to, id, places[0][0])

    def fold(self, folded: bool) -> None:
        """Fold or open."""
        self.header.folded = folded
        self.set_class(folded, "-folded")
        self.body.display = not folded
        if not folded:
            self.body.repaint()

    def action_fold(self) -> None:
        """Fold or open, as the user wishes."""
        self.touched = True
        self.fold(not self.folded)
        self.post_message(ThinkingFolded(self.folded))

    def action_answer_now(self) -> None:
        """Ask for the answer without more thinking."""
        if self.message_id is not None and self.running:
            self.post_message(AnswerNowRequested(self.message_id))

    def show(
        self,
        id: int | None,
        text: str = "",
        *,
        seconds: float | None = None,
        tokens: int | None = None,
        estimated: bool = False,
        running: bool = False,
    ) -> None:
        """Bind the panel to a message and its reasoning; None empties it. A `running` one counts its seconds."""
        self.message_id = id
        self.header.facts = ThoughtFacts(seconds, tokens, estimated, running)
        self._count.begin(seconds, tokens, running=running and id is not None)
        if id is None:
            self.body.show_items([])
            return
        self.body.show_text(text, text_id=id, growing=running)

    def feed(self, id: int, text: str, tokens: int = 0) -> None:
        """Add a piece of the running thought, which has so many tokens now; 0 where that is not known."""
        if id == self.message_id:
            self._count.tokens = tokens
            self.body.feed(text)

    def finish(
        self, id: int, *, seconds: float | None = None, tokens: int | None = None, estimated: bool = False
    ) -> None:
        """The thought is complete; what it took may be told better later."""
        if id != self.message_id:
            return
        self._count.end(running=self.running, seconds=seconds, tokens=tokens, estimated=estimated)
        self.body.finish()

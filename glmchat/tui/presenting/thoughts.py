"""Thoughts that stand with their messages: what the thinking panel is told, for the transcript."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from glmchat.tui.widgets.thought_count import ThoughtCount
from glmchat.tui.widgets.thought_head import ThoughtFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glmchat.tui.port import Host
    from glmchat.tui.widgets.transcript.thought import Thought


class ThoughtPlace(Protocol):
    """Where thoughts are shown: in the panel below the conversation, or each with its message."""

    display: bool
    message_id: int | None
    touched: bool

    @property
    def running(self) -> bool:
        """Whether the thought that is shown grows."""

    @property
    def circling(self) -> bool:
        """Whether it was told that the thought repeats itself."""

    @property
    def folded(self) -> bool:
        """Whether only the header shows."""

    def fold(self, folded: bool) -> None:
        """Fold or open."""

    def tell(self, **facts: Any) -> None:
        """Say other things in the header: fields of `ThoughtFacts`."""

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
        """Show the thought of a message; None for none."""

    def feed(self, id: int, text: str, tokens: int = 0) -> None:
        """Add a piece of the thought that grows, which has so many tokens now; 0 where that is not known."""

    def finish(
        self, id: int, *, seconds: float | None = None, tokens: int | None = None, estimated: bool = False
    ) -> None:
        """The thought is complete."""

    def show_place(self, id: int, places: Sequence[tuple[int, int]]) -> None:
        """Open the thought at the first of some places in its text, which are marked."""


class WithMessages:
    """Shows each thought with its message; `message_id` is the message whose thought grows, or grew last."""

    def __init__(self, app: Host) -> None:
        self.display = True
        self.message_id: int | None = None
        self.touched = False
        self._app = app
        self._facts = ThoughtFacts()
        self._folded = True
        self._count = ThoughtCount(self.tell, app.set_interval)

    @property
    def running(self) -> bool:
        """Whether the thought grows."""
        return self._facts.running

    @property
    def circling(self) -> bool:
        """Whether it was told that the thought repeats itself."""
        return self._facts.circling

    @property
    def folded(self) -> bool:
        """Whether the next thought begins folded."""
        return self._folded

    def _thought(self) -> Thought | None:
        return (
            self._app.chat.transcript.messages.thought(self.message_id)
            if self.message_id is not None
            else None
        )

    def fold(self, folded: bool) -> None:
        """Fold or open the thought that grows, and begin the next one so."""
        self._folded = folded
        if (thought := self._thought()) is not None:
            thought.folded = folded
            self._redraw()

    def tell(self, **facts: Any) -> None:
        """Say other things over the thought."""
        self._facts = replace(self._facts, **facts)
        if (thought := self._thought()) is not None:
            thought.facts = self._facts
            self._redraw()

    def _redraw(self) -> None:
        if self.message_id is not None:
            self._app.chat.transcript.messages.redraw_thought(self.message_id)

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
        """Show a thought that grows; one that is complete stands with its message already."""
        self.message_id = id
        self._facts = ThoughtFacts(seconds, tokens, estimated, running)
        self._count.begin(seconds, tokens, running=running and id is not None)
        if id is not None and running:
            self._app.chat.transcript.messages.begin_thought(id, text, self._facts, self._folded)

    def feed(self, id: int, text: str, tokens: int = 0) -> None:
        """Add a piece of the thought; what is drawn of it comes with the next frame."""
        thought = self._thought()
        if id == self.message_id and thought is not None:
            self._count.tokens = tokens
            thought.feed(text)
            if not thought.folded:
                self._redraw()

    def finish(
        self, id: int, *, seconds: float | None = None, tokens: int | None = None, estimated: bool = False
    ) -> None:
        """The thought is complete."""
        if id != self.message_id:
            return
        if (thought := self._thought()) is not None:
            thought.finish()
        self._count.end(running=self.running, seconds=seconds, tokens=tokens, estimated=estimated)

    def show_place(self, id: int, places: Sequence[tuple[int, int]]) -> None:
        """Open a thought at the first of some places in its text."""
        self._app.chat.transcript.messages.show_in_thought(id, places)

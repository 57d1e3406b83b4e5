"""The thoughts that stand with the messages of a transcript: folded and scrolled, each by itself."""

from __future__ import annotations

from collections.abc import Callable

from glmchat.tui.widgets.text_view.layout import ItemLayout
from glmchat.tui.widgets.transcript.item import MessageItem
from glmchat.tui.widgets.transcript.messages import Messages


class Thoughts:
    """Acts on thoughts; `folded` is called when one that still grows was folded or opened."""

    def __init__(self, layout: ItemLayout, messages: Messages, folded: Callable[[bool], object]) -> None:
        self._layout = layout
        self._messages = messages
        self._folded = folded

    def fold(self, id: int) -> bool:
        """Fold the thought of a message, or open it; returns whether there is one."""
        thought = self._messages.thought(id)
        if thought is None:
            return False
        self._messages.fold_thought(id, not thought.folded)
        if thought.growing:
            self._folded(thought.folded)
        return True

    def scroll_at(self, line: int, lines: int) -> bool:
        """Scroll the thought that a line of the conversation belongs to; returns whether it moved."""
        if not self._layout.items or line >= self._layout.total:
            return False
        number, at = self._layout.find(line)
        item = self._layout.items[number]
        return isinstance(item, MessageItem) and item.is_thought(at) and self._scroll(item, lines)

    def scroll(self, selected: int | None, lines: int) -> None:
        """Scroll the thought of the selected message, else the first in view that has more of it."""
        items = [item for item, _ in self._layout.in_view() if isinstance(item, MessageItem)]
        for item in sorted(items, key=lambda each: each.node.id != selected):
            if item.thought is not None and item.thought.scrolls:
                self._scroll(item, lines)
                return

    def _scroll(self, item: MessageItem, lines: int) -> bool:
        moved = item.thought is not None and item.thought.scroll(lines)
        if moved:
            self._messages.redraw_thought(item.node.id)
        return moved

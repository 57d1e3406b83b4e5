"""A layout without a screen: texts under a view that is only a width and a number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from glmchat.core.conversation import Message, Role
from glmchat.support.text import safe
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemLayout

WIDTH, ROWS = 60, 20


class Texts:
    """Has some of the texts, and notes which were asked for."""

    def __init__(self, messages: Sequence[Message], here: bool = True) -> None:
        self.loaded = {message.id: message for message in messages} if here else {}
        self.asked: list[int] = []

    def prepare(self, item: Item) -> None:
        """Give a text that is here."""
        if item.waits and item.node.id in self.loaded:
            item.put(self.loaded[item.node.id])

    def need(self, ids: Sequence[int]) -> None:
        """Note what is asked for."""
        self.asked += ids

    def text_of(self, item: Item) -> str | None:
        """The whole text, where it is here."""
        return safe(self.loaded[item.node.id].content) if item.node.id in self.loaded else None


class Bench:
    """A layout, what it was told and what it told."""

    def __init__(self, messages: Sequence[Message], here: bool = True) -> None:
        self.texts = Texts(messages, here)
        self.told: list[tuple[bool, bool]] = []
        self.layout = ItemLayout(
            self.texts, lambda: self.told.append((self.layout.following, self.layout.unseen))
        )
        self.layout.width, self.layout.rows = WIDTH, ROWS
        self.layout.set_items([Item(message.node(), WIDTH) for message in messages])
        self.frame()

    def frame(self) -> list[str]:
        """Make all that is in view exact, and return its rows."""
        assert self.layout.advance(inf)
        self.layout.stand()
        return self.rows()

    def rows(self) -> list[str]:
        """What stands in view."""
        return ["".join(span.text for span in item.line(at)) for item, at in self.layout.in_view()]

    def find(self, needle: str) -> tuple[int, int]:
        """Where in the view a text is: column and row."""
        for y, row in enumerate(self.rows()):
            if needle in row:
                return row.index(needle), y
        raise AssertionError(f"{needle!r} is not in view.")

    def put(self, message: Message) -> None:
        """Give a text."""
        item = self.layout.item(message.id)
        assert item is not None
        item.put(message)
        self.layout.mark(item)


def story(id: int, lines: int) -> Message:
    """A message of some lines, each with a number."""
    return Message(id, None, Role.ASSISTANT, "\n\n".join(f"line {n} of {id}" for n in range(lines)))

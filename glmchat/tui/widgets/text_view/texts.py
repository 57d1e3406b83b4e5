"""Where a text view has its texts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from glmchat.core.conversation import Message
from glmchat.support.text import safe
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemSource


class TextSource(ItemSource, Protocol):
    """Has the texts of the items, and those of items that were never in view."""

    def text_of(self, item: Item) -> str | None:
        """Return the whole text of an item; None where it has to be asked for."""


class LoadedTexts:
    """Texts that are in memory, by their ids; each is read when it comes into view."""

    def __init__(self) -> None:
        self.loaded: Mapping[int, Message] = {}

    def prepare(self, item: Item) -> None:
        """Give an item its text, where it waits for it."""
        if item.waits and (message := self.loaded.get(item.node.id)) is not None:
            item.put(message)

    def need(self, ids: Sequence[int]) -> None:
        """There is nowhere else to ask."""

    def text_of(self, item: Item) -> str | None:
        """Return the whole text of an item; None where it is not here."""
        if item.ready:
            return item.text
        message = self.loaded.get(item.node.id)
        return None if message is None else safe(message.content)

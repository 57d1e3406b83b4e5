"""A view of one text: a page of help, a thought, a reply in a comparison."""

from __future__ import annotations

from collections.abc import Mapping

from glmchat.core.conversation import Message, Node, Role, State
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.texts import LoadedTexts
from glmchat.tui.widgets.text_view.view import TextView


class SingleTextView(TextView):
    """Shows one text, with nothing around it, which may grow."""

    def __init__(
        self, *, looks: Mapping[str, str] | None = None, beat: float = 0.0, id: str | None = None
    ) -> None:
        self._texts = LoadedTexts()
        super().__init__(self._texts, looks=looks, beat=beat, id=id)

    @property
    def text_item(self) -> Item | None:
        """The text as it is drawn; None where none is shown."""
        items = self.item_layout.items
        return items[0] if items else None

    @property
    def text(self) -> str:
        """The text as it is shown, which offsets count in."""
        item = self.text_item
        return item.text if item is not None else ""

    def show_text(self, text: str, *, text_id: int = 1, growing: bool = False) -> None:
        """Show another text, which `hits` and `jump_to` know by its id; one that is growing can be fed."""
        state = State.STREAMING if growing else State.COMPLETE
        self._texts.loaded = {text_id: Message(text_id, None, Role.ASSISTANT, text, state=state)}
        item = Item(Node(text_id, None, Role.ASSISTANT, len(text), state), self.item_layout.width or 80)
        self.show_items([item])
        if growing:
            self._texts.prepare(item)
            item.begin()
            self.mark(item, edge=bool(text))

    def feed(self, piece: str) -> None:
        """Add a piece of a text that is growing; costs next to nothing, the next frame draws it."""
        if (item := self.text_item) is not None:
            edge = item.empty
            item.feed(piece)
            self.mark(item, edge)

    def finish(self, text: str | None = None) -> None:
        """The text does not grow any more; where a whole text is given, that is it, and the reader stays in place."""
        item = self.text_item
        if item is None:
            return
        if text is not None:
            item.put(Message(item.node.id, None, Role.ASSISTANT, text))
        elif item.document is not None:
            item.finish()
        self.mark(item, edge=True)

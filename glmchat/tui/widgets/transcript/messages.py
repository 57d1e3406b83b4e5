"""The messages that a transcript shows: their texts come and grow, and something stands around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from glmchat.core.conversation import Message, Node, State
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.text_view.layout import ItemLayout
from glmchat.tui.widgets.text_view.texts import LoadedTexts
from glmchat.tui.widgets.thought_head import ThoughtFacts
from glmchat.tui.widgets.transcript.item import MessageItem
from glmchat.tui.widgets.transcript.thought import Thought
from glmchat.tui.widgets.transcript.values import Decoration, Note

Decorate = Callable[[Node, Message | None], Decoration]


class MessageTexts(LoadedTexts):
    """Texts of messages, which are dressed when they come into view; `ask` is called, once, for those not loaded."""

    def __init__(self, decorate: Decorate, ask: Callable[[Sequence[int]], object]) -> None:
        super().__init__()
        self.notes: dict[int, Note] = {}
        self.folded: dict[int, bool] = {}  # thoughts that the person folded or opened
        self._decorate = decorate
        self._ask = ask
        self._asked: set[int] = set()

    def load(self, loaded: Mapping[int, Message]) -> None:
        """Take the texts of another branch."""
        self.loaded = loaded
        self.notes.clear()
        self._asked.clear()

    def prepare(self, item: Item) -> None:
        """Give an item its text, where it waits for it, and what stands around it."""
        waited = item.waits
        super().prepare(item)
        if waited and not item.waits:
            self.dress(item)

    def need(self, ids: Sequence[int]) -> None:
        """Ask for texts, each once."""
        new = [id for id in ids if id not in self._asked]
        if new:
            self._asked.update(new)
            self._ask(new)

    def came(self, id: int) -> None:
        """A text that was asked for is here; where it is dropped again, it is asked for again."""
        self._asked.discard(id)

    def dress(self, item: Item) -> None:
        """Put around a message what belongs there now."""
        if isinstance(item, MessageItem):
            decoration = self._decorate(item.node, item.message)
            if note := self.notes.get(item.node.id):
                decoration = replace(decoration, notes=(*decoration.notes, note))
            if (folded := self.folded.get(item.node.id)) is not None:
                decoration = replace(decoration, thought_folded=folded)
            item.decorate(decoration)


class Messages:
    """The messages of the branch that is read; `changed` is called with the item of each that is
    another one, and whether that begins or ends its text."""

    def __init__(
        self, layout: ItemLayout, texts: MessageTexts, changed: Callable[[Item, bool], None]
    ) -> None:
        self._layout = layout
        self._texts = texts
        self._changed = changed

    def put(self, message: Message) -> None:
        """Give a message's text, or a newer value of it; ignored where it is not on the branch."""
        item = self._layout.item(message.id)
        if item is None:
            return
        self._texts.came(message.id)
        # What is loaded already is taken from there when it is looked at.
        if not item.waits or self._texts.loaded.get(message.id) is not message:
            item.put(message)
            self._texts.dress(item)
        self._changed(item, message.state is not State.STREAMING)

    def append(self, message: Message) -> None:
        """Add a message at the end of the branch."""
        if self._layout.item(message.id) is not None:
            self.put(message)
            return
        item = MessageItem(message.node(), self._layout.width or 80)
        item.put(message)
        self._texts.dress(item)
        item.measure()
        self._layout.add(item)
        self._changed(item, True)

    def begin_reply(self, id: int) -> None:
        """Make a message ready to `feed`; one that is complete goes on from its end."""
        item = self._layout.item(id)
        if item is not None:
            self._texts.prepare(item)
            item.begin()
            self._changed(item, False)

    def feed(self, id: int, text: str) -> None:
        """Add a piece of a streaming reply; costs next to nothing, the next frame draws it."""
        item = self._layout.item(id)
        if item is not None:
            edge = item.empty
            item.feed(text)
            self._changed(item, edge)

    def draw(self, id: int) -> None:
        """Draw what has come of a streaming reply at once: nothing follows."""
        item = self._layout.item(id)
        if item is not None:
            self._changed(item, True)

    def renew(self, id: int) -> None:
        """Find out again what stands around a message."""
        item = self._layout.item(id)
        if item is not None and item.ready:
            self._texts.dress(item)
            self._changed(item, False)

    def note(self, id: int) -> Note | None:
        """The note that was put under a message, None where there is none."""
        return self._texts.notes.get(id)

    def set_note(self, id: int, note: Note | None) -> None:
        """Put a note under a message, beside those of its decoration; None takes it away."""
        if note is None:
            self._texts.notes.pop(id, None)
        else:
            self._texts.notes[id] = note
        self.renew(id)

    # -- thoughts that stand with their messages

    def thought(self, id: int) -> Thought | None:
        """The thought of a message as it is drawn, None where there is none."""
        item = self._layout.item(id)
        return item.thought if isinstance(item, MessageItem) else None

    def begin_thought(self, id: int, text: str, facts: ThoughtFacts, folded: bool) -> None:
        """Show a thought that grows."""
        item = self._layout.item(id)
        if isinstance(item, MessageItem):
            self._texts.prepare(item)
            item.thought = Thought(text, item.body_width, facts, folded=folded, growing=True)
            self.redraw_thought(id, begins=True)

    def fold_thought(self, id: int, folded: bool) -> None:
        """Fold a thought or open it as the person wants it: so it stays, whenever it is drawn again."""
        self._texts.folded[id] = folded
        if (thought := self.thought(id)) is not None:
            thought.folded = folded
            self.redraw_thought(id)

    def show_in_thought(self, id: int, places: Sequence[tuple[int, int]]) -> None:
        """Open a thought at the first of some places in its text, also where no frame has shown its message yet."""
        item = self._layout.item(id)
        if item is None:
            return
        self._texts.prepare(item)
        self._texts.folded[id] = False
        if (thought := self.thought(id)) is not None:
            thought.show_place(places[0][0] if places else 0, places)
            self.redraw_thought(id)

    def redraw_thought(self, id: int, begins: bool = False) -> None:
        """A thought begins, which is drawn at once; it has grown, was folded or opened, or its line says
        something else."""
        item = self._layout.item(id)
        if isinstance(item, MessageItem):
            item.compose()
            self._changed(item, begins)

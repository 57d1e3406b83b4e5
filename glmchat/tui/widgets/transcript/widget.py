"""The conversation as the reader sees it: one scrolling view that draws lines, whatever the length."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import BindingType

from glmchat import markdown
from glmchat.core.conversation import Message, Node, Role
from glmchat.markdown.spans import Line, Span, restyle
from glmchat.support.text import safe
from glmchat.tui.widgets.transcript import events as announced
from glmchat.tui.widgets.transcript.item import Item, Place, text_place
from glmchat.tui.widgets.transcript.keys import ON_A_MESSAGE, READING
from glmchat.tui.widgets.transcript.mouse import MouseMixin
from glmchat.tui.widgets.transcript.values import Decoration, Note
from glmchat.tui.widgets.transcript.view import Standing

_WARM_S = 0.2
_NAMES = {Role.USER: "You", Role.ASSISTANT: "Model", Role.SYSTEM: "System", Role.TOOL: "Tool"}


def plain_decoration(node: Node, message: Message | None) -> Decoration:
    """Return the least there is to show around a message: its speaker, and the tools it calls."""
    name = (message.model if message and message.role is Role.ASSISTANT else None) or _NAMES[node.role]
    calls = tuple((call.name, call.arguments) for call in message.tool_calls) if message else ()
    return Decoration(name, calls=calls)


class Transcript(MouseMixin):
    """Shows the branch of a conversation that is being read.

    The owner gives nodes and messages (`show`, `put`, `append`, `feed`, `finish`) and answers what is announced (see
    `events`). `decorate` makes what stands around a message; it is called when the message comes into view and again
    after `renew`. No method waits for anything.
    """

    can_focus = True
    BINDINGS: ClassVar[list[BindingType]] = [*READING, *ON_A_MESSAGE]

    def __init__(
        self,
        decorate: Callable[[Node, Message | None], Decoration] = plain_decoration,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._decorate = decorate
        self._notes: dict[int, Note] = {}
        self._matches: dict[int, list[tuple[int, int]]] = {}
        self._match: tuple[int, tuple[int, int]] | None = None
        self._asked: set[int] = set()
        self.bare = False

    def on_mount(self) -> None:
        """Get the parsers ready once the first frame is shown, beside the screen."""
        self.set_timer(_WARM_S, lambda: threading.Thread(target=markdown.warm, daemon=True).start())

    # -- content

    def show(self, path: Sequence[Node], loaded: Mapping[int, Message]) -> None:
        """Show a branch from its end; texts that are not in `loaded` are asked for when they come into view."""
        self.selection, self.selected, self.target = None, None, None
        self._notes.clear()
        self._asked.clear()
        self._matches.clear()
        self._loaded = loaded
        self.set_items([Item(node, self._width or 80, self.bare) for node in path])

    def put(self, message: Message) -> None:
        """Give a message's text, or a newer value of it; ignored where it is not on the branch."""
        item = self.item(message.id)
        if item is None:
            return
        self._asked.discard(message.id)
        if item.waits and self._loaded.get(message.id) is message:
            self.schedule()  # taken from there when it is looked at
        else:
            item.put(message)
            self._dress_item(item)
            self.mark(item)

    def append(self, message: Message) -> None:
        """Add a message at the end of the branch."""
        if self.item(message.id) is not None:
            self.put(message)
            return
        item = Item(message.node(), self._width or 80, self.bare)
        item.put(message)
        self._dress_item(item)
        item.measure()
        self.add_item(item)

    def begin_reply(self, id: int) -> None:
        """Make a message ready to `feed`; one that is complete goes on from its end."""
        item = self.item(id)
        if item is not None:
            self.prepare(item)
            item.begin()
            self.mark(item)

    def feed(self, id: int, text: str) -> None:
        """Add a piece of a streaming reply; costs next to nothing, the next frame draws it."""
        item = self.item(id)
        if item is not None:
            item.feed(text)
            self.mark(item)

    def renew(self, id: int) -> None:
        """Ask `decorate` again for what stands around a message."""
        item = self.item(id)
        if item is not None and item.ready:
            self._dress_item(item)
            self.mark(item)

    def set_note(self, id: int, note: Note | None) -> None:
        """Put a note under a message, beside those of its decoration; None takes it away."""
        if note is None:
            self._notes.pop(id, None)
        else:
            self._notes[id] = note
        self.renew(id)

    def note(self, id: int) -> Note | None:
        """The note that was put under a message, None where there is none."""
        return self._notes.get(id)

    def _dress_item(self, item: Item) -> None:
        decoration = self._decorate(item.node, item.message)
        if note := self._notes.get(item.node.id):
            decoration = replace(decoration, notes=(*decoration.notes, note))
        item.decorate(decoration)

    def prepare(self, item: Item) -> None:
        """Take a message's text from what is loaded."""
        if item.waits and (message := self._loaded.get(item.node.id)) is not None:
            item.put(message)
            self._dress_item(item)

    def need(self, ids: Sequence[int]) -> None:
        """Ask for texts, each once."""
        new = [id for id in ids if id not in self._asked]
        if new:
            self._asked.update(new)
            self.post_message(announced.TextNeeded(new))

    def may_drop(self, item: Item) -> bool:
        """A text can be asked for again, unless it is still arriving or selected."""
        return item.document is not None and item.document.finished and self.selection is None

    def follow_changed(self) -> None:
        """Announce whether the view follows the end."""
        self.post_message(announced.FollowChanged(self.following, self.unseen))

    # -- going places

    def jump_to(self, id: int, offset: int = 0, above: int | None = None) -> None:
        """Bring a place in a message's text into the upper third of the view, or `above` lines under its top.

        A text that is not here is asked for, and the view goes there once it came.
        """
        if id in self._index:
            wanted = self.rows // 3 if offset else 0
            self.go_to(Standing(id, text_place(offset), wanted if above is None else above))

    def reading_place(self) -> tuple[int, int] | None:
        """The message and the character of its text at the top of the view; None where the end is in view."""
        if self.following or not self.items:
            return None
        number, line = self._heights.find(self._y)
        item = self.items[number]
        text = (item.line_range(each) for each in range(line, min(line + self.rows, item.height)))
        return item.node.id, next((found[0] for found in text if found is not None), 0)

    def row_of(self, id: int) -> int:
        """The row of the view on which a message begins; negative above it."""
        index = self._index.get(id)
        return 0 if index is None else self._heights.before(index) - self._y

    def return_to(self, id: int, offset: int) -> None:
        """Put a place that `reading_place` told to the top of the view again."""
        self.jump_to(id, offset, above=0)

    def select_message(self, id: int | None) -> None:
        """Select a message, to act on it by keys; None for none."""
        self.selected = id
        self.repaint()
        self.post_message(announced.SelectionChanged(id, self.selection is not None))

    def action_select_previous(self) -> None:
        """Select the message before; the last in view when none is selected."""
        self._step_message(-1)

    def action_select_next(self) -> None:
        """Select the message after."""
        self._step_message(1)

    def _step_message(self, step: int) -> None:
        if not self.items:
            return
        here = self._index.get(self.selected) if self.selected is not None else None
        if here is None:
            index = self._heights.find(min(self._y + self.rows - 1, max(self._total() - 1, 0)))[0]
        else:
            index = max(min(here + step, len(self.items) - 1), 0)
        self.select_message(self.items[index].node.id)
        top = self._heights.before(index)
        bottom = top + self.items[index].height
        if top < self._y or bottom - top >= self.rows:
            self.go_to(Standing(self.items[index].node.id, Place("head")))
        elif bottom > self._y + self.rows:
            self.move_to(bottom - self.rows)

    def action_message_action(self, action: str) -> None:
        """Ask for an action on the selected message."""
        if self.selected is not None:
            self.post_message(announced.MessageActionRequested(self.selected, action, by_key=True))

    def action_version(self, step: int) -> None:
        """Ask for another version of the selected message."""
        if self.selected is not None:
            self.post_message(announced.SiblingRequested(self.selected, step))

    # -- find

    def highlight(
        self, matches: Mapping[int, Sequence[tuple[int, int]]], current: tuple[int, int] | None = None
    ) -> None:
        """Mark places in the texts: ranges of offsets by message; `current` is a message and a range's start."""
        self._matches = {id: sorted(ranges) for id, ranges in matches.items()}
        id, start = current or (0, 0)
        found = next((each for each in self._matches.get(id, ()) if each[0] == start), None)
        self._match = (id, found) if found is not None else None
        self.repaint()

    # -- over the text

    def dress(self, item: Item, number: int, line: Line) -> Line:
        """Put selection, matches and the selected message's shade over a line."""
        id = item.node.id
        ranges = self._matches.get(id)
        if ranges:
            line = restyle(line, ranges, "match")
            if self._match and self._match[0] == id:
                line = restyle(line, [self._match[1]], "match.current")
        if self.selection is not None:
            part = self.selection.range_in(self.items, self._index[id])
            if part:
                line = restyle(line, [part], "selection")
        if self.target is not None and self.target[:2] == (id, number):
            line = tuple(
                span._replace(style=f"{span.style} target.current") if place == self.target[2] else span
                for place, span in enumerate(line)
            )
        if id == self.selected:
            line = (
                *(span._replace(style=f"{span.style} current".strip()) for span in line),
                Span("", "current"),
            )
        return line

    def selected_text(self) -> str:
        """Return the source text that is selected, of which `selection_lacks` none; empty for none."""
        return self.selection.text(self.items, self._text_of) if self.selection is not None else ""

    def selection_lacks(self) -> list[int]:
        """Return the messages in the selection whose texts are not here and have to be loaded."""
        if self.selection is None:
            return []
        first, last = self.selection.span(self.items)
        inside = self.items[first.item : last.item + 1]
        return [item.node.id for item in inside if not item.ready and item.node.id not in self._loaded]

    def _text_of(self, item: Item) -> str:
        loaded = None if item.ready else self._loaded.get(item.node.id)
        return item.text if loaded is None else safe(loaded.content)

    def clear_selection(self) -> None:
        """Select no text."""
        if self.selection is not None:
            self.selection = None
            self.repaint()
            self.post_message(announced.SelectionChanged(self.selected, False))

"""The conversation as the reader sees it: a text view that knows messages, and can select one to act on it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType

from glmchat import markdown
from glmchat.core.conversation import Message, Node, Role
from glmchat.markdown.spans import Line, Span
from glmchat.tui.widgets.text_view.item import Item, Place
from glmchat.tui.widgets.text_view.layout import Standing
from glmchat.tui.widgets.text_view.view import TextView
from glmchat.tui.widgets.thinking import AnswerNowRequested, ThinkingFolded
from glmchat.tui.widgets.transcript import events as announced
from glmchat.tui.widgets.transcript.item import MessageItem
from glmchat.tui.widgets.transcript.keys import AMONG_PANES, ON_A_MESSAGE
from glmchat.tui.widgets.transcript.messages import Decorate, Messages, MessageTexts
from glmchat.tui.widgets.transcript.thoughts import Thoughts
from glmchat.tui.widgets.transcript.values import Act, Action, Decoration

_WARM_S = 0.2
_NAMES = {Role.USER: "You", Role.ASSISTANT: "Model", Role.SYSTEM: "System", Role.TOOL: "Tool"}


def plain_decoration(node: Node, message: Message | None) -> Decoration:
    """Return the least there is to show around a message: its speaker, and the tools it calls."""
    name = (message.model if message and message.role is Role.ASSISTANT else None) or _NAMES[node.role]
    calls = tuple((call.name, call.arguments) for call in message.tool_calls) if message else ()
    return Decoration(name, calls=calls)


class Transcript(TextView):
    """Shows the branch of a conversation that is being read; `selected` is the message that keys act on, and
    `hovered` the one under the mouse.

    The owner gives a branch to `show` and what comes of its texts to `messages`, and answers what is announced (see
    `events`). `decorate` makes what stands around a message; it is called when the message comes into view and again
    after `messages.renew`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*ON_A_MESSAGE, *AMONG_PANES]

    def __init__(
        self, decorate: Decorate = plain_decoration, *, id: str | None = None, classes: str | None = None
    ) -> None:
        self._texts = MessageTexts(decorate, lambda ids: self.post_message(announced.TextNeeded(ids)))
        super().__init__(self._texts, id=id, classes=classes)
        self.messages = Messages(self.item_layout, self._texts, self.mark)
        self.thoughts = Thoughts(
            self.item_layout, self.messages, lambda folded: self.post_message(ThinkingFolded(folded))
        )
        self.selected: int | None = None
        self.hovered: int | None = None
        self.canvas.overlays.insert(
            0, lambda item, number, line: _shaded(line) if item.node.id == self.selected else line
        )

    def on_mount(self) -> None:
        """Get the parsers ready once the first frame is shown, beside the screen."""
        self.set_timer(_WARM_S, lambda: threading.Thread(target=markdown.warm, daemon=True).start())

    def show(self, path: Sequence[Node], loaded: Mapping[int, Message]) -> None:
        """Show a branch from its end; texts that are not in `loaded` are asked for when they come into view."""
        self.selected = self.hovered = None
        self._texts.load(loaded)
        self.show_items([MessageItem(node, self.item_layout.width or 80) for node in path])

    @on(events.MouseMove)
    @on(events.Leave)
    def _follow_hover(self, event: events.MouseMove | events.Leave) -> None:
        """Say of the message under the mouse what can be done with it."""
        id = None
        if isinstance(event, events.MouseMove):
            line = self.item_layout.top + event.get_content_offset_capture(self).y
            if self.item_layout.items and 0 <= line < self.item_layout.total:
                id = self.item_layout.items[self.item_layout.find(line)[0]].node.id
        if id != self.hovered:
            before, self.hovered = self.hovered, id
            for each in (before, id):
                if each is not None:
                    self.messages.renew(each)

    def turn(self, row: int, lines: int) -> None:
        """Scroll the thought that the wheel is turned over, as far as it goes; else the conversation."""
        if not self.thoughts.scroll_at(self.item_layout.top + row, lines):
            super().turn(row, lines)

    def action_scroll_thought(self, lines: int) -> None:
        """Scroll a thought."""
        self.thoughts.scroll(self.selected, lines)

    # -- the selected message

    def select_message(self, id: int | None) -> None:
        """Select a message, to act on it by keys; None for none."""
        self.selected = id
        self.repaint()
        self.post_message(announced.MessageSelected(id))

    def action_step_message(self, step: int) -> None:
        """Select the message before or after; the last in view when none is selected."""
        layout = self.item_layout
        if not layout.items:
            return
        here = layout.number_of(self.selected) if self.selected is not None else None
        if here is None:
            number = layout.find(min(layout.top + layout.rows - 1, max(layout.total - 1, 0)))[0]
        else:
            number = max(min(here + step, len(layout.items) - 1), 0)
        item = layout.items[number]
        self.select_message(item.node.id)
        top = layout.start_of(number)
        bottom = top + item.height
        if top < layout.top or item.height >= layout.rows:
            self.go_to(Standing(item.node.id, Place("head")))
        elif bottom > layout.top + layout.rows:
            self.move_to(bottom - layout.rows)

    def action_message_action(self, name: str) -> None:
        """Ask for an action on the selected message."""
        if self.selected is not None:
            action = Action(Act(name))
            self.post_message(announced.MessageActionRequested(self.selected, action, by_key=True))

    def action_sideways(self, step: int) -> None:
        """Ask for another version of the selected message; where it has none, go along what can be clicked."""
        item = self.item_layout.item(self.selected) if self.selected is not None else None
        several = isinstance(item, MessageItem) and item.decoration is not None and item.decoration.siblings
        if self.selected is not None and several and self.targets.current is None:
            self.post_message(announced.SiblingRequested(self.selected, step))
            return
        before = self.targets.current
        if not self.targets.step(step):
            self.targets.current = before  # at the end one stays
        self.repaint()

    def action_leave(self, step: int) -> None:
        """Go to the next pane or the one before."""
        self.screen.focus_next() if step > 0 else self.screen.focus_previous()

    def activate(self, item: Item, number: int, meta: str) -> None:
        """Announce what a click on `meta` asks for, on a message or in its text."""
        kind, _, value = meta.partition(":")
        if kind == "sibling":
            self.post_message(announced.SiblingRequested(item.node.id, int(value)))
        elif kind == "thought":
            if value == "answer":
                self.post_message(AnswerNowRequested(item.node.id))
            elif value == "copy":
                self.post_message(announced.MessageActionRequested(item.node.id, Action(Act.COPY_THOUGHT)))
            else:
                self.thoughts.fold(item.node.id)
        elif kind == "do":
            if isinstance(item, MessageItem) and item.decoration is not None:
                action = item.decoration.buttons[int(value)].action
                self.post_message(announced.MessageActionRequested(item.node.id, action))
        else:
            super().activate(item, number, meta)


def _shaded(line: Line) -> Line:
    """A line of the selected message."""
    return (
        *(span._replace(style=f"{span.style} current".strip()) for span in line),
        Span("", "current"),
    )

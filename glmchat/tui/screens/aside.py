"""A side question and its answer, over the chat that goes on below."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.core import pricing
from glmchat.core.conversation import Message
from glmchat.support.text import safe_line
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.presenting.status import status
from glmchat.tui.presenting.words import ENDINGS
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.theming.palette import RAISED
from glmchat.tui.widgets.bars.line import CommandRequested
from glmchat.tui.widgets.bars.status import StatusLine
from glmchat.tui.widgets.text_line import Line
from glmchat.tui.widgets.text_view import CodeCopyRequested, SingleTextView
from glmchat.workspace import Workspace
from glmchat.workspace.asides import Aside
from glmchat.workspace.changes import AsideChanged, AsideGrew, Change

TURN, PROMPT, AGAIN = "turn", "prompt", "again"


class AsideScreen(Dialog[str]):
    """Gives back what becomes of the answer: a turn, a text in the prompt, another one; None for nothing."""

    DEFAULT_CSS = """
    AsideScreen > #box { width: 100; height: 80%; }
    AsideScreen SingleTextView { height: 1fr; background: $surface; }
    AsideScreen #ended { color: $text-muted; }
    AsideScreen #ended.-error { color: $text-error; }
    """
    KEYS = "Enter keeps it as the next turn, P puts it into the prompt, C copies, R asks again, Esc stops, then closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("enter", "take('turn')", "As the next turn", show=False, priority=True),
            Binding("p", "take('prompt')", "Into the prompt", show=False, priority=True),
            Binding("r", "again", "Ask again", show=False, priority=True),
            Binding("c,y", "copy", "Copy", show=False, priority=True),
            Binding("escape", "stop", "Stop, then close", show=False, priority=True),
            Binding("q", "close", "Close", show=False),
        )
    ]

    def __init__(self, workspace: Workspace, aside: Aside) -> None:
        super().__init__(f"Aside: {safe_line(aside.question)}")
        self._workspace = workspace
        self.aside = aside
        self.view = SingleTextView(looks=RAISED, id="answer")
        self.status = StatusLine(lambda shown: None)
        self.ended = Line(id="ended")
        self._unwatch: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The answer, and what it does or did."""
        yield self.box(self.view, self.status, self.ended)

    def on_mount(self) -> None:
        """Show what is there, and follow what comes."""
        self._unwatch = self._workspace.watch(self._take)
        self._show()
        self.view.focus()

    def on_unmount(self) -> None:
        """Be told no more."""
        self._unwatch()

    def _take(self, change: Change) -> None:
        match change:
            case AsideGrew(_, id, text) if id == self.aside.id:
                self.view.feed(text)
            case AsideChanged(_, id) if id == self.aside.id:
                self._show()

    def _show(self) -> None:
        message = self.aside.message
        self.view.show_text(self.aside.answer.content, growing=message is None)
        self.status.follow(lambda: status(self.aside.running) if self.aside.message is None else [])
        if message is not None:
            failed = message.failure is not None
            self.ended.put(outcome(message), error=failed)
        elif (waiting := self.aside.running.waiting) is not None:
            self.ended.put(
                f"{waiting.sentence} Trying again, attempt {waiting.attempt} of {waiting.attempts}."
            )
        else:
            self.ended.put("")

    def on_command_requested(self, event: CommandRequested) -> None:
        """The word that stops the answer was clicked."""
        event.stop()
        self._workspace.asides.stop(self.aside)

    def action_stop(self) -> None:
        """Stop the answer; where none runs, close."""
        if not self._workspace.asides.stop(self.aside):
            self.dismiss(None)

    def action_take(self, where: str) -> None:
        """Take the answer over."""
        if self.aside.message is None:
            self.notice.say("The answer is still coming. Esc stops it.")
        elif not self.aside.message.content:
            self.notice.say("There is no answer to use. R asks again.", "warning")
        elif where == TURN and self.aside.session.runs:
            self.notice.say(
                "A reply is running in the conversation. Use this one when it has ended.", "warning"
            )
        else:
            self.dismiss(where)

    def action_again(self) -> None:
        """Ask once more."""
        if self.aside.message is None:
            self.notice.say("The answer is still coming. Esc stops it.")
        else:
            self.dismiss(AGAIN)

    def action_copy(self) -> None:
        """Ask for the answer to be copied."""
        self.post_message(CodeCopyRequested(self.view.selection.text() or self.aside.answer.content, ""))


def outcome(message: Message) -> str:
    """What came of a side question, in a line."""
    if message.failure is not None:
        return message.failure.full_message()
    parts = [ending] if (ending := ENDINGS.get(message.state)) else []
    if message.completion_tokens is not None:
        parts.append(f"{'≈' if message.estimated else ''}{pricing.tokens(message.completion_tokens)}")
    if message.timing is not None and message.timing.total_s is not None:
        parts.append(f"{message.timing.total_s:.1f} s")
    if message.cost is not None:
        parts.append(pricing.short(message.cost))
    return "   ".join(["Not part of the conversation.", *parts])

"""Writes down what happens in the workspace, as lines: replies while they come, and what is said beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glmchat.core.conversation import Message, State
from glmchat.plain import words
from glmchat.support.text import SafeStream, safe_line
from glmchat.workspace import changes

if TYPE_CHECKING:
    from glmchat.plain.console import Console
    from glmchat.workspace import Workspace

_THOUGHT, _ANSWER = "thought", "answer"


class Scribe:
    """Writes what changes in the current session; `last` is the last reply, `returned` a text to be sent again."""

    def __init__(self, console: Console, workspace: Workspace, shows_thought: bool) -> None:
        self._console = console
        self._workspace = workspace
        self.shows_thought = shows_thought
        self.changed = asyncio.Event()
        self.last: Message | None = None
        self.returned = ""
        self._part = ""
        self._fresh = True  # nothing stands on the line yet
        self._begun = False  # the part that is written has had its first sign
        self._text = SafeStream()
        self.held_back: int | None = None  # a reply that the budget held back
        self._holds = False  # replies that come at once wait, each until it is whole and its turn has come
        self._expected: list[tuple[str, int]] = []
        self._whole: dict[int, Message] = {}

    def hold(self) -> None:
        """Write replies from now on when they are whole, since several come at once."""
        self._holds = True

    def expect(self, named: Sequence[tuple[str, int]]) -> None:
        """Write these replies in this order, each with its name."""
        self._expected = list(named)
        self._write_whole()

    def let_go(self) -> None:
        """Write what is there of the replies, and the next ones again while they come."""
        for name, id in self._expected:
            if id in self._whole:
                self.show(self._whole[id], name)
        self._holds, self._expected = False, []
        self._whole.clear()

    def _write_whole(self) -> None:
        while self._expected and self._expected[0][1] in self._whole:
            name, id = self._expected.pop(0)
            self.show(self._whole.pop(id), name)

    def take(self, change: changes.Change) -> None:
        """Write a change."""
        self.changed.set()
        match change:
            case changes.Noticed(sentence, severity):
                self._end_line()
                self._console.tell(safe_line(sentence), severity)
            case changes.ReplyFinished(id, message) if id != self._workspace.current.id:
                title = self._workspace.open_sessions[id].title if id in self._workspace.open_sessions else ""
                self._console.tell(
                    f"The reply in “{safe_line(title) or 'Untitled'}” has ended: {message.state.value}."
                )
            case changes.DraftRestored(_, text):
                self.returned = text
            case _:
                if getattr(change, "session_id", None) == self._workspace.current.id:
                    self._take_here(change)

    def _take_here(self, change: changes.Change) -> None:
        if self._holds:
            if isinstance(change, changes.ReplyFinished):
                self.last = self._whole[change.message.id] = change.message
                self._write_whole()
            return
        match change:
            case changes.ReplyStarted(_, id):
                self._start(id)
            case changes.ReplyGrew(_, _, content, reasoning):
                if reasoning:
                    self._think(reasoning)
                if content:
                    self._answer(content)
            case changes.AsideGrew(_, _, content):
                self._answer(content)
            case changes.ReplyResorted(_, _, content, _):
                self._end_line()
                self._console.tell(
                    "What stands above is the thought, as a tag in it shows; the answer follows."
                )
                self._part, self._begun = "", False
                self._answer(content)
            case changes.RetryWaited():
                self._end_line()
                what = f"{change.sentence} Trying again in {change.delay_s:.0f} s"
                attempt = f"(attempt {change.attempt} of {change.attempts}); Ctrl+C gives up."
                self._console.tell(safe_line(f"{what} {attempt}"), "warning")
            case changes.ReplyFinished(_, message):
                self._finish(message)

    def _start(self, id: int) -> None:
        running = self._workspace.current.runs.get(id)
        model = running.variant.model.wire_id if running is not None else ""
        label = f" ({running.variant.label})" if running is not None and running.variant.label else ""
        self.begin(f"{safe_line(model) or 'Reply'}{safe_line(label)}")

    def begin(self, name: str) -> None:
        """Write who answers now."""
        self._end_line()
        self._console.say(f"\n{name}:")
        self._part, self._begun = "", False

    def _think(self, text: str) -> None:
        if self._part != _THOUGHT:
            self._end_line()
            self._console.say("Thinking:" if self.shows_thought else "Thinking …")
            self._part, self._begun = _THOUGHT, False
        if self.shows_thought:
            self._put(text)

    def _answer(self, text: str) -> None:
        if self._part == _THOUGHT:
            self._end_line()
            running = self._workspace.current.running
            seconds = f" after {running.reply.thinking_s():.0f} s" if running is not None else ""
            self._console.say(f"\nAnswer{seconds}:" if self.shows_thought else f"Answer{seconds}:")
        if self._part != _ANSWER:
            self._part, self._begun = _ANSWER, False
        self._put(text)

    def _put(self, text: str) -> None:
        if not self._begun:
            text = text.lstrip("\r\n")
            self._begun = bool(text)
        if shown := self._text.feed(text):
            self._console.write(shown)
            self._fresh = shown.endswith("\n")

    def _end_line(self) -> None:
        """What comes next stands on a line of its own."""
        if rest := self._text.finish():
            self._console.write(rest)
            self._fresh = rest.endswith("\n")
        if not self._fresh:
            self._console.write("\n")
            self._fresh = True

    def _finish(self, message: Message) -> None:
        self.last = message
        self.held_back = (
            message.id if message.failure is not None and message.failure.kind == "budget" else None
        )
        self.close(message)

    def close(self, message: Message) -> None:
        """Write what there is to say of an answer that has ended."""
        self._end_line()
        if line := words.figures(message):
            self._console.say(line)
        for sentence, severity in words.notes(message):
            self._console.tell(sentence, severity)
        self._part = ""

    def show(self, message: Message, name: str = "") -> None:
        """Write a message that is there already, under who says it or another name."""
        self._console.say(f"\n{name or words.speaker(message)}:")
        if message.reasoning and self.shows_thought:
            self._console.say(f"Thinking:\n{message.reasoning}\n\nAnswer:")
        if message.content:
            self._console.say(message.content)
        if message.state is State.STREAMING:
            return
        if line := words.figures(message):
            self._console.say(line)
        for sentence, severity in words.notes(message):
            self._console.tell(sentence, severity)

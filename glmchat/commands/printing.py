"""Prints a reply as it streams: the answer on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from glmchat.api import events
from glmchat.commands.terminal import put, say, write
from glmchat.support.text import SafeStream, safe_line
from glmchat.turn import ending_notes
from glmchat.turn.run import Finished, RetryScheduled, TurnEvent

if TYPE_CHECKING:
    from glmchat.core.conversation import Message


class Printer:
    """Prints what happens in a turn.

    Newlines at the end of the answer wait until more text comes, so that it ends with exactly one.
    """

    def __init__(self, raw: bool, show_reasoning: bool) -> None:
        self.raw = raw
        self.show_reasoning = show_reasoning
        self._answer = SafeStream()
        self._thought = SafeStream()
        self._newlines = ""
        self._printed = False
        self._thought_open = False

    def take(self, event: TurnEvent) -> None:
        """Print one event; raises BrokenPipeError where nobody reads the answer any more."""
        match event:
            case events.ContentDelta(text) | events.RefusalDelta(text):
                self._close_thought()
                self._print(text if self.raw else self._answer.feed(text))
            case events.ReasoningDelta(text) if self.show_reasoning:
                self._thought_open = True
                write(sys.stderr, self._thought.feed(text))
            case events.Resorted():
                self._resorted(event)
            case events.Warned(sentence):
                self.note(sentence)
            case RetryScheduled():
                again = (
                    f"Trying again in {event.delay_s:.1f} s (attempt {event.attempt} of {event.attempts})."
                )
                self.note(safe_line(event.failure.full_message(again)))
            case Finished(message):
                self.finish(message)

    def note(self, sentence: str) -> None:
        """Say a sentence on standard error, on a line of its own."""
        self._close_thought()
        say(sentence)

    def finish(self, message: Message) -> None:
        """End the answer with its one newline, and say what else the reply holds."""
        self.end_line()
        for call in message.tool_calls:
            name, id, arguments = safe_line(call.name), safe_line(call.id), safe_line(call.arguments)
            self.note(f"The model calls the tool {name} ({id}) with {arguments}.")
        for remark in ending_notes.remarks(message):
            self.note(safe_line(remark))
        if message.failure is not None:
            self.note(message.failure.full_message())
        elif not ending_notes.is_all_thought(message) and (unusual := ending_notes.note(message)):
            self.note(unusual)

    def end_line(self) -> None:
        """End the answer with exactly one newline, where there is any."""
        self._close_thought()
        if not self.raw:
            self._print(self._answer.finish())
        if self._printed:
            put("\n")
        self._printed, self._newlines = False, ""

    def _print(self, text: str) -> None:
        text = self._newlines + text
        body = text.rstrip("\n")
        self._newlines = text[len(body) :] if self._printed or body else ""
        if body:
            self._printed = True
            put(body)

    def _resorted(self, event: events.Resorted) -> None:
        self.end_line()
        self.note(
            "What was printed up to here was the model's thought, as a tag in its text shows; the answer follows."
        )
        self._print(event.content if self.raw else self._answer.feed(event.content))

    def _close_thought(self) -> None:
        if self._thought_open:
            self._thought_open = False
            write(sys.stderr, self._thought.finish() + "\n")

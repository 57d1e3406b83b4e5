"""A reply whose beginning is there already: it stands before what comes, once, also where the server repeats it."""

from __future__ import annotations

from dataclasses import replace

from glmchat.api import events
from glmchat.api.events import Event
from glmchat.core import begun


class _Beginning:
    """The beginning of one text; one that the reply `has` already is not given out, but an echo of it is taken off."""

    def __init__(self, text: str, has: bool) -> None:
        self._text = text
        self._has = has
        self._held = ""
        self._over = not text

    def add(self, piece: str) -> str:
        """What of a piece can be given out now; nothing while it may be an echo."""
        if self._over:
            return piece
        self._held += piece
        return "" if self._text.startswith(self._held) else self.release()

    def release(self) -> str:
        """What was not given out yet."""
        if self._over:
            return ""
        self._over = True
        return self.whole(self._held)

    def whole(self, text: str) -> str:
        """A text with the beginning once, or without it where the reply has it."""
        self._over = True
        rest = text.removeprefix(self._text)
        return rest if self._has else self._text + rest


class Prefilled:
    """Puts the beginning before the first piece of the thought or the answer; an echo does not double it."""

    def __init__(self, text: str, has: bool = False) -> None:
        written = begun.read(text)
        self._thought = _Beginning(written.thought, has)
        self._answer = _Beginning(written.answer, has)

    def take(self, event: Event) -> list[Event]:
        """What an event becomes: itself, or text with its beginning, or nothing while it may be an echo."""
        match event:
            case events.Resorted():
                reasoning, content = self._thought.whole(event.reasoning), self._answer.whole(event.content)
                return [events.Resorted(reasoning, content)]
            case events.ReasoningDelta():
                text = self._thought.add(event.text)
                return [replace(event, text=text)] if text else []
            case events.ContentDelta():
                text = self._answer.add(event.text)
                return [*self._thoughts(), *([replace(event, text=text)] if text else [])]
            case events.Finish() | events.Done():
                answer = self._answer.release()
                return [*self._thoughts(), *([events.ContentDelta(answer)] if answer else []), event]
        return [event]

    def _thoughts(self) -> list[Event]:
        thought = self._thought.release()
        return [events.ReasoningDelta(thought)] if thought else []

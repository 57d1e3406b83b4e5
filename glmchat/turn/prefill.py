"""A reply whose beginning the person wrote: it stands before what comes, once, also where the server repeats it."""

from __future__ import annotations

from glmchat.api import events
from glmchat.api.events import Event


class Prefilled:
    """Puts the beginning before the first piece of the answer; a server that echoes it does not double it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._held = ""
        self._begun = not text

    def take(self, event: Event) -> list[Event]:
        """What an event becomes: itself, or the answer with its beginning, or nothing while it may be an echo."""
        if isinstance(event, events.Resorted):
            self._begun = True
            whole = event.content if event.content.startswith(self._text) else self._text + event.content
            return [events.Resorted(event.reasoning, whole)]
        if self._begun:
            return [event]
        if isinstance(event, events.ContentDelta):
            self._held += event.text
            return [] if self._text.startswith(self._held) else self._release()
        if isinstance(event, events.Finish | events.Done):
            return [*self._release(), event]
        return [event]

    def _release(self) -> list[Event]:
        self._begun = True
        echoed = self._held.startswith(self._text)
        return [events.ContentDelta(self._held if echoed else self._text + self._held)]

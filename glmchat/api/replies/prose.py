"""The texts of a reply on their way out: thought, answer and refusal, each once, in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from glmchat.api.events import (
    ContentDelta,
    Event,
    ReasoningDelta,
    ReasoningDetails,
    ReasoningFrom,
    RefusalDelta,
    Resorted,
)
from glmchat.api.replies.chunks import Fold
from glmchat.api.replies.growth import Growth
from glmchat.api.replies.marks import BOX, tail_at, without_tail
from glmchat.api.replies.quoting import in_code
from glmchat.api.replies.reasoning import DetailsAssembler, MirroredText
from glmchat.api.replies.thinking import ThoughtSorter

_DETAILS = "reasoning_details"


class _Lane:
    """One text, from whichever sources bring it: pieces in, what is new of them waits in `fold`."""

    def __init__(self) -> None:
        self._growths: dict[str, Growth] = {}
        self.mirrored = MirroredText()
        self.fold = Fold()

    @property
    def begun(self) -> bool:
        """Whether any text came."""
        return bool(self.mirrored.parts)

    def add(self, source: str, piece: str) -> bool:
        """Take a piece; returns whether there is something new."""
        growth = self._growths.get(source)
        if growth is None:
            growth = self._growths[source] = Growth(whole=source == "message")
        return self._take(source, growth.add(piece))

    def add_all(self, source: str, pieces: Sequence[str]) -> bool:
        """Take pieces that are all new for sure; returns whether they are, else none is taken."""
        growth = self._growths.get(source)
        if growth is None or not growth.plain or not self.mirrored.extend(source, pieces):
            return False
        self.fold.pieces.extend(filter(None, pieces))
        return True

    def settle(self, *, final: bool) -> None:
        """Decide what is undecided about repetitions, where that can be."""
        for source, growth in self._growths.items():
            self._take(source, growth.settle(final=final))

    def _take(self, source: str, text: str) -> bool:
        text = self.mirrored.add(source, text) if text else ""
        if text:
            self.fold.pieces.append(text)
        return bool(text)


class _Answer:
    """Takes out of an answer what belongs to the chat template: box marks, the ends of a turn, newlines before it."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._held = ""
        self._begun = False

    def feed(self, text: str) -> str:
        text, self._held = self._held + text, ""
        at = tail_at(text)
        if at < len(text):
            text, self._held = text[:at], text[at:]
        return self._give(text)

    def finish(self) -> str:
        """What was held back, without the marks at the end."""
        held, self._held = self._held, ""
        before = "".join(self._seen)
        rest = held if not held or in_code(before) else without_tail(before, held)[len(before) :]
        return self._give(rest)

    def _give(self, text: str) -> str:
        while "<|" in text and (mark := BOX.search(text)) is not None:
            before = text[: mark.start()]
            if in_code("".join((*self._seen, before))):
                self._seen.append(text[: mark.end()])
                return self._trim(text[: mark.end()]) + self._give(text[mark.end() :])
            text = before + text[mark.end() :]
        self._seen.append(text)
        return self._trim(text)

    def _trim(self, text: str) -> str:
        if not self._begun:
            text = text.lstrip("\r\n")
            self._begun = bool(text)
        return text


class Prose:
    """Takes the texts of the deltas and appends their events to `out`."""

    def __init__(self, out: list[Event], *, reasoning_off: bool) -> None:
        self._out = out
        self._thought, self._said, self._refusal = _Lane(), _Lane(), _Lane()
        self._sorter = ThoughtSorter(watch_lone=not reasoning_off)
        self._answer = _Answer()
        self._details = DetailsAssembler()
        self._refused = False
        self._saying = False

    def think(self, text: str, source: str) -> None:
        """Take a piece of thought."""
        if not text:
            return
        if not self._thought.begun:
            self._sorter.reasoning_came(self._thought.mirrored.parts)
            self._out.append(ReasoningFrom(source))
        if self._saying:
            self._saying = False
            self._said.settle(final=False)
        if self._thought.add(source, text) and self._said.fold.pieces:
            self._say_out()

    def think_in_detail(self, details: list[Any]) -> None:
        """Take the details of a thought in a delta."""
        self.think(self._details.feed(details), _DETAILS)

    def say(self, text: str, source: str) -> None:
        """Take a piece of the answer."""
        if not text:
            return
        if not self._saying:
            self._saying = True
            self.think(self._details.settle(final=False), _DETAILS)
            self._thought.settle(final=False)
        if self._said.add(source, text) and self._thought.fold.pieces:
            self._think_out()

    def grow(self, field: str, texts: Sequence[str]) -> None:
        """Take texts of one field of the deltas that came one after the other, as `say` or `think` takes each."""
        says = field == "content"
        source = "delta" if says else field
        lane, other = (self._said, self._thought) if says else (self._thought, self._said)
        if self._saying is says and lane.begun and not other.fold.pieces and lane.add_all(source, texts):
            return
        take = self.say if says else self.think
        for text in texts:
            take(text, source)

    def refuse(self, text: str, source: str) -> None:
        """Take a piece of a refusal."""
        self._refusal.add(source, text)

    def flush(self, *, final: bool = False) -> None:
        """Move folded text into the output, so that what follows stands after it."""
        if final:
            self.think(self._details.settle(final=True), _DETAILS)
            for lane in (self._thought, self._said, self._refusal):
                lane.settle(final=True)
        self._think_out(final=final)
        self._say_out(final=final)
        if self._refusal.fold.pieces or final:
            text, _ = self._refusal.fold.take(final=final)
            if not self._refused:
                text = text.lstrip("\r\n")
            if text:
                self._refused = True
                self._out.append(RefusalDelta(text))

    def end(self) -> None:
        """Give out what was held back, now that nothing follows."""
        self.flush(final=True)
        self._answered(self._sorter.finish())
        rest = self._answer.finish()
        if rest:
            self._out.append(ContentDelta(rest, 0))
        if details := self._details.value():
            self._out.append(ReasoningDetails(details))

    def _think_out(self, *, final: bool = False) -> None:
        if self._thought.fold.pieces or final:
            text, count = self._thought.fold.take(final=final)
            if text:
                self._out.append(ReasoningDelta(text, count))

    def _say_out(self, *, final: bool = False) -> None:
        if self._said.fold.pieces or final:
            text, count = self._said.fold.take(final=final)
            if text:
                self._answered(self._sorter.feed(text, count))

    def _answered(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, ContentDelta):
                text = self._answer.feed(event.text)
                if text:
                    self._out.append(ContentDelta(text, event.events))
            elif isinstance(event, Resorted):
                self._answer = _Answer()
                self._out.append(Resorted(event.reasoning, self._answer.feed(event.content)))
            else:
                self._out.append(event)

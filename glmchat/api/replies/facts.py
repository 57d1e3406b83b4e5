"""What a reply brings beside its texts and calls: who it is, its counts, its probabilities, pictures and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glmchat.api.events import Attached, Described, Event, Logprobs, Usage
from glmchat.api.replies.chunks import merge_logprobs, whole_number, within
from glmchat.core import attachments

# The names of words about the reply, and what the wire calls them (`provider` is OpenRouter's).
_WORDS = {
    "id": "id", "model": "model", "served_by": "provider", "service_tier": "service_tier",
    "system_fingerprint": "system_fingerprint",
}  # fmt: skip


# Keys of a choice, and of a chunk, that may hold facts; most of them hold none.
_OF_CHOICE = attachments.SOURCE_KEYS | {"usage"}
# Where a chunk counts, beside Groq's own place; the latter two as Gemini calls it.
_COUNTS = ("usage", "usageMetadata", "usage_metadata")
_OF_CHUNK = attachments.SOURCE_KEYS | {*_COUNTS, "x_groq", "created", *_WORDS.values()}


class Facts:
    """Collects the facts of a reply; each is announced when something of it is new."""

    def __init__(self) -> None:
        self._described = Described()
        self._announced = self._described
        self._unknown = dict(_WORDS)
        self._awaited = _OF_CHUNK
        self._usage: dict[str, Any] | None = None
        self._logprobs: dict[str, Any] | None = None
        self._attached = Attached((), ())
        self._attached_told = self._attached

    def of_chunk(self, chunk: Mapping[str, Any]) -> bool:
        """Take what stands in a chunk itself; returns whether it counted something."""
        if self._awaited.isdisjoint(chunk):
            return False
        for name, key in tuple(self._unknown.items()):
            value = chunk.get(key)
            # Some servers leave the first chunk blank.
            if value and isinstance(value, str):
                self._described = replace(self._described, **{name: value})  # type: ignore[arg-type]  # words only
                del self._unknown[name]
                self._awaited -= {key}
        if self._described.created is None and (created := whole_number(chunk.get("created"))) is not None:
            self._described = replace(self._described, created=created)
            self._awaited -= {"created"}
        self.attach(chunk)
        found = (*map(chunk.get, _COUNTS), within(chunk.get("x_groq"), "usage"))
        return any(map(self._count, found))

    def awaits(self, chunk: Mapping[str, Any]) -> bool:
        """Whether a chunk like this one may hold a fact."""
        return not self._awaited.isdisjoint(chunk)

    def of_choice(self, choice: Mapping[str, Any]) -> None:
        """Take what stands in a choice beside its delta or message."""
        logprobs = choice.get("logprobs")
        if logprobs and isinstance(logprobs, dict):
            self._logprobs = merge_logprobs(self._logprobs, logprobs)
        if not _OF_CHOICE.isdisjoint(choice):
            self._count(choice.get("usage"))
            self.attach(choice)

    def attach(self, holder: Mapping[str, Any]) -> None:
        """Take the sources that something holds."""
        more = tuple(attachments.sources(holder))
        if more:
            annotations = attachments.joined(self._attached.annotations, more)
            if annotations != self._attached.annotations:
                self._attached = replace(self._attached, annotations=annotations)

    def show(self, pictures: Any) -> bool:
        """Take pictures; returns whether there was one."""
        more = list(attachments.pictures(pictures))
        images = [*self._attached.images]
        images += [each for each in more if each not in images]
        if len(images) > len(self._attached.images):
            self._attached = replace(self._attached, images=tuple(images))
        return bool(more)

    def described(self) -> list[Event]:
        """What is new of what the reply says about itself."""
        if self._described is self._announced:
            return []
        self._announced = self._described
        return [self._described]

    def events(self) -> list[Event]:
        """What else is new."""
        out: list[Event] = []
        if self._attached is not self._attached_told:
            self._attached_told = self._attached
            out.append(self._attached)
        if self._logprobs is not None:
            out.append(Logprobs(self._logprobs))
            self._logprobs = None
        if self._usage is not None:
            out.append(Usage(self._usage))
            self._usage = None
        return out

    def _count(self, usage: Any) -> bool:
        if usage and isinstance(usage, dict):
            self._usage = usage
            return True
        return False

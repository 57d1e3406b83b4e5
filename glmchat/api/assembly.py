"""Chunks of a chat completion to events: what a reply is made of, whatever shape a server gives it.

Works on all events of one network chunk at a time, and folds consecutive text into one delta.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from httpx_sse import ServerSentEvent

from glmchat.api import error_bodies
from glmchat.api.chunks import (
    Fold,
    broken_call,
    first_choice,
    merge_logprobs,
    read_json,
    text_of,
    whole_number,
    within,
)
from glmchat.api.errors import redact
from glmchat.api.events import (
    Described,
    Done,
    Event,
    Finish,
    Logprobs,
    ReasoningDelta,
    ReasoningDetails,
    ReasoningFrom,
    RefusalDelta,
    ToolCallDelta,
    ToolCallsFinished,
    Usage,
    Warned,
)  # fmt: skip
from glmchat.api.reasoning import FIELDS, DetailsAssembler, MirroredText, detail_text
from glmchat.api.sse import DONE
from glmchat.api.thinking import ThoughtSorter
from glmchat.api.tool_calls import ToolCallAssembler

# Named events that only keep the connection open.
_IDLE_EVENTS = frozenset({"ping", "heartbeat", "keepalive", "keep-alive"})
_UNREADABLE = "One event of the reply could not be read and was skipped."


class Assembler:
    """Turns the events of one reply into typed events.

    `finish_reason` is the server's, None until it came; `done` is true once ``[DONE]`` did, `heard` once
    anything of the API came. `error_body` holds the JSON text of an error that came instead of the rest;
    nothing after it counts. `secrets` are kept out of the warnings, which are our own sentences.
    """

    def __init__(self, *, reasoning_off: bool = False, secrets: tuple[str, ...] = ()) -> None:
        self._secrets = secrets
        self.finish_reason: str | None = None
        self.done = False
        self.heard = False
        self.error_body: str | None = None
        self._out: list[Event] = []
        self._described = Described(None, None, None)
        self._sorter = ThoughtSorter(watch_lone=not reasoning_off)
        self._said = MirroredText()
        self._thought = MirroredText()
        self._details: DetailsAssembler | None = None
        self._content, self._reasoning = Fold(), Fold()
        self._refusal = MirroredText()
        self._refused = False
        self._tools = ToolCallAssembler()
        self._tool_source = ""
        self._changed: list[int] = []
        self._usage: dict[str, Any] | None = None
        self._logprobs: dict[str, Any] | None = None
        self._warned_parts: set[str] = set()

    def feed(self, events: Sequence[ServerSentEvent]) -> list[Event]:
        """Take the server-sent events of one network chunk."""
        if self.done or self.error_body is not None:
            return []
        for chunk in self._objects(events):
            self._take(chunk)
            if self.error_body is not None:
                break
        return self._flush()

    def feed_object(self, body: Any) -> list[Event]:
        """Take a whole reply that came as plain JSON."""
        self._take(body)
        return self._flush()

    def end(self, *, complete: bool) -> list[Event]:
        """Give out what was held back; `complete` says whether the reply came to its end."""
        out = self._flush(final=True) + self._sorter.finish()
        if self._details is not None:
            out.append(ReasoningDetails(self._details.value()))
        if complete:
            broken = self._tools.unreadable()
            plain = self._plain
            out += [Warned(broken_call(plain(call.name), plain(call.arguments))) for call in broken]
            calls = tuple(call for call in self._tools.calls() if call not in broken)
            if calls:
                out.append(ToolCallsFinished(calls))
            out.append(Done())
        return out

    def _objects(self, events: Sequence[ServerSentEvent]) -> Iterable[Any]:
        """Parse the data of many events at once where they are as usual, else one by one."""
        if events and events[-1].data != DONE and all(event.event == "message" for event in events):
            try:
                parsed = read_json("[" + ",".join([event.data for event in events]) + "]")
            except (ValueError, RecursionError):
                parsed = []
            if len(parsed) == len(events):
                return parsed  # type: ignore[no-any-return]
        return self._one_by_one(events)

    def _one_by_one(self, events: Sequence[ServerSentEvent]) -> Iterable[Any]:
        for event in events:
            # Some servers leave out the blank line between events: then each line is one.
            for data in self._readable(event.data):
                if data.strip() == DONE:
                    self.done = self.heard = True
                    return
                try:
                    parsed = read_json(data)
                except (ValueError, RecursionError):
                    if event.event == "error":
                        self.error_body = data
                        return
                    if event.event not in _IDLE_EVENTS:
                        self._text_out()
                        self._warn(_UNREADABLE)
                    continue
                if event.event == "error":
                    self.error_body = data
                    return
                yield parsed

    @staticmethod
    def _readable(data: str) -> list[str]:
        if "\n" not in data:
            return [data]
        try:
            read_json(data)
        except (ValueError, RecursionError):
            lines = [line for line in data.split("\n") if line.strip()]
            return lines if all(line.lstrip()[:1] in "{[" for line in lines) else [data]
        return [data]

    def _take(self, chunk: Any) -> None:
        if type(chunk) is not dict:
            self._text_out()
            self._warn(_UNREADABLE)
            return
        if "data" in chunk:
            chunk = error_bodies.unwrapped(chunk)
        choices = chunk.get("choices")
        if not (self._described.id and self._described.model and self._described.created):
            self._describe(chunk)
        if choices:
            self.heard = True
            choice = choices[0] if type(choices) is list else None
            if type(choice) is not dict or choice.get("index") or len(choices) > 1:
                choice = first_choice(choices)
            if choice is not None:
                self._choice(choice, chunk)
                if choice.get("error"):
                    self.error_body = json.dumps({"error": choice["error"]})
        usage = chunk.get("usage")
        if usage is None and "x_groq" in chunk:
            usage = within(chunk["x_groq"], "usage")
        if usage and type(usage) is dict:
            self._usage = usage
            self.heard = True
        if (not choices or chunk.get("error")) and error_bodies.is_error(chunk):
            self.error_body = json.dumps(chunk)

    def _describe(self, chunk: dict[str, Any]) -> None:
        """Take what is new of the reply's own id, model and time; some servers leave the first chunk blank."""
        known = self._described
        id, model, created = chunk.get("id"), chunk.get("model"), chunk.get("created")
        self._described = Described(
            known.id or (id if isinstance(id, str) and id else None),
            known.model or (model if isinstance(model, str) and model else None),
            known.created or whole_number(created),
        )
        if self._described != known:
            self._out.append(self._described)

    def _choice(self, choice: dict[str, Any], chunk: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if delta:
            if type(delta) is dict:
                self._delta(delta, "delta")
        elif choice.get("message"):
            message = choice["message"]
            if type(message) is dict:
                self._delta(message, "message")
        elif type(choice.get("text")) is str:
            self._say(choice["text"], "text")
        logprobs = choice.get("logprobs")
        if logprobs and type(logprobs) is dict:
            self._logprobs = merge_logprobs(self._logprobs, logprobs)
        reason = choice.get("finish_reason")
        if reason:
            native = choice.get("native_finish_reason") or chunk.get("native_finish_reason")
            self.finish_reason = str(reason)
            self._text_out()
            self._out.append(Finish(self.finish_reason, native if isinstance(native, str) else None))
        usage = choice.get("usage")
        if usage and type(usage) is dict:
            self._usage = usage

    def _delta(self, delta: dict[str, Any], source: str) -> None:
        for field in FIELDS:
            thought = delta.get(field)
            if thought:
                self._think(thought if type(thought) is str else text_of(thought), field)
        details = delta.get("reasoning_details")
        if details and type(details) is list:
            self._take_details(details)
        content = delta.get("content")
        if content:
            if type(content) is str:
                self._say(content, source)
            elif type(content) is list:
                self._parts(content, source)
        if delta.get("refusal"):
            self._refuse(str(delta["refusal"]), source)
        calls = delta.get("tool_calls") or delta.get("function_call")
        if calls and self._tool_source in ("", source):
            # A whole message after the deltas repeats the calls.
            self._tool_source = source
            self._changed += [place for place in self._tools.feed(calls) if place not in self._changed]

    def _parts(self, parts: list[Any], source: str) -> None:
        """Take content that is a list of parts, as in the newer API shapes."""
        for part in parts:
            if isinstance(part, str):
                self._say(part, source)
                continue
            type_ = part.get("type") if isinstance(part, dict) else None
            if type_ in ("text", "output_text") and isinstance(part.get("text"), str):
                self._say(part["text"], source)
            elif type_ in ("thinking", "reasoning"):
                self._think(text_of(part.get(type_) or part.get("text")), "content")
            elif type_ == "refusal":
                self._refuse(str(part.get("refusal") or ""), source)
            elif str(type_) not in self._warned_parts:
                self._warned_parts.add(str(type_))
                self._warn(f"The reply has a part of the type {self._plain(str(type_))}, which is not shown.")

    def _say(self, text: str, source: str) -> None:
        text = self._said.add(source, text)
        if text:
            if self._reasoning.pieces:
                self._text_out()
            self._content.pieces.append(text)

    def _think(self, text: str, source: str) -> None:
        if not text:
            return
        if not self._thought.parts:
            self._sorter.reasoning_came(self._thought.parts)
            self._out.append(ReasoningFrom(source))
        text = self._thought.add(source, text)
        if text:
            if self._content.pieces:
                self._text_out()
            self._reasoning.pieces.append(text)

    def _take_details(self, details: list[Any]) -> None:
        if self._details is None:
            self._details = DetailsAssembler()
        self._details.feed(details)
        self._think("".join(map(detail_text, details)), "reasoning_details")

    def _refuse(self, text: str, source: str) -> None:
        text = self._refusal.add(source, text)
        if not self._refused:
            text = text.lstrip("\r\n")
        if text:
            self._refused = True
            self._text_out()
            self._out.append(RefusalDelta(text))

    def _text_out(self, *, final: bool = False) -> None:
        """Move folded text into the output, so that what follows stands after it."""
        if self._reasoning.pieces or final:
            text, tokens = self._reasoning.take(final=final)
            if text:
                self._out.append(ReasoningDelta(text, tokens))
        if self._content.pieces or final:
            text, tokens = self._content.take(final=final)
            if text:
                self._out += self._sorter.feed(text, tokens)

    def _warn(self, sentence: str) -> None:
        self._out.append(Warned(sentence))

    def _plain(self, text: str) -> str:
        """The server's words as they may stand in a sentence of ours: without the key that it was sent."""
        return redact(text, self._secrets)

    def _flush(self, *, final: bool = False) -> list[Event]:
        self._text_out(final=final)
        out, self._out = self._out, []
        if self._changed:
            out += [ToolCallDelta(place, self._tools.call(place)) for place in self._changed]
            self._changed = []
        if self._logprobs is not None:
            out.append(Logprobs(self._logprobs))
            self._logprobs = None
        if self._usage is not None:
            out.append(Usage(self._usage))
            self._usage = None
        return out

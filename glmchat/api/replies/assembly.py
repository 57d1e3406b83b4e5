"""Turns the chunks of a chat completion into events, whatever shape a server gives them.

Works on all events of one network chunk at a time, and folds consecutive text into one delta.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from glmchat.api.errors import bodies
from glmchat.api.events import Done, Event, Finish, ToolCallDelta, ToolCallsFinished, Warned
from glmchat.api.finish_reasons import reason_of
from glmchat.api.redaction import redact
from glmchat.api.replies.choices import Choices
from glmchat.api.replies.chunks import broken_call, shortened, text_of, within
from glmchat.api.replies.envelope import Envelope
from glmchat.api.replies.facts import Facts
from glmchat.api.replies.payloads import ErrorText, Mark, Payload, is_idle, other_interface, payloads
from glmchat.api.replies.prose import Prose
from glmchat.api.replies.reasoning import DETAILS, FIELDS
from glmchat.api.replies.sse import Received
from glmchat.api.replies.tool_calls import ToolCallAssembler
from glmchat.core import attachments
from glmchat.core.conversation import ToolCall

_UNREADABLE = "One event of the reply could not be read and was skipped."
_OTHERS = "The endpoint sent {} beside this one, not kept. A comparison with repeats keeps each."
_OF_TOOL = (
    "The endpoint sent the result of a tool within the reply; it is not part of the answer and not shown."
)
_WORDLESS = json.dumps({"error": "The endpoint sent an error and did not say which."})
# What a delta may hold beside a role and a content; most hold nothing of it.
_BESIDE = attachments.SOURCE_KEYS | {
    *FIELDS, *DETAILS, "refusal", "tool_calls", "function_call", "images", "audio",
}  # fmt: skip
# The types of content parts: text, thought, pictures, sources, and what is sealed and only for the server.
_TEXTS = frozenset({"text", "output_text", "input_text"})
_THOUGHTS = frozenset({"thinking", "reasoning", "summary_text", "reasoning_text", "thought"})
_PICTURES = frozenset({"image_url", "image", "output_image", "input_image", "image_generation_call"})
_SOURCES = frozenset({"reference", "tool_reference", "citation", "url_citation"})
_SEALED = frozenset({"redacted_thinking", "reasoning_encrypted", "reference"})


class Assembler:
    """Turns the events of one reply into typed events.

    `finish_reason` is the server's, None until it came; `done` is true once ``[DONE]`` did, `heard` once anything of
    the API came; `interface` names another one whose events these are, `strange` says that some were of none that is
    known. `error_body` holds the JSON text of an error
    that came instead of the rest; nothing after it counts. `secrets` are kept out of the warnings, our own sentences.
    """

    def __init__(self, *, reasoning_off: bool = False, secrets: tuple[str, ...] = ()) -> None:
        self._secrets = secrets
        self.finish_reason: str | None = None
        self.done = False
        self.heard = False
        self.error_body: str | None = None
        self.interface = ""
        self.strange = False
        self._out: list[Event] = []
        self._prose = Prose(self._out, reasoning_off=reasoning_off)
        self._tools = ToolCallAssembler()
        self._facts = Facts()
        self._choices = Choices()
        self._envelope = Envelope()
        self._warned: set[str] = set()

    def feed(self, events: Sequence[Received]) -> list[Event]:
        """Take the server-sent events of one network chunk."""
        if self.done or self.error_body is not None:
            return []
        if not self._extend(events):
            self._read(events)
        self._prose.flush()
        return self._taken()

    def _extend(self, events: Sequence[Received]) -> bool:
        """Take events that are one more piece each of the text that grows; returns whether they are."""
        datas = [event for event in events if isinstance(event, str)]
        if not datas or len(datas) != len(events) or not (pieces := self._envelope.pieces(datas)):
            return False
        self._prose.grow(self._envelope.field, pieces)
        return True

    def _read(self, events: Sequence[Received]) -> None:
        payload: Payload | None = None
        for payload in payloads(events):
            if isinstance(payload, dict):
                self._take(payload)
            elif isinstance(payload, ErrorText):
                self.error_body = payload.text.strip() or _WORDLESS
            elif payload is Mark.DONE:
                self.done = self.heard = True
            else:
                self._warn(_UNREADABLE)
            if self.done or self.error_body is not None:
                return
        if isinstance(payload, dict) and isinstance(last := events[-1], str):
            self._envelope.learn(last, payload)

    def feed_object(self, body: dict[str, Any]) -> list[Event]:
        """Take a whole reply that came as plain JSON."""
        self._take(body)
        self._prose.flush()
        return self._taken()

    def fall_back(self) -> list[Event]:
        """No more will come: take another choice where the one that counts never came."""
        for choice in self._choices.fall_back():
            self._choice(choice, choice)
        self._prose.flush()
        return self._taken()

    def end(self, *, complete: bool) -> list[Event]:
        """Give out what was held back; `complete` says whether the reply came to its end."""
        self._prose.end()
        out = self._taken()
        if others := self._choices.others:
            out.append(Warned(_OTHERS.format("another reply" if others == 1 else f"{others} other replies")))
        if complete:
            offered: list[ToolCall] = []
            for call in self._tools.calls():
                if self._tools.is_readable(call):
                    offered.append(call)
                else:
                    out.append(Warned(broken_call(self._plain(call.name), self._plain(call.arguments))))
            if offered:
                out.append(ToolCallsFinished(tuple(offered)))
            out.append(Done())
        return out

    def _take(self, chunk: dict[str, Any]) -> None:
        if "data" in chunk:
            chunk = bodies.unwrapped(chunk)
        counted = self._facts.of_chunk(chunk)
        self._out += self._facts.described()
        choices = chunk.get("choices")
        for choice in self._choices.of_reply(choices):
            self._choice(choice, chunk)
        self.heard = self.heard or counted or bool(choices)
        self.interface = self.interface or other_interface(chunk)
        self.strange = self.strange or (bool(chunk) and "choices" not in chunk and not is_idle(chunk))
        if (not choices or chunk.get("error")) and bodies.is_error(chunk):
            self.error_body = json.dumps(chunk)

    def _choice(self, choice: dict[str, Any], chunk: dict[str, Any]) -> None:
        delta, message = choice.get("delta"), choice.get("message")
        if isinstance(said := delta or message, str):
            self._prose.say(said, "delta" if delta else "message")
        if delta and isinstance(delta, dict):
            self._delta(delta, "delta")
        elif message and isinstance(message, dict):
            self._delta(message, "message")
        elif isinstance(choice.get("text"), str):
            self._prose.say(choice["text"], "text")
        self._facts.of_choice(choice)
        reason = reason_of(choice.get("finish_reason"))
        if reason:
            native = choice.get("native_finish_reason") or chunk.get("native_finish_reason")
            self.finish_reason = reason
            self._prose.flush()
            self._out.append(Finish(reason, native if isinstance(native, str) else None))
        if choice.get("error"):
            self.error_body = json.dumps({"error": choice["error"]})

    def _delta(self, delta: dict[str, Any], source: str) -> None:
        if delta.get("role") in ("tool", "function"):
            self._tell_once(_OF_TOOL)
            return
        if _BESIDE.isdisjoint(delta):
            self._content(delta.get("content"), source)
            return
        for field in FIELDS:
            thought = delta.get(field)
            if thought:
                self._prose.think(thought if isinstance(thought, str) else text_of(thought), field)
        for field in DETAILS:
            details = delta.get(field)
            if details and isinstance(details, list):
                self._prose.think_in_detail(details)
        self._content(delta.get("content"), source)
        if isinstance(spoken := within(delta.get("audio"), "transcript"), str):
            self._prose.say(spoken, source)
        if delta.get("refusal"):
            self._prose.refuse(str(delta["refusal"]), source)
        calls = delta.get("tool_calls") or delta.get("function_call")
        if calls:
            self._tools.feed(calls, source)
        if delta.get("images"):
            self._facts.show(delta["images"])
        self._facts.attach(delta)

    def _content(self, content: Any, source: str) -> None:
        if isinstance(content, str):
            self._prose.say(content, source)
        elif content is not None:
            self._parts(content if isinstance(content, list) else [content], source)

    def _parts(self, parts: list[Any], source: str) -> None:
        """Take content that is a list of parts, as in the newer API shapes."""
        for part in parts:
            kind = part.get("type") if isinstance(part, dict) else None
            type_ = kind if isinstance(kind, str) else None
            if isinstance(part, str):
                self._prose.say(part, source)
            elif not isinstance(part, dict) or (type_ is None and not text_of(part)):
                self._tell_once(
                    f"The reply has content that is no text: {self._plain(shortened(json.dumps(part)))}."
                )
            elif type_ in _THOUGHTS:
                self._prose.think(text_of(part.get(type_) or part), "content")
            elif type_ == "refusal":
                self._prose.refuse(str(part.get("refusal") or ""), source)
            elif type_ == "tool_use":
                function = {"name": part.get("name"), "arguments": part.get("input")}
                self._tools.feed({"id": part.get("id"), "function": function}, source)
            elif type_ in _TEXTS or type_ is None:
                self._prose.say(text_of(part), source)
                self._facts.attach(part)
            elif type_ in _SOURCES and part.get("url"):
                self._facts.attach({"sources": [part]})
            elif not (type_ in _PICTURES and self._facts.show(part)) and type_ not in _SEALED:
                self._tell_once(
                    f"The reply has a part of the type {self._plain(str(type_))}, which is not shown."
                )

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._warned:
            self._warned.add(sentence)
            self._warn(sentence)

    def _warn(self, sentence: str) -> None:
        self._prose.flush()
        self._out.append(Warned(sentence))

    def _plain(self, text: str) -> str:
        """The server's words as they may stand in a sentence of ours: without the key that it was sent."""
        return redact(text, self._secrets)

    def _taken(self) -> list[Event]:
        out = self._out.copy()
        self._out.clear()
        out += [ToolCallDelta(place, call) for place, call in self._tools.changed()]
        return out + self._facts.events()

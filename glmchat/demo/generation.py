"""A reply under its limits: max_tokens and stop, bytes joined to characters, log-probabilities, usage."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from glmchat.demo.model import Model
from glmchat.demo.reply import Call, Reply
from glmchat.demo.request import Refused, Request, Turn
from glmchat.demo.speaker import Channel, Token


@dataclass(frozen=True, slots=True)
class Piece:
    """What one step adds: a text that may be empty, and the entries of `logprobs.content` for it."""

    channel: Channel
    text: str
    entries: tuple[dict[str, Any], ...] = ()
    call: int = 0


class Generation:
    """Runs a reply; `finish_reason` and `usage` are right once `pieces` has ended."""

    def __init__(self, model: Model, request: Request, context: int) -> None:
        """Raises `Refused` where the prompt leaves no room in `context` tokens."""
        self._model, self._request = model, request
        tools = json.dumps(request.values.get("tools", ()), ensure_ascii=False)
        self._prompt_tokens = model.count(
            [*request.turns, *([Turn("system", tools)] if len(tools) > 2 else [])]
        )
        room = context - self._prompt_tokens
        if room < 1:
            raise Refused(
                f"This model's maximum context length is {context} tokens, but the messages have "
                f"{self._prompt_tokens}.",
                "messages", code="context_length_exceeded",
            )  # fmt: skip
        self._limit = min(room, request.values.get("max_tokens", room))
        self._stops: list[str] = request.values.get("stop", [])
        self._reply = Reply(model, request)
        self._tokens = 0
        self._reasoning_tokens = 0
        self.finish_reason = "tool_calls" if self._reply.calls else "stop"

    @property
    def calls(self) -> list[Call]:
        """The tool calls that the reply makes."""
        return self._reply.calls

    @property
    def usage(self) -> dict[str, Any]:
        """`usage` as the wire has it."""
        return {
            "prompt_tokens": self._prompt_tokens,
            "completion_tokens": self._tokens,
            "total_tokens": self._prompt_tokens + self._tokens,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": self._reasoning_tokens},
            "cost": 0,
        }

    def tokens(self) -> Iterator[Token]:
        """The reply's tokens, before max_tokens and stop."""
        return self._reply.tokens()

    def pieces(self) -> Iterator[Piece]:
        """The reply, a piece for each token; text that may become a stop text is held back."""
        decoders = {channel: codecs.getincrementaldecoder("utf-8")("replace") for channel in Channel}
        held, entries = "", []
        for token in self.tokens():
            if self._tokens >= self._limit:
                self.finish_reason = "length"
                break
            self._tokens += 1
            text = decoders[token.channel].decode(self._model.vocabulary.bytes_of(token.id))
            if token.channel is not Channel.CONTENT:
                self._reasoning_tokens += token.channel is Channel.REASONING
                yield Piece(token.channel, text, call=token.call)
                continue
            held += text
            entries += [self._entry(token)] if self._request.values.get("logprobs") else []
            found = min((at for stop in self._stops if (at := held.find(stop)) >= 0), default=-1)
            if found >= 0:
                held = held[:found]
                break
            if not self._may_stop(held):
                yield Piece(Channel.CONTENT, held, tuple(entries))
                held, entries = "", []
        if held:
            yield Piece(Channel.CONTENT, held, tuple(entries))

    def _may_stop(self, text: str) -> bool:
        """Whether a text ends with the beginning of a stop text."""
        return any(
            text.endswith(stop[:size])
            for stop in self._stops
            for size in range(min(len(stop) - 1, len(text)), 0, -1)
        )

    def _entry(self, token: Token) -> dict[str, Any]:
        wanted: int = self._request.values.get("top_logprobs", 0)
        return {
            **self._described(token.id, token.logprob),
            "top_logprobs": [self._described(id, logprob) for id, logprob in token.top[:wanted]],
        }

    def _described(self, id: int, logprob: float) -> dict[str, Any]:
        raw = self._model.vocabulary.bytes_of(id)
        return {"token": raw.decode("utf-8", "replace"), "logprob": logprob, "bytes": list(raw)}

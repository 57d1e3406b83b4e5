"""The reply as the endpoint sends it: server-sent events, or one object; OpenAI's format, with `reasoning`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from glmchat.core import parameters
from glmchat.core.catalogue import DEMO_CONTEXT, DEMO_MODEL_ID
from glmchat.demo.generation import Generation, Piece
from glmchat.demo.speaker import Channel

COMMENT = b": GLMCHAT DEMO PROCESSING\n\n"
DONE = b"data: [DONE]\n\n"


def models() -> dict[str, Any]:
    """The answer to ``GET /models``."""
    return {
        "object": "list",
        "data": [
            {
                "id": DEMO_MODEL_ID,
                "name": "GLMChat built-in demo model",
                "object": "model",
                "created": 0,
                "owned_by": "glmchat",
                "description": "Small n-gram models of the manual and of tales, inside the program. It is not GLM.",
                "context_length": DEMO_CONTEXT,
                "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
                "pricing": {"prompt": "0", "completion": "0"},
                "supported_parameters": list(dict.fromkeys(row.keys[0] for row in parameters.TABLE)),
            }
        ],
    }


class Envelope:
    """What every chunk of one reply has in common."""

    def __init__(self, generation: Generation, id: str, excluded: bool, usage: bool) -> None:
        """`excluded` leaves the thought out; `usage` says whether the stream ends with the usage chunk."""
        self._generation, self._excluded, self._usage = generation, excluded, usage
        self._id = id
        self._created = int(time.time())

    def _frame(self, kind: str, choices: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        head = {
            "id": self._id,
            "provider": "glmchat",
            "model": DEMO_MODEL_ID,
            "object": kind,
            "created": self._created,
        }
        return {**head, "choices": choices, **more}

    def _event(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        frame = self._frame("chat.completion.chunk", choices, **more)
        return b"data: " + json.dumps(frame, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"

    def _choice(self, delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "index": 0, "delta": {"role": "assistant", **delta},
            "finish_reason": finish, "native_finish_reason": finish, "logprobs": None, **more,
        }  # fmt: skip

    def stream(self) -> Iterator[bytes]:
        """The events of a stream, one for each token; empty bytes for a token that is not shown."""
        begun: set[int] = set()
        for piece in self._generation.pieces():
            yield self._piece(piece, begun)
        yield self._event([self._choice({"content": ""}, self._generation.finish_reason)])
        if self._usage:
            yield self._event([], usage=self._generation.usage)
        yield DONE

    def _piece(self, piece: Piece, begun: set[int]) -> bytes:
        if piece.channel is Channel.REASONING:
            return (
                b""
                if self._excluded
                else self._event([self._choice({"content": "", "reasoning": piece.text})])
            )
        if piece.channel is Channel.CALL:
            return self._event([self._choice({"content": None, "tool_calls": [self._call(piece, begun)]})])
        logprobs = {"content": list(piece.entries), "refusal": None} if piece.entries else None
        return self._event([self._choice({"content": piece.text}, logprobs=logprobs)])

    def _call(self, piece: Piece, begun: set[int]) -> dict[str, Any]:
        call = {"index": piece.call, "function": {"arguments": piece.text}}
        if piece.call in begun:
            return call
        begun.add(piece.call)
        name = self._generation.calls[piece.call].name
        return {**call, "id": self._call_id(piece.call), "type": "function",
                "function": {"name": name, "arguments": piece.text}}  # fmt: skip

    def _call_id(self, number: int) -> str:
        return f"call_{self._id[-12:]}_{number}"

    def whole(self, pieces: Sequence[Piece]) -> dict[str, Any]:
        """The reply as one object, out of all its pieces."""

        def text(channel: Channel, call: int = 0) -> str:
            return "".join(piece.text for piece in pieces if piece.channel is channel and piece.call == call)

        reasoning = None if self._excluded else text(Channel.REASONING) or None
        message: dict[str, Any] = {
            "role": "assistant",
            "content": text(Channel.CONTENT),
            "refusal": None,
            "reasoning": reasoning,
        }
        calls: list[dict[str, Any]] = [
            {"id": self._call_id(number), "type": "function",
             "function": {"name": call.name, "arguments": text(Channel.CALL, number)}}
            for number, call in enumerate(self._generation.calls)
        ]  # fmt: skip
        if calls:
            message |= {"content": None, "tool_calls": calls}
        entries = [entry for piece in pieces for entry in piece.entries]
        finish = self._generation.finish_reason
        choice = {
            "index": 0, "message": message, "finish_reason": finish, "native_finish_reason": finish,
            "logprobs": {"content": entries, "refusal": None} if entries else None,
        }  # fmt: skip
        return self._frame("chat.completion", [choice], usage=self._generation.usage)

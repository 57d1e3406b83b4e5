"""What a server on the loopback interface answers, as the API does, to the requests that snippets send."""

from __future__ import annotations

import json
from typing import Any

from tests.wire.server import JSON, Received, Reply, plain

ANSWER = '你好 👍 it\'s\u2028\u0085 "fine"'
DELTAS = ("", "你", "好 👍", " it's\u2028\u0085", ' "fine"')
REFUSAL = "The key is unknown."


def answering(request: Received) -> Reply:
    """A whole reply, or a stream where one was asked for."""
    if request.body.get("stream"):
        return Reply(_events(), keep_alive=True)
    return Reply([_whole()], headers=dict(JSON), keep_alive=True)


def refusing(request: Received) -> Reply:
    """A refusal of the key."""
    return plain(401, {"error": {"message": REFUSAL}})


def _reply(message: dict[str, Any], key: str, finish: str | None) -> str:
    choice = {"index": 0, key: message, "finish_reason": finish}
    head = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    return json.dumps({**head, "choices": [choice]}, ensure_ascii=False)


def _whole() -> bytes:
    return _reply({"role": "assistant", "content": ANSWER, "reasoning": "Hm."}, "message", "stop").encode()


def _events() -> list[bytes]:
    """A stream with all that a reader may stumble over: comments, a thought, no choices, a line cut in two."""
    thought = _reply({"role": "assistant", "content": None, "reasoning": "Hm."}, "delta", None)
    deltas = [_reply({"content": text}, "delta", None) for text in DELTAS]
    last = json.dumps(
        {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
    )
    lines = [
        ": keep-alive",
        *(f"data: {text}" for text in (thought, *deltas)),
        f"data:{last}",
        "data: [DONE]",
    ]
    whole = "".join(f"{line}\n\n" for line in lines).encode()
    return [whole[at : at + 61] for at in range(0, len(whole), 61)]

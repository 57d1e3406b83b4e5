"""Writing a reply of the built-in model again, token by token as it was, to know what else it might have said.

Where a request has no seed of its own, the reply's id is its seed; so nothing needs to be kept but the reply.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glmchat.core.catalogue import DEMO_CONTEXT
from glmchat.core.parameters import BY_NAME
from glmchat.demo import request as requests
from glmchat.demo.generation import Generation
from glmchat.demo.model import load
from glmchat.demo.request import Refused, Request

_PREFIX = "gen-demo-"
# As many alternatives as a request may ask for.
_MOST = int(BY_NAME["top_logprobs"].maximum or 0)


def new_id() -> str:
    """An id for a reply, which nobody can guess."""
    return f"{_PREFIX}{secrets.token_hex(10)}"


def seeded(request: Request, id: str) -> Request:
    """A request with the seed that it has, else with that of its reply's id."""
    return replace(request, values={"seed": int(id.removeprefix(_PREFIX), 16), **request.values})


def logprobs(body: Mapping[str, Any], id: str, content: str) -> dict[str, Any] | None:
    """The `logprobs` of the reply with this id and text, as if the request had asked for them.

    None where the reply is not written again as it was: another program made it, or another version of this one, or
    it holds no words of the model's own, such as tool calls and JSON.
    """
    try:
        _, request = requests.read(json.dumps(body).encode())
        asked = seeded(request, id)
        values = {**asked.values, "logprobs": True, "top_logprobs": _MOST}
        generation = Generation(load(), replace(asked, values=values), DEMO_CONTEXT)
    except (Refused, ValueError):
        return None
    entries: list[dict[str, Any]] = []
    text = ""
    for piece in generation.pieces():
        text += piece.text if piece.entries else ""
        entries += piece.entries
        if text and len(text) >= len(content):
            break
    return {"content": entries} if content and text.startswith(content) else None

"""Studies as batch files: OpenAI's batch format, which `vllm run-batch` and hosted batch interfaces read and write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from glmchat.api import dialects
from glmchat.study.plan import Plan, StudyError
from glmchat.study.runner import Route
from glmchat.study.store import Row
from glmchat.support import bounded_json

_URL = "/v1/chat/completions"


def lines(plan: Plan, routes: Mapping[str, Route], done: set[str]) -> Iterator[str]:
    """A line for each request that has no reply yet; its key is the custom_id."""
    for ask in plan.asks():
        if ask.key in done:
            continue
        route = routes[ask.variant.name]
        body = dialects.build(route.endpoint, route.model, ask.messages, ask.values).body
        body = {key: value for key, value in body.items() if key not in ("stream", "stream_options")}
        yield json.dumps({"custom_id": ask.key, "method": "POST", "url": _URL, "body": body}) + "\n"


def rows(plan: Plan, text: str) -> Iterator[Row]:
    """The replies in a batch's output; lines of other requests are left out. Raises StudyError for what is none."""
    asks = {ask.key: ask for ask in plan.asks()}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found = bounded_json.loads(line)
        except ValueError:
            raise StudyError(f"Line {number} of the batch's output is no JSON.") from None
        ask = asks.get(str(found.get("custom_id"))) if isinstance(found, dict) else None
        if ask is None:
            continue
        place = (ask.key, ask.prompt, ask.variant.name, ask.repeat)
        yield Row(*place, **_reply(found))


def _reply(found: Mapping[str, Any]) -> dict[str, Any]:
    response = found.get("response") or {}
    try:
        body = response["body"]
        choice = body["choices"][0]
        message = choice["message"]
        content = message.get("content") or message.get("refusal") or ""
        reasoning = message.get("reasoning") or message.get("reasoning_content") or ""
        tokens = (body.get("usage") or {}).get("completion_tokens")
    except (KeyError, IndexError, TypeError, AttributeError):
        return {"error": f"The batch gave no reply: {json.dumps(found.get('error') or response)[:500]}"}
    known = isinstance(tokens, int) and not isinstance(tokens, bool)
    finish = choice.get("finish_reason")
    return {
        "content": str(content),
        "reasoning": str(reasoning),
        "finish_reason": finish if isinstance(finish, str) else None,
        "tokens": tokens if known else None,
    }

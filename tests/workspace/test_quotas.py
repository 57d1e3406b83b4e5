"""Limits that are near are told once, and a balance is asked for where that is known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.refused import Refused
from glmchat.workspace import Workspace
from glmchat.workspace.changes import Noticed
from glmchat.workspace.slash import balance
from tests.workspace.watching import Watch

REPLY = {"choices": [{"index": 0, "delta": {"content": "ok"}, "finish_reason": "stop"}]}


class Telling(httpx.AsyncBaseTransport):
    """Answers each question with the next number of requests that are left, and tells a balance."""

    def __init__(self, *left: int) -> None:
        self.left = list(left)
        self.paths: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if request.method == "GET":
            told: Any = {"data": {"total_credits": 20, "total_usage": 7.5}}
            return (
                httpx.Response(200, json=told)
                if request.url.path.endswith("credits")
                else httpx.Response(404)
            )
        headers = {
            "content-type": "text/event-stream",
            "x-ratelimit-limit-requests": "50",
            "x-ratelimit-remaining-requests": str(self.left.pop(0)),
            "x-ratelimit-reset-requests": "12s",
        }
        return httpx.Response(200, headers=headers, content=f"data: {json.dumps(REPLY)}\n\ndata: [DONE]\n\n")


async def test_a_limit_is_told_once_until_there_is_enough_of_it_again(
    workspace: Workspace, watch: Watch
) -> None:
    endpoint = Endpoint("router", "https://openrouter.ai/api/v1")
    workspace.current.endpoint = endpoint
    workspace.shared.client = ChatClient(Telling(40, 4, 3, 50, 2))
    for count in range(5):
        workspace.replies.send("Go")
        await watch.replies(count + 1)
    told = [each.sentence for each in watch.of(Noticed)]
    assert told == [
        "router: 4 of 50 requests left, full again in 12 s.",
        "router: 2 of 50 requests left, full again in 12 s.",
    ]
    lines = await balance.balance(workspace)
    assert lines == [
        "router",
        "Credit: $12.50 of $20.00 left, $7.50 used.",
        "",
        "Limits, as the last answer told them",
        "2 of 50 requests left, full again in 12 s",
    ]
    workspace.current.endpoint = replace(endpoint, dialect="vllm", base_url="http://127.0.0.1:8000/v1")
    assert await balance.balance(workspace) == ["router has no known way to ask for a balance."]


async def test_the_built_in_model_has_none(workspace: Workspace) -> None:
    with pytest.raises(Refused):
        await balance.balance(workspace)

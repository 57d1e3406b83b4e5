"""What gateways seal a call with goes back with its result, over real sockets and after a new start."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.history import Archive
from glmchat.workspace import Dependencies, Workspace
from tests.wire.server import DONE, Received, Reply, chunk, plain, serving, stream
from tests.workspace.watching import Watch

TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
SIGNATURE = "c2ln+/bmF0dXJl" * 200 + "=="
# Where gateways put what seals a call: Gemini's own, and LiteLLM's on the call, on its function and in its id.
SEALS: dict[str, dict[str, Any]] = {
    "gemini": {"extra_content": {"google": {"thought_signature": SIGNATURE}}},
    "litellm": {"provider_specific_fields": {"thought_signature": SIGNATURE}},
    "function": {"function": {"provider_specific_fields": {"thought_signature": SIGNATURE}}},
    "id": {"id": f"call_{{}}__thought__{SIGNATURE}"},
}


def call(number: int, kind: str) -> dict[str, Any]:
    """A call as the gateway sends it, sealed with its number."""
    seal = json.loads(json.dumps(SEALS[kind]).replace(SIGNATURE, f"{number}{SIGNATURE}"))
    function = {"name": "look", "arguments": json.dumps({"n": number}), **seal.pop("function", {})}
    id = seal.pop("id", "call_{}").format(number)
    return {"id": id, "type": "function", "function": function, **seal}


def pieces(calls: Sequence[dict[str, Any]], streamed: bool) -> Reply:
    if not streamed:
        message = {"role": "assistant", "content": None, "tool_calls": list(calls)}
        body = {"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
        return plain(200, body)
    out = []
    for index, each in enumerate(calls):
        function = each["function"]
        half = len(function["arguments"]) // 2
        first = {**each, "index": index, "function": {**function, "arguments": function["arguments"][:half]}}
        rest = {"index": index, "function": {"arguments": function["arguments"][half:]}}
        out += [chunk({"tool_calls": [first]}), chunk({"tool_calls": [rest]})]
    return Reply([*out, chunk({}, "tool_calls"), DONE])


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("kind", SEALS)
async def test_each_call_goes_back_as_it_came(tmp_path: Path, kind: str, streamed: bool) -> None:
    sent = [call(number, kind) for number in range(4)]
    refused: list[Any] = []

    def answer(request: Received) -> Reply:
        """A gateway that refuses a call which came back otherwise than it sent it."""
        back = [each for message in request.body["messages"] for each in message.get("tool_calls", ())]
        if back != sent[: len(back)]:
            refused.append(back)
            return plain(400, {"error": {"message": "A function call is missing its thought_signature."}})
        if request.body["messages"][-1]["role"] == "tool":
            return stream(f"Found {len(back)}")
        return pieces(sent[len(back) : len(back) + 2], streamed)

    async with serving(answer) as server:
        endpoint = Endpoint("gate", server.base_url)

        async def start(resume: int | None = None) -> tuple[Workspace, Watch]:
            archive = await Archive.open(tmp_path / "history.db")
            made = Workspace(
                Dependencies(archive, {"gate": endpoint}, "gate", "m", models={"gate": [known("m")]})
            )
            await made.start(resume=resume)
            return made, Watch(made)

        workspace, watch = await start()
        workspace.tuning.set_value("tools", [TOOL])
        for turn in range(2):
            workspace.replies.send(f"Question {turn}")
            await watch.replies(1)
            for each in sent[2 * turn : 2 * turn + 2]:
                workspace.replies.give_tool_result(each["id"], "it")
            await watch.replies(2)
            assert workspace.current.last_reply().content == f"Found {2 * turn + 2}"  # type: ignore[union-attr]
            # What is kept on the disk goes back as well as what is in memory.
            id = workspace.current.id
            await workspace.aclose()
            workspace, watch = await start(id)
        await workspace.aclose()
    assert refused == [] and len(server.received) == 4

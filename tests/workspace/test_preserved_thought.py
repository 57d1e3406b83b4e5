"""Earlier thought goes back whole and unchanged, to the provider and the model that thought it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.workspace import Workspace
from tests.scripted import Script, delta, finish
from tests.workspace.test_depths import ask
from tests.workspace.watching import Watch

PLAN = Endpoint("plan", "https://api.z.ai/api/coding/paas/v4", "zai-plan", demo=True)
ZAI = Endpoint("zai", "https://api.z.ai/api/paas/v4", "zai", demo=True)
# Spaces at the ends, line breaks, marks and other scripts: nothing of it may change.
THOUGHTS = [f'\n  Step {number}: «思考» \u2028 <think> \t"a\\b" 🧵\u200d\n\n' for number in range(1, 11)]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}


def calling(number: int) -> list[Any]:
    call = {
        "index": 0,
        "id": f"c{number}",
        "type": "function",
        "function": {"name": "look", "arguments": "{}"},
    }
    return [delta(reasoning_content=THOUGHTS[2 * number]), delta(tool_calls=[call]), finish("tool_calls")]


def answering(number: int) -> list[Any]:
    thought = THOUGHTS[2 * number + 1]
    pieces = [delta(reasoning_content=thought[at : at + 5]) for at in range(0, len(thought), 5)]
    return [*pieces, delta(content=f"Answer {number}"), finish()]


async def five_turns(workspace: Workspace, script: Script, watch: Watch) -> None:
    """Five questions, each with a call of a tool before its answer."""
    workspace.tuning.set_value("tools", [TOOL])
    for number in range(5):
        script.scripts += [calling(number), answering(number)]
        workspace.replies.send(f"Question {number}")
        await watch.replies(2 * number + 1)
        workspace.replies.give_tool_result(f"c{number}", f"found {number}")
        await watch.replies(2 * number + 2)


def thoughts_in(body: dict[str, Any]) -> list[str | None]:
    return [each.get("reasoning_content") for each in body["messages"] if each["role"] == "assistant"]


@pytest.mark.parametrize(
    ("endpoint", "set_to", "sent"),
    [(PLAN, None, None), (ZAI, True, {"type": "enabled", "clear_thinking": False})],
)
async def test_over_five_turns_with_tools_every_thought_goes_back_byte_for_byte(
    workspace: Workspace, script: Script, watch: Watch, endpoint: Endpoint, set_to: bool | None, sent: Any
) -> None:
    ask(workspace, "glm-5.3", endpoint)
    if set_to is not None:
        workspace.tuning.set_value("reasoning_preserve", set_to)
    await five_turns(workspace, script, watch)
    for count, body in enumerate(script.bodies):
        assert thoughts_in(body) == THOUGHTS[:count]
        assert body.get("thinking") == sent
    preview = await workspace.requests.preview("more")
    assert thoughts_in(preview.body) == THOUGHTS
    assert any(
        note.startswith("Earlier thought goes back with the request: about ") for note in preview.notes
    )


async def test_unasked_only_the_thought_of_the_turn_with_the_call_goes_back(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "glm-5.3", ZAI)
    await five_turns(workspace, script, watch)
    last = thoughts_in(script.bodies[-1])
    assert last[-1] == THOUGHTS[8]
    assert "thinking" not in script.bodies[-1]


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ({"reasoning_preserve": False}, {"type": "enabled", "clear_thinking": True}),
        ({"reasoning_preserve": True, "reasoning": False}, None),
    ],
)
async def test_off_sends_no_plain_thought(
    workspace: Workspace, script: Script, watch: Watch, values: dict[str, Any], sent: Any
) -> None:
    ask(workspace, "glm-5.2", PLAN)
    script.scripts = [answering(0), answering(1)]
    workspace.replies.send("one")
    await watch.replies(1)
    for name, value in values.items():
        workspace.tuning.set_value(name, value)
    workspace.replies.send("two")
    await watch.replies(2)
    assert thoughts_in(script.bodies[1]) == [None]
    assert script.bodies[1].get("thinking") == sent


async def test_another_model_or_provider_or_an_edit_gets_no_thought(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "glm-5.3", PLAN)
    script.scripts = [answering(0)]
    workspace.replies.send("one")
    await watch.replies(1)
    assert thoughts_in((await workspace.requests.preview("two")).body) == [THOUGHTS[1]]
    ask(workspace, "glm-5.2", PLAN)
    assert thoughts_in((await workspace.requests.preview("two")).body) == [None]
    ask(workspace, "glm-5.3", replace(PLAN, name="elsewhere"))
    assert thoughts_in((await workspace.requests.preview("two")).body) == [None]
    ask(workspace, "glm-5.3", PLAN)
    reply = workspace.current.last_reply()
    assert reply is not None
    workspace.tree.edit(reply.id, "Another answer")
    preview = await workspace.requests.preview("two")
    assert preview.body["messages"][1]["content"] == "Another answer"
    assert thoughts_in(preview.body) == [None]

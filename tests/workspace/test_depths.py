"""How much the model is asked to think: stepped, switched, for one message alone, for titles and answers now."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.preferences import Preferences
from glmchat.workspace import Workspace
from glmchat.workspace.changes import Noticed, ReplyGrew
from tests.scripted import Script, delta, finish, reply
from tests.workspace.watching import Watch

ZAI = Endpoint("zai", "https://api.z.ai/api/paas/v4", "zai", demo=True)


def ask(workspace: Workspace, model: str, endpoint: Endpoint = ZAI) -> None:
    """Have the session ask a model at an endpoint."""
    workspace.endpoints[endpoint.name] = endpoint
    workspace.tuning.set_model(endpoint.name, model)


def thought(body: dict[str, Any]) -> dict[str, Any]:
    """What of a body says how much is to be thought."""
    names = ("thinking", "reasoning_effort", "reasoning", "chat_template_kwargs")
    return {name: body[name] for name in names if name in body}


async def test_switching_goes_back_to_the_level_from_before(workspace: Workspace) -> None:
    ask(workspace, "glm-5.2")
    depths = workspace.depths
    assert depths.scale() == ("off", "on", "high", "max", "unset")
    depths.choose("high")
    assert depths.toggle() == ""
    assert workspace.current.values.plain() == {"reasoning": False}
    depths.toggle()
    assert workspace.current.values.plain() == {"reasoning_effort": "high"}
    assert workspace.tuning.undo() == "thinking high"
    assert workspace.current.values.plain() == {"reasoning": False}


async def test_a_model_that_cannot_stop_goes_to_its_lowest_level_and_says_so(workspace: Workspace) -> None:
    ask(workspace, "glm-5.3")
    depths = workspace.depths
    assert "off" not in depths.scale()
    assert depths.toggle() == "GLM 5.3 cannot stop thinking; low is its lowest level."
    assert depths.now == "low"
    depths.toggle()
    assert depths.now == "on"
    assert depths.choose("off") == "GLM 5.3 cannot stop thinking. Its lowest level is sent: low."
    assert (
        depths.choose("unset") == "Nothing about thinking is sent: GLM 5.3 takes that for max, its dearest."
    )
    assert depths.choose("medium") == "GLM 5.3 does not take medium; low is sent instead."
    assert depths.choose("huge") == "huge is no level that GLM 5.3 is known to have; it is sent as it is."


async def test_stepping_says_where_it_ends(workspace: Workspace) -> None:
    ask(workspace, "glm-5.3")
    depths = workspace.depths
    places = []
    for by in (-1, -1, 1, 1):
        depths.step(by)
        places.append(depths.now)
    assert places == ["high", "low", "high", "max"]
    assert depths.step(1) == "max is the most that GLM 5.3 can be asked for."
    depths.choose("low")
    assert depths.step(-1) == "low is the least that GLM 5.3 can be asked for. It cannot be switched off."


async def test_an_endpoint_without_levels_offers_the_switch_alone(workspace: Workspace) -> None:
    ask(
        workspace,
        "kimi-k2-thinking",
        Endpoint("moonshot", "https://api.moonshot.ai/v1", "moonshot", demo=True),
    )
    assert workspace.depths.scale() == ("off", "on", "unset")


async def test_once_holds_for_one_message_alone(workspace: Workspace, script: Script, watch: Watch) -> None:
    ask(workspace, "glm-5.2")
    script.scripts = [reply("A"), reply("B")]
    workspace.depths.choose("off")
    workspace.depths.once("max")
    workspace.replies.send("Hard")
    await watch.replies(1)
    assert workspace.current.once == ""
    workspace.replies.send("Easy")
    await watch.replies(2)
    assert [thought(body) for body in script.bodies] == [
        {"reasoning_effort": "max"},
        {"reasoning_effort": "none"},
    ]
    replies = [m for m in workspace.current.conversation.loaded.values() if m.settings is not None]
    assert [message.settings for message in replies] == [{"reasoning_effort": "max"}, {"reasoning": False}]


async def test_once_goes_with_a_message_that_waits(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "glm-5.2")
    gate = asyncio.Event()
    script.scripts = [[delta(content="A"), gate, finish()], reply("B"), reply("C")]
    workspace.replies.send("first")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    workspace.depths.once("high")
    workspace.replies.send("second")
    workspace.replies.send("third")
    gate.set()
    await watch.replies(3)
    assert [thought(body) for body in script.bodies] == [{}, {"reasoning_effort": "high"}, {}]


@pytest.mark.parametrize(
    ("model", "expected", "said"),
    [
        ("glm-4.5", {"thinking": {"type": "disabled"}}, False),
        ("glm-5.2", {"reasoning_effort": "none"}, False),
        ("glm-5.3", {"reasoning_effort": "low"}, True),
    ],
)
async def test_an_answer_now_is_asked_with_the_least_thought(
    workspace: Workspace, script: Script, watch: Watch, model: str, expected: dict[str, Any], said: bool
) -> None:
    ask(workspace, model)
    workspace.depths.choose("on")
    script.scripts = [[delta(reasoning_content="long"), asyncio.Event()], reply("42")]
    workspace.replies.send("What is it?")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    workspace.replies.answer_now()
    await watch.replies(2)
    assert thought(script.bodies[1]) == expected
    told = [change.sentence for change in watch.of(Noticed)]
    sentence = "GLM 5.3 cannot stop thinking; it is asked again at its lowest level, low."
    assert told == ([sentence] if said else [])


@pytest.mark.parametrize(
    ("model", "expected", "said"),
    [("glm-4.5", {"thinking": {"type": "disabled"}}, False), ("glm-5.3", {"reasoning_effort": "low"}, True)],
)
async def test_a_title_is_asked_for_with_the_least_thought_and_that_is_said_once(
    workspace: Workspace, script: Script, watch: Watch, model: str, expected: dict[str, Any], said: bool
) -> None:
    ask(workspace, model, replace(ZAI, demo=False))
    workspace.shared.preferences = Preferences(titles_by_model=True)
    workspace.shared.client = ChatClient(script)
    script.scripts = [reply("A"), reply("Title one"), reply("B"), reply("Title two")]
    for number in (1, 2):
        workspace.replies.send("Go")
        await watch.until(lambda: workspace.current.title.startswith("Title"))
        assert thought(script.bodies[-1]) == expected
        assert script.bodies[-1]["max_tokens"] == (2048 if said else 64)
        if number == 1:
            workspace.sessions.new_session()
    told = [change.sentence for change in watch.of(Noticed)]
    sentence = "GLM 5.3 cannot stop thinking: titles are asked for at its lowest level, low."
    assert told == ([sentence] if said else [])


async def test_little_room_is_told_once_before_it_is_sent(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "glm-5.3")
    script.scripts = [reply("A"), reply("B")]
    workspace.tuning.set_value("max_tokens", 500)
    for count in (1, 2):
        workspace.replies.send("Go")
        await watch.replies(count)
    sentence = (
        "max_tokens = 500 counts the thought too, which at max may use up all of it before the answer begins."
    )
    assert [change.sentence for change in watch.of(Noticed)] == [sentence]


async def test_a_reply_that_the_person_began_goes_on_and_is_kept_whole(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "m", Endpoint("v", "http://127.0.0.1:8000/v1", "vllm", demo=True))
    script.scripts = [[delta(content="Osl"), delta(content="o it is."), finish()], reply("Next.")]
    assert (
        workspace.tuning.begin_reply("Oslo")
        == "The next reply begins with that; the model goes on from there."
    )
    workspace.replies.send("Where?")
    await watch.replies(1)
    workspace.replies.send("And now?")
    await watch.replies(2)
    assert script.bodies[0]["messages"][-1] == {"role": "assistant", "content": "Oslo"}
    assert script.bodies[0]["continue_final_message"] is True
    assert [each["content"] for each in script.bodies[1]["messages"]] == ["Where?", "Oslo it is.", "And now?"]
    assert "continue_final_message" not in script.bodies[1]
    shown = "".join(change.content for change in watch.of(ReplyGrew))
    assert shown == "Oslo it is.Next."

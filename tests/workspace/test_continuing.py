"""The rest of a cut reply is asked for from its own text where the endpoint goes on from it, else in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message
from glmchat.workspace import Workspace
from glmchat.workspace.changes import Noticed, ReplyGrew
from tests.scripted import Script, delta, finish, usage
from tests.workspace.test_depths import ask
from tests.workspace.watching import Watch, said

WORDS = "Your last message was cut off."
HERE = "http://127.0.0.1:8000/v1"
REFUSED = {
    "status": 400,
    "body": {"error": {"message": "Assistant response prefill is incompatible with tools."}},
}


def at(dialect: str, url: str = HERE) -> Endpoint:
    return Endpoint(dialect, url, dialect, demo=True)


async def cut(
    workspace: Workspace,
    script: Script,
    watch: Watch,
    endpoint: Endpoint,
    *pieces: dict[str, Any],
    model: str = "m",
) -> Message:
    """A reply that its limit of tokens cut."""
    ask(workspace, model, endpoint)
    script.scripts = [[*pieces, finish("length"), usage(5, 5)]]
    workspace.replies.send("Tell")
    await watch.replies(1)
    part = workspace.current.last_reply()
    assert part is not None
    return part


async def gone_on(
    workspace: Workspace, script: Script, watch: Watch, part: Message, *scripts: list[Any], replies: int = 2
) -> Message:
    script.scripts = list(scripts)
    workspace.replies.continue_reply(part.id)
    await watch.replies(replies)
    whole = workspace.current.last_reply()
    assert whole is not None
    return whole


@pytest.mark.parametrize(
    ("dialect", "message", "body"),
    [
        ("vllm", {}, {"continue_final_message": True, "add_generation_prompt": False}),
        ("sglang", {}, {"continue_final_message": True, "add_generation_prompt": False}),
        ("llamacpp", {}, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("ollama", {}, {}),
        ("mistral", {"prefix": True}, {}),
        ("deepseek", {"prefix": True}, {}),
        ("moonshot", {"partial": True}, {}),
        ("dashscope", {"partial": True}, {}),
    ],
)
@pytest.mark.parametrize("echo", ["", "Once upon"])
async def test_the_rest_is_asked_for_from_the_text_itself(
    workspace: Workspace, script: Script, watch: Watch, dialect: str, message: dict[str, Any], body: dict[str, Any],
    echo: str,
) -> None:  # fmt: skip
    part = await cut(workspace, script, watch, at(dialect), delta(content="Once upon"))
    rest = [delta(content=f"{echo} a"), delta(content=" time"), finish()]
    whole = await gone_on(workspace, script, watch, part, rest)
    sent = script.bodies[1]
    assert sent["messages"] == [
        {"role": "user", "content": "Tell"},
        {"role": "assistant", "content": "Once upon", **message},
    ]
    assert body.items() <= sent.items()
    assert "prefix" not in sent
    assert said(workspace) == [("user", "Tell"), ("assistant", "Once upon a time")]
    grown = "".join(each.content for each in watch.of(ReplyGrew) if each.message_id == whole.id)
    assert grown == " a time"
    assert len(workspace.current.conversation.siblings(part.id)) == 2


@pytest.mark.parametrize(
    ("dialect", "model", "off"),
    [
        ("vllm", "glm-4.7", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("deepseek", "deepseek-v4", {"thinking": {"type": "disabled"}}),
        ("dashscope", "qwen3", {"enable_thinking": False}),
    ],
)
async def test_an_answer_after_a_thought_goes_on_without_thinking_and_keeps_its_thought(
    workspace: Workspace, script: Script, watch: Watch, dialect: str, model: str, off: dict[str, Any]
) -> None:
    pieces = [delta(reasoning_content="Hm."), delta(content="Once upon")]
    part = await cut(workspace, script, watch, at(dialect), *pieces, model=model)
    whole = await gone_on(workspace, script, watch, part, [delta(content=" a time"), finish()])
    assert off.items() <= script.bodies[1].items()
    assert (whole.content, whole.reasoning) == ("Once upon a time", "Hm.")


@pytest.mark.parametrize(
    ("dialect", "model", "pieces"),
    [
        ("wcode", "m", [delta(content="Once upon")]),  # nobody says that it goes on
        (
            "vllm",
            "glm-5.3-flash",
            [delta(reasoning="Hm."), delta(content="Once upon")],
        ),  # cannot stop thinking
        ("moonshot", "m", [delta(reasoning_content="Hm.")]),  # no way to begin a thought
    ],
)
async def test_where_that_is_not_known_the_rest_is_asked_for_in_words(
    workspace: Workspace, script: Script, watch: Watch, dialect: str, model: str, pieces: list[dict[str, Any]]
) -> None:
    part = await cut(workspace, script, watch, at(dialect), *pieces, model=model)
    await gone_on(workspace, script, watch, part, [delta(content=" a time"), finish()])
    last = script.bodies[1]["messages"][-1]
    assert last["role"] == "user"
    assert WORDS in last["content"]


async def test_a_refusal_is_mended_in_words_said_once_and_remembered(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    part = await cut(workspace, script, watch, at("vllm"), delta(content="Once upon"))
    rest = [delta(content=" a time"), finish("length")]
    whole = await gone_on(workspace, script, watch, part, [REFUSED], rest)
    assert whole.content == "Once upon a time"
    assert [WORDS in str(body["messages"][-1]["content"]) for body in script.bodies] == [False, False, True]
    sentence = "It does not go on from a reply that is begun; the rest came in words."
    assert [each.sentence for each in watch.of(Noticed)] == [sentence]
    again = await gone_on(workspace, script, watch, whole, [delta(content=" there"), finish()], replies=3)
    assert again.content == "Once upon a time there"
    assert (len(script.bodies), WORDS in script.bodies[-1]["messages"][-1]["content"]) == (4, True)


async def test_a_refusal_of_both_says_what_was_refused_and_teaches_nothing(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    part = await cut(workspace, script, watch, at("vllm"), delta(content="Once upon"))
    whole = await gone_on(workspace, script, watch, part, [REFUSED], [REFUSED])
    assert whole.failure is not None
    assert not workspace.models.learned_of(workspace.current).no_prefill


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        ("vllm", {"content": "<think>Let me"}),
        ("sglang", {"content": "<think>Let me"}),
        ("llamacpp", {"content": "<think>Let me"}),
        ("deepseek", {"content": "", "reasoning_content": "Let me", "prefix": True}),
    ],
)
@pytest.mark.parametrize(
    "came",
    [
        [delta(reasoning_content=" see."), delta(content="42")],
        [delta(reasoning_content="Let me see."), delta(content="42")],  # an echo
        [delta(content=" see.</think>42")],  # no parser
    ],
)
async def test_a_thought_that_was_cut_goes_on_where_the_server_can(
    workspace: Workspace, script: Script, watch: Watch, dialect: str, message: dict[str, Any], came: list[Any]
) -> None:
    part = await cut(
        workspace, script, watch, at(dialect), delta(reasoning_content="Let me"), model="glm-4.7"
    )
    whole = await gone_on(workspace, script, watch, part, [*came, finish()])
    assert script.bodies[1]["messages"][-1] == {"role": "assistant", **message}
    assert (whole.reasoning, whole.content) == ("Let me see.", "42")


async def test_a_thought_that_the_person_begins_is_shown_and_kept_whole(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    ask(workspace, "glm-4.7", at("deepseek"))
    assert workspace.tuning.begin_reply("<think>First,") == (
        "The next reply begins with that; the model goes on from there."
    )
    preview = await workspace.requests.preview("Why?")
    begun = {"role": "assistant", "content": "", "reasoning_content": "First,", "prefix": True}
    assert preview.body["messages"][-1] == begun
    script.scripts = [[delta(reasoning_content=" water."), delta(content="So."), finish()]]
    workspace.replies.send("Why?")
    await watch.replies(1)
    assert script.bodies[0]["messages"][-1] == begun
    last = workspace.current.last_reply()
    assert last is not None
    assert (last.reasoning, last.content) == ("First, water.", "So.")


@pytest.mark.parametrize(
    ("dialect", "text", "said_of_it"),
    [
        (
            "moonshot",
            "<think>Hm",
            "Whether Moonshot goes on from a thought that is begun for it is not known",
        ),
        ("wcode", "Hm", "Whether the wcode and OpenRouter style goes on from a reply"),
        ("llamacpp", "Hm", "only without thinking, so it is asked without"),
        ("vllm", "Hm", "may be refused beside thinking"),
    ],
)
async def test_what_is_not_known_of_a_beginning_is_said_before_it_is_sent(
    workspace: Workspace, dialect: str, text: str, said_of_it: str
) -> None:
    ask(workspace, "glm-4.7", replace(at(dialect), demo=False))
    workspace.tuning.set_value("reasoning", True)
    assert said_of_it in workspace.tuning.begin_reply(text)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.deepseek.com", "/beta/chat/completions"),
        ("https://api.deepseek.com/v1", "/beta/chat/completions"),
        ("https://api.deepseek.com/beta", "/beta/chat/completions"),
        ("https://gateway.example/deepseek/v1", "/deepseek/v1/chat/completions"),
    ],
)
async def test_deepseek_takes_a_beginning_at_an_address_of_its_own(
    workspace: Workspace, watch: Watch, url: str, path: str
) -> None:
    from glmchat.api.client import ChatClient
    from tests.workspace.test_quotas import Telling

    telling = Telling(9, 9)
    workspace.shared.client = ChatClient(telling)
    ask(workspace, "m", replace(at("deepseek", url), demo=False))
    workspace.replies.send("One")
    await watch.replies(1)
    workspace.tuning.begin_reply("A")
    preview = await workspace.requests.preview("Two")
    assert preview.url.endswith(path)
    workspace.replies.send("Two")
    await watch.replies(2)
    assert telling.paths[1] == path
    assert telling.paths[0] == path.replace("/beta", "/v1" if url.endswith("/v1") else "") or url.endswith(
        "/beta"
    )

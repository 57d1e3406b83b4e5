import asyncio
from dataclasses import replace

import pytest

from glmchat.api.client import ChatClient
from glmchat.core.conversation import Role, State
from glmchat.workspace import Preferences, Workspace
from glmchat.workspace.changes import DraftRestored, QueueChanged, ReplyFinished, ReplyGrew
from tests.scripted import Script, delta, finish, usage
from tests.waiting import until
from tests.workspace.watching import Opener, Watch, said, states


async def test_a_prompt_is_answered_counted_and_stored(
    workspace: Workspace, script: Script, watch: Watch, reopen: Opener
) -> None:
    script.scripts = [
        [delta(reasoning="Hm."), delta(content="Hello"), delta(content="!"), finish(), usage(1000, 500)]
    ]
    workspace.tuning.set_value("temperature", 0.5)
    workspace.replies.send("Hi there")
    await watch.replies(1)
    assert said(workspace) == [("user", "Hi there"), ("assistant", "Hello!")]
    reply = workspace.current.last_reply()
    assert reply is not None
    assert (reply.reasoning, reply.state, reply.finish_reason) == ("Hm.", State.COMPLETE, "stop")
    assert reply.cost is not None
    assert round(reply.cost.amount, 6) == round(1000 * 0.0055 / 1000 + 500 * 0.02 / 1000, 6)
    assert script.bodies[0]["temperature"] == 0.5
    assert "top_p" not in script.bodies[0]
    assert reply.settings == {"temperature": 0.5}
    assert reply.sent is not None
    assert "messages" not in reply.sent
    assert "".join(change.content for change in watch.of(ReplyGrew)) == "Hello!"
    id = workspace.current.id
    await workspace.aclose()

    again = await reopen()
    await again.start(newest=True)
    assert again.current.id == id
    assert again.current.title == "Hi there"
    assert said(again) == [("user", "Hi there"), ("assistant", "Hello!")]
    assert again.current.values.plain() == {"temperature": 0.5}
    assert again.requests.session_cost() == {"CNY": reply.cost.amount}


async def test_the_prompt_is_on_disk_before_the_request_leaves(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    held = asyncio.Event()
    script.scripts = [[held, delta(content="x"), finish()]]
    workspace.replies.send("Remember me")
    await until(lambda: script.bodies)
    _, stored = await workspace.archive.load(workspace.current.id)
    assert [stored.loaded[node.id].content for node in stored.path() if node.role is Role.USER] == [
        "Remember me"
    ]
    held.set()
    await watch.replies(1)


async def test_a_stopped_reply_keeps_what_came_and_closes_the_stream(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="part"), asyncio.Event()]]
    workspace.replies.send("Go")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    assert workspace.replies.stop()
    await watch.replies(1)
    assert said(workspace)[-1] == ("assistant", "part")
    assert states(workspace)[-1] is State.STOPPED
    assert script.closed == 1
    assert not workspace.replies.stop()


async def test_prompts_wait_for_the_reply_and_can_be_changed_or_withdrawn(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    held = asyncio.Event()
    script.scripts = [[delta(content="one"), held, finish()], [delta(content="two"), finish()]]
    workspace.replies.send("first")
    workspace.replies.send("second")
    workspace.replies.send("third")
    second, third = workspace.current.queue
    workspace.replies.edit_queued(second.id, "second, changed")
    assert workspace.replies.withdraw(third.id) == "third"
    assert workspace.replies.withdraw(third.id) == ""
    held.set()
    await watch.replies(2)
    assert [text for role, text in said(workspace) if role == "user"] == ["first", "second, changed"]
    assert len(watch.of(QueueChanged)) == 5


async def test_stopping_gives_waiting_prompts_back(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="one"), asyncio.Event()]]
    workspace.replies.send("first")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    workspace.replies.send("second")
    workspace.replies.stop()
    await watch.replies(1)
    assert [change.text for change in watch.of(DraftRestored)] == ["second"]
    assert [text for role, text in said(workspace) if role == "user"] == ["first"]


async def test_answer_now_keeps_the_thought_as_an_attempt_and_asks_without_thinking(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(reasoning="long thought"), asyncio.Event()], [delta(content="42"), finish()]]
    workspace.replies.send("What is it?")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    assert workspace.replies.answer_now()
    await watch.replies(2)
    assert script.bodies[1]["reasoning"] == {"enabled": False}
    assert said(workspace) == [("user", "What is it?"), ("assistant", "42")]
    attempt, answer = (change.message for change in watch.of(ReplyFinished))
    assert (attempt.reasoning, attempt.attempt, answer.attempt) == ("long thought", True, False)
    assert attempt.parent_id == answer.parent_id
    assert workspace.current.values.get("reasoning") is None


async def test_an_error_stands_on_the_reply_and_retry_makes_a_sibling(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    refused = {"error": {"message": "Unsupported parameter: top_a", "param": "top_a"}}
    script.scripts = [[{"status": 400, "body": refused}], [delta(content="fine"), finish()]]
    workspace.tuning.set_value("top_a", 0.2)
    workspace.replies.send("Hi")
    await watch.replies(1)
    failed = workspace.current.last_reply()
    assert failed is not None
    assert failed.failure is not None
    assert (failed.state, failed.failure.parameter) == (State.FAILED, "top_a")
    workspace.replies.resend_without(failed.id, "top_a")
    await watch.replies(2)
    assert script.bodies[0]["top_a"] == 0.2
    assert "top_a" not in script.bodies[1]
    assert "top_a" in workspace.models.omitted()
    assert len(workspace.current.conversation.siblings(failed.id)) == 2
    assert said(workspace)[-1] == ("assistant", "fine")


async def test_a_cut_reply_is_continued_beside_itself(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="Once upon"), finish("length")], [delta(content=" a time"), finish()]]
    workspace.replies.send("Tell")
    await watch.replies(1)
    part = workspace.current.last_reply()
    assert part is not None
    workspace.replies.continue_reply(part.id)
    await watch.replies(2)
    assert said(workspace) == [("user", "Tell"), ("assistant", "Once upon a time")]
    assert script.bodies[1]["messages"][-2] == {"role": "assistant", "content": "Once upon"}
    assert workspace.current.conversation.loaded[part.id].content == "Once upon"


async def test_tool_calls_are_answered_or_declined_before_it_goes_on(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    calls = [
        {"index": n, "id": f"call-{n}", "function": {"name": "look", "arguments": "{}"}, "type": "function"}
        for n in range(2)
    ]
    script.scripts = [[delta(tool_calls=calls), finish("tool_calls")], [delta(content="done"), finish()]]
    workspace.replies.send("Look")
    await watch.replies(1)
    assert [call.id for call in workspace.current.open_calls()] == ["call-0", "call-1"]
    workspace.replies.give_tool_result("call-1", "sunny")
    assert len(script.bodies) == 1
    workspace.replies.give_tool_result("call-0", None)
    await watch.replies(2)
    results = {m["tool_call_id"]: m["content"] for m in script.bodies[1]["messages"] if m["role"] == "tool"}
    assert results["call-1"] == "sunny"
    assert "declined" in results["call-0"]


async def test_a_prompt_declines_the_calls_that_are_open(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    call = {"index": 0, "id": "c", "function": {"name": "look", "arguments": "{}"}}
    script.scripts = [[delta(tool_calls=[call]), finish("tool_calls")], [delta(content="ok"), finish()]]
    workspace.replies.send("Look")
    await watch.replies(1)
    workspace.replies.send("Never mind")
    await watch.replies(2)
    assert [m["role"] for m in script.bodies[1]["messages"]] == ["user", "assistant", "tool", "user"]


async def test_two_sessions_stream_at_once_and_leaving_stops_neither(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    script.scripts = [[delta(content="a"), first, finish()], [delta(content="b"), second, finish()]]
    workspace.replies.send("one")
    await watch.until(lambda: len(watch.of(ReplyGrew)) == 1)
    one = workspace.current
    workspace.sessions.new_session()
    workspace.replies.send("two")
    await watch.until(lambda: len(watch.of(ReplyGrew)) == 2)
    assert one.running is not None
    assert workspace.current.running is not None
    first.set()
    await watch.replies(1)
    assert one.running is None
    second.set()
    await watch.replies(2)
    await workspace.sessions.open(one.id)
    assert said(workspace) == [("user", "one"), ("assistant", "a")]


async def test_the_model_names_a_session_only_when_that_is_turned_on(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [
        [delta(content="one"), finish()],
        [delta(content="two"), finish()],
        [delta(content='"A title."')],
    ]
    workspace.replies.send("first")
    await watch.replies(1)
    assert workspace.current.title == "first"
    workspace.shared.preferences = Preferences(titles_by_model=True)
    workspace.current.endpoint = replace(workspace.current.endpoint, demo=False)
    workspace.shared.client = ChatClient(script)
    workspace.replies.send("second")
    await watch.until(lambda: workspace.current.title == "A title")
    assert script.bodies[2]["max_tokens"] == 64


async def ask_for_titles(workspace: Workspace, script: Script) -> None:
    workspace.shared.preferences = Preferences(titles_by_model=True)
    workspace.current.endpoint = replace(workspace.current.endpoint, demo=False)
    workspace.shared.client = ChatClient(script)


async def source(workspace: Workspace) -> str:
    await workspace.settle()
    record, _ = await workspace.archive.load(workspace.current.id)
    return record.title_source


async def test_whose_title_it_is_stays_known(workspace: Workspace, script: Script, watch: Watch) -> None:
    script.scripts = [[delta(content="one"), finish()], [delta(content="A title")]]
    await ask_for_titles(workspace, script)
    workspace.replies.send("first")
    await watch.until(lambda: workspace.current.title == "A title")
    workspace.tuning.set_value("temperature", 0.5)
    assert await source(workspace) == "model"
    await workspace.sessions.rename(workspace.current.id, "Mine")
    workspace.tuning.set_value("temperature", 0.6)
    assert await source(workspace) == "user"


async def test_a_title_that_the_user_gives_meanwhile_stays(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    wait = asyncio.Event()
    script.scripts = [[delta(content="one"), finish()], [wait, delta(content="A title")]]
    await ask_for_titles(workspace, script)
    workspace.replies.send("first")
    await watch.until(lambda: len(script.bodies) == 2)
    await workspace.sessions.rename(workspace.current.id, "Mine")
    wait.set()
    assert await source(workspace) == "user"
    assert workspace.current.title == "Mine"


async def test_a_title_that_the_model_does_not_give_is_not_asked_for_again(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content="one"), finish()], [finish()], [delta(content="two"), finish()]]
    await ask_for_titles(workspace, script)
    workspace.replies.send("first")
    await watch.until(lambda: len(script.bodies) == 2)
    assert await source(workspace) == "first_message"
    workspace.replies.send("second")
    await watch.replies(2)
    assert await source(workspace) == "first_message"
    assert len(script.bodies) == 3


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(
    ("wanted", "content", "warned"),
    [
        (SCHEMA, '{"n": 1}', ""),
        (SCHEMA, '{"n": "one"}', 'is not of type "integer"'),
        (SCHEMA, "Sure! Here it is.", "not JSON"),
        ("json_object", "[1]", 'is not of type "object"'),
        ("json_object", "{}", ""),
        ("text", "hello", ""),
    ],
)
async def test_a_reply_is_held_to_the_format_that_was_asked_for(
    workspace: Workspace, script: Script, watch: Watch, wanted: object, content: str, warned: str
) -> None:
    script.scripts = [[delta(content=content), finish()]]
    workspace.tuning.set_value("response_format", wanted)
    workspace.replies.send("Give me JSON")
    await watch.replies(1)
    await workspace.settle()
    reply = workspace.current.last_reply()
    assert reply is not None
    assert bool(reply.warnings) == bool(warned)
    assert warned in "".join(reply.warnings)


async def test_a_preset_is_named_until_its_values_are_changed(workspace: Workspace) -> None:
    workspace.tuning.set_model("test", "z-ai/glm-4.5")
    workspace.tuning.apply_preset("precise")
    assert workspace.current.preset == "precise"
    assert workspace.current.values.source("temperature").value == "preset"
    workspace.tuning.set_value("temperature", 0.3)
    assert workspace.current.preset is None
    workspace.tuning.apply_preset("recommended")
    assert workspace.current.values.plain() == {"temperature": 0.6, "top_p": 0.95}
    workspace.tuning.set_model("test", "unheard/of")
    assert "recommended" not in [preset.name for preset in workspace.presets]

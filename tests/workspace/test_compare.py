import asyncio

import pytest

from glmchat.core.conversation import State
from glmchat.core.parameters.kind import ValueRefused
from glmchat.workspace import Workspace
from glmchat.workspace.changes import ReplyGrew
from glmchat.workspace.comparison import figures
from tests.scripted import Script, delta, finish, usage
from tests.workspace.watching import Watch, said


async def test_a_sweep_asks_once_per_value_and_the_replies_are_siblings(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content=text), finish(), usage(1000, 500)] for text in ("cold", "warm", "hot")]
    workspace.tuning.set_value("top_k", 5)
    variants = workspace.comparisons.sweep("temperature", ["0", "0.7", "1.4"])
    comparison = workspace.comparisons.start(variants, "How is it?")
    await watch.replies(3)
    assert sorted(body["temperature"] for body in script.bodies) == [0.0, 0.7, 1.4]
    assert {body["top_k"] for body in script.bodies} == {5}
    assert len(workspace.current.conversation.siblings(comparison.columns[0].message_id)) == 3
    assert [column.variant.label for column in comparison.columns] == [
        "temperature 0.00",
        "temperature 0.70",
        "temperature 1.40",
    ]
    chosen = comparison.columns[1]
    workspace.comparisons.pick(comparison, chosen, take_values=True)
    assert said(workspace)[-1][1] == comparison.message(chosen).content
    assert workspace.current.values.plain() == {"temperature": 0.7, "top_k": 5}
    assert figures(comparison, chosen).tokens == 500


async def test_one_failing_or_stopped_variant_does_not_disturb_the_others(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    held = asyncio.Event()
    script.scripts = [
        [{"status": 400, "body": {"error": {"message": "no"}}}],
        [delta(content="slow"), asyncio.Event()],
        [delta(content="fine"), held, finish()],
    ]
    comparison = workspace.comparisons.start(
        workspace.comparisons.sweep("temperature", ["0", "1", "2"]), "Hi"
    )
    await watch.until(lambda: len(watch.of(ReplyGrew)) == 2)
    slow = next(c for c in comparison.columns if (r := comparison.running(c)) and r.reply.content == "slow")
    workspace.replies.stop_reply(slow.message_id)
    held.set()
    await watch.replies(3)
    states = {
        comparison.message(column).content: comparison.message(column).state for column in comparison.columns
    }
    assert states == {"": State.FAILED, "slow": State.STOPPED, "fine": State.COMPLETE}


async def test_a_comparison_without_a_prompt_asks_the_last_one_again(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content=text), finish()] for text in ("a", "b", "c")]
    with pytest.raises(ValueError, match="write a prompt first"):
        workspace.comparisons.start(workspace.comparisons.reasoning_variants())
    workspace.replies.send("Hi")
    await watch.replies(1)
    workspace.comparisons.start(workspace.comparisons.reasoning_variants())
    await watch.replies(3)
    assert [body.get("reasoning") for body in script.bodies] == [None, {"enabled": True}, {"enabled": False}]
    assert [message["content"] for message in script.bodies[2]["messages"]] == ["Hi"]


async def test_too_many_variants_and_wrong_values_are_refused(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="2 to 6"):
        workspace.comparisons.start(workspace.comparisons.sweep("top_k", ["1"]), "Hi")
    with pytest.raises(ValueRefused):
        workspace.comparisons.sweep("temperature", ["0", "3"])
    with pytest.raises(KeyError):
        workspace.comparisons.sweep("warmth", ["0"])


async def test_a_comparison_that_is_left_goes_back_to_the_branch_that_was_read(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    script.scripts = [[delta(content=text), finish()] for text in ("first", "on", "off", "cold", "hot")]
    workspace.replies.send("Hi")
    await watch.replies(1)
    conversation = workspace.current.conversation
    read = conversation.leaf_id
    again = workspace.comparisons.start(workspace.comparisons.reasoning_variants())
    await watch.replies(3)
    assert conversation.leaf_id != read
    workspace.comparisons.leave(again)
    assert conversation.leaf_id == read
    sweep = workspace.comparisons.start(workspace.comparisons.sweep("temperature", ["0", "2"]), "And?")
    await watch.replies(5)
    workspace.comparisons.leave(sweep)
    assert conversation.leaf_id == sweep.columns[0].message_id
    workspace.comparisons.pick(sweep, sweep.columns[1])
    workspace.comparisons.leave(sweep)
    assert conversation.leaf_id == sweep.columns[1].message_id

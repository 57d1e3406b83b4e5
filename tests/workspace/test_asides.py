"""Side questions: asked from the present context, counted, and kept out of the conversation until taken over."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.core.budget import Limits
from glmchat.core.conversation import State
from glmchat.core.refused import Refused
from glmchat.workspace import Workspace
from glmchat.workspace.asides import Aside
from glmchat.workspace.changes import AsideChanged, AsideGrew
from glmchat.workspace.values import Source
from tests.scripted import Script, delta, held, reply
from tests.workspace.test_spending import costing, opened
from tests.workspace.watching import Watch, said


async def ended(watch: Watch, aside: Aside) -> None:
    await watch.until(lambda: aside.message is not None)


async def talked(workspace: Workspace, script: Script, watch: Watch) -> None:
    script.scripts.append(reply("A fruit."))
    workspace.replies.send("What is a quince?")
    await watch.replies(1)


async def test_it_is_asked_from_the_branch_and_stays_out_of_it(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await talked(workspace, script, watch)
    script.scripts.append(reply("In ", "Turkey."))
    aside = workspace.asides.ask("Where does it grow?")
    await ended(watch, aside)
    assert [each["content"] for each in script.bodies[-1]["messages"]] == [
        "What is a quince?", "A fruit.", "Where does it grow?",
    ]  # fmt: skip
    assert aside.answer.content == "In Turkey."
    assert [each.content for each in watch.of(AsideGrew)] == ["In ", "Turkey."]
    assert said(workspace) == [("user", "What is a quince?"), ("assistant", "A fruit.")]
    script.scripts.append(reply("Yes."))
    workspace.replies.send("And is it sour?")
    await watch.replies(2)
    assert "Turkey" not in str(script.bodies[-1])


async def test_taken_over_it_is_the_next_turn(workspace: Workspace, script: Script, watch: Watch) -> None:
    await talked(workspace, script, watch)
    script.scripts.append(reply("In Turkey."))
    aside = workspace.asides.ask("Where does it grow?")
    await ended(watch, aside)
    assert workspace.asides.last() is aside
    workspace.asides.take(aside)
    assert said(workspace)[2:] == [("user", "Where does it grow?"), ("assistant", "In Turkey.")]
    assert workspace.asides.last() is None
    await workspace.settle()
    _, conversation = await workspace.archive.load(workspace.current.id)
    assert [conversation.loaded[node.id].content for node in conversation.path()][-1] == "In Turkey."


async def test_what_came_of_a_running_reply_is_known_to_it(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    pieces, gate = held(delta(content="A quince is "))
    script.scripts += [pieces, reply("A fruit.")]
    workspace.replies.send("What is a quince?")
    await watch.until(lambda: bool(workspace.current.running and workspace.current.running.message().content))
    aside = workspace.asides.ask("A what?")
    await ended(watch, aside)
    assert [each["content"] for each in script.bodies[-1]["messages"]] == [
        "What is a quince?", "A quince is ", "A what?",
    ]  # fmt: skip
    with pytest.raises(Refused, match="reply is running"):
        workspace.asides.take(aside)
    gate.set()
    await watch.replies(1)
    workspace.asides.take(aside)
    assert [text for _, text in said(workspace)] == [
        "What is a quince?", "A quince is  And the rest.", "A what?", "A fruit.",
    ]  # fmt: skip


async def test_tools_and_formats_are_not_asked_for(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    workspace.current.values.replace(
        {"tools": [{"type": "function", "function": {"name": "f"}}], "tool_choice": "auto", "temperature": 0.3},
        Source.SESSION, "test",
    )  # fmt: skip
    script.scripts.append(reply("Yes."))
    await ended(watch, workspace.asides.ask("Is it?"))
    assert script.bodies[-1]["temperature"] == 0.3
    assert not {"tools", "tool_choice"} & set(script.bodies[-1])


async def test_an_error_is_kept_with_it(workspace: Workspace, script: Script, watch: Watch) -> None:
    script.scripts.append([{"status": 400, "body": {"error": {"message": "no such thing"}}}])
    aside = workspace.asides.ask("Is it?")
    await ended(watch, aside)
    assert aside.message is not None and aside.message.failure is not None
    assert "no such thing" in aside.message.failure.message
    assert said(workspace) == []
    with pytest.raises(Refused, match="no answer"):
        workspace.asides.take(aside)


async def test_stopped_it_keeps_what_came(workspace: Workspace, script: Script, watch: Watch) -> None:
    pieces, _ = held(delta(content="In Tur"))
    script.scripts.append(pieces)
    aside = workspace.asides.ask("Where?")
    await watch.until(lambda: bool(watch.of(AsideGrew)))
    assert workspace.asides.stop(aside)
    await ended(watch, aside)
    assert (aside.answer.content, aside.answer.state) == ("In Tur", State.STOPPED)
    assert not workspace.asides.stop(aside)
    assert watch.of(AsideChanged)


async def test_its_cost_is_counted_once_whether_it_is_taken_over_or_not(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits())
    watch = Watch(workspace)
    script.scripts = [costing(0.09), costing(0.02)]
    aside = workspace.asides.ask("one")
    await ended(watch, aside)
    await workspace.settle()
    assert workspace.current.costs == {"CNY": pytest.approx(0.09)}
    assert await workspace.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.09)}
    workspace.asides.take(aside)
    await workspace.settle()
    assert await workspace.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.09)}
    assert [each.replies for each in await workspace.archive.spending.sums("model")] == [1]
    assert workspace.current.costs == {"CNY": pytest.approx(0.09)}
    await ended(watch, workspace.asides.ask("two"))
    await workspace.settle()
    assert await workspace.archive.spending.by_currency(0.0) == {"CNY": pytest.approx(0.11)}
    await workspace.aclose()


async def test_the_budget_holds_for_it(tmp_path: Path) -> None:
    script = Script(otherwise=None)
    workspace = await opened(tmp_path, script, Limits(session={"CNY": 0.001}))
    watch = Watch(workspace)
    aside = workspace.asides.ask("one")
    await ended(watch, aside)
    assert aside.message is not None and aside.message.failure is not None
    assert aside.message.failure.kind == "budget"
    script.scripts = [costing(0.02)]
    again = workspace.asides.ask("one", over_budget=True)
    await ended(watch, again)
    assert again.answer.content == "ok"
    await workspace.aclose()

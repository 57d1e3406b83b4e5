"""What another glmchat adds to the session that is open here comes into view."""

from __future__ import annotations

from glmchat.core.conversation import State
from glmchat.workspace import Workspace
from glmchat.workspace.changes import MessageChanged, PathChanged
from tests.scripted import Script, delta, finish
from tests.waiting import until
from tests.workspace.watching import Opener, Watch, said


async def exchange(workspace: Workspace, script: Script, question: str, answer: str) -> None:
    script.scripts.append([delta(content=answer), finish()])
    watch = Watch(workspace)
    workspace.replies.send(question)
    await watch.replies(1)
    await workspace.settle()


async def both(workspace: Workspace, script: Script, reopen: Opener) -> Workspace:
    """A second glmchat that shows the same session, after one exchange."""
    await exchange(workspace, script, "one", "1")
    other = await reopen()
    await other.start(resume=workspace.current.id)
    await workspace.other_processes.poll()
    return other


async def test_what_follows_the_end_that_is_read_is_added_to_it(
    workspace: Workspace, script: Script, reopen: Opener
) -> None:
    other = await both(workspace, script, reopen)
    await exchange(other, script, "two", "2")
    watch = Watch(workspace)
    await workspace.other_processes.poll()
    assert said(workspace) == [("user", "one"), ("assistant", "1"), ("user", "two"), ("assistant", "2")]
    assert [change.message.content for change in watch.of(MessageChanged)] == ["two", "2"]
    assert watch.of(PathChanged) == []
    await exchange(workspace, script, "three", "3")
    await other.other_processes.poll()
    assert said(other)[-2:] == [("user", "three"), ("assistant", "3")]


async def test_what_follows_another_message_is_a_branch(
    workspace: Workspace, script: Script, reopen: Opener
) -> None:
    other = await both(workspace, script, reopen)
    question, reply = (node.id for node in workspace.current.conversation.path())
    script.scripts.append([delta(content="one again"), finish()])
    watch = Watch(other)
    other.replies.retry(reply)
    await watch.replies(1)
    await other.settle()
    seen = Watch(workspace)
    await workspace.other_processes.poll()
    assert said(workspace) == [("user", "one"), ("assistant", "1")]
    assert len(workspace.current.conversation.children(question)) == 2
    assert [change.message.id for change in seen.of(MessageChanged)] == [reply]  # it has another version now


async def test_nothing_comes_in_while_a_reply_runs_here_but_after_it(
    workspace: Workspace, script: Script, reopen: Opener
) -> None:
    import asyncio

    other = await both(workspace, script, reopen)
    gate = asyncio.Event()
    script.scripts.append([delta(content="mine"), gate, finish()])
    watch = Watch(workspace)
    asked = len(script.bodies)
    workspace.replies.send("here")
    await until(lambda: len(script.bodies) > asked)
    await exchange(other, script, "there", "theirs")
    await workspace.other_processes.poll()
    assert "there" not in str(said(workspace))
    gate.set()
    await watch.replies(1)
    await workspace.settle()
    await workspace.other_processes.poll()
    assert said(workspace)[-2:] == [("user", "here"), ("assistant", "mine")]
    assert len(workspace.current.conversation.children(workspace.current.conversation.path()[1].id)) == 2


async def test_a_reply_that_is_still_written_elsewhere_comes_when_it_is_whole(
    workspace: Workspace, script: Script, reopen: Opener
) -> None:
    import asyncio

    other = await both(workspace, script, reopen)
    gate = asyncio.Event()
    script.scripts.append([delta(content="half"), gate, finish()])
    watch = Watch(other)
    other.replies.send("two")
    await watch.until(lambda: other.current.running is not None)
    while said(workspace)[-1] != ("user", "two"):
        await other.archive.flush()
        await workspace.other_processes.poll()
    gate.set()
    await watch.replies(1)
    await other.settle()
    await workspace.other_processes.poll()
    assert said(workspace)[-1] == ("assistant", "half")
    assert all(node.state is State.COMPLETE for node in workspace.current.conversation.path())


async def test_a_branch_that_was_deleted_here_stays_away(
    workspace: Workspace, script: Script, reopen: Opener
) -> None:
    other = await both(workspace, script, reopen)
    workspace.tree.delete_branch(workspace.current.conversation.path()[1].id)
    await exchange(other, script, "two", "2")
    await workspace.other_processes.poll()
    assert said(workspace) == [("user", "one")]

import asyncio
import sys

from glmchat.workspace import Workspace
from glmchat.workspace.changes import Noticed, ReplyGrew
from tests.scripted import Script, delta, finish, usage
from tests.workspace.watching import Opener, Watch, said


async def exchange(workspace: Workspace, script: Script, watch: Watch, *turns: tuple[str, str]) -> None:
    for prompt, reply in turns:
        script.scripts.append([delta(content=reply), finish(), usage(1000, 500)])
        workspace.replies.send(prompt)
        await watch.until(lambda: not workspace.current.runs)


async def test_an_edit_is_a_sibling_and_the_old_branch_stays(
    workspace: Workspace, script: Script, watch: Watch, reopen: Opener
) -> None:
    await exchange(workspace, script, watch, ("one", "1"), ("two", "2"))
    first = workspace.current.conversation.path()[0].id
    script.scripts = [[delta(content="1b"), finish()]]
    workspace.tree.edit(first, "one, but better")
    await watch.until(lambda: not workspace.current.runs)
    assert said(workspace) == [("user", "one, but better"), ("assistant", "1b")]
    workspace.tree.select(first)
    assert [text for _, text in said(workspace)] == ["one", "1", "two", "2"]
    await workspace.settle()
    id = workspace.current.id
    await workspace.aclose()
    again = await reopen()
    await again.start(id)
    assert [text for _, text in said(again)] == ["one", "1", "two", "2"]
    assert len(again.current.conversation.siblings(first)) == 2


async def test_a_fork_is_a_session_of_its_own(workspace: Workspace, script: Script, watch: Watch) -> None:
    await exchange(workspace, script, watch, ("one", "1"), ("two", "2"))
    old = workspace.current
    forked = await workspace.tree.fork(old.conversation.path()[1].id)
    assert forked.id != old.id
    assert said(workspace) == [("user", "one"), ("assistant", "1")]
    assert not {node.id for node in forked.conversation.path()} & {
        node.id for node in old.conversation.path()
    }
    await workspace.settle()
    assert await workspace.archive.count() == 2


async def test_a_branch_goes_away_but_not_under_a_running_reply(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("one", "1"))
    script.scripts = [[delta(content="2"), asyncio.Event()]]
    workspace.replies.send("two")
    await watch.until(lambda: watch.of(ReplyGrew)[-1].content == "2")
    two = workspace.current.conversation.path()[2].id
    workspace.tree.delete_branch(two)
    assert watch.of(Noticed)
    workspace.replies.stop()
    await watch.until(lambda: not workspace.current.runs)
    workspace.tree.delete_branch(two)
    assert said(workspace) == [("user", "one"), ("assistant", "1")]
    await workspace.settle()
    _, stored = await workspace.archive.load(workspace.current.id)
    assert two not in stored.nodes


async def test_the_oldest_turns_are_left_out_only_when_chosen(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("long " * 200_000, "1"), ("two", "2"))
    assert workspace.requests.context().window == 128_000
    assert len((await workspace.requests.preview("three")).body["messages"]) == 5
    workspace.tuning.drop_oldest(True)
    preview = await workspace.requests.preview("three")
    assert [message["content"] for message in preview.body["messages"]] == ["two", "2", "three"]
    assert preview.dropped == 2


async def test_a_session_in_memory_leaves_nothing_on_disk(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await workspace.sessions.new_incognito()
    await exchange(workspace, script, watch, ("secret word", "psst"))
    await workspace.settle()
    assert await workspace.archive.count() == 0
    assert await workspace.archive.prompts.recent() == []


async def test_deleting_can_be_undone(workspace: Workspace, script: Script, watch: Watch) -> None:
    await exchange(workspace, script, watch, ("one", "1"))
    id = workspace.current.id
    await workspace.settle()
    await workspace.sessions.delete(id)
    assert workspace.current.id != id
    assert await workspace.archive.count() == 0
    await workspace.sessions.undelete(id)
    assert await workspace.archive.count() == 1
    await workspace.sessions.open(id)
    assert said(workspace) == [("user", "one"), ("assistant", "1")]


async def test_presets_and_replies_give_their_values(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    workspace.tuning.set_value("temperature", 0.3)
    await exchange(workspace, script, watch, ("one", "1"))
    reply = workspace.current.last_reply()
    assert reply is not None
    workspace.tuning.set_value("temperature", 1.9)
    workspace.depths.toggle()
    assert workspace.current.values.get("reasoning") is False
    preview = await workspace.requests.preview()
    assert [(each.parameter.name, each.before, each.after) for each in preview.changed] == [
        ("temperature", 0.3, 1.9),
        ("reasoning", None, False),
    ]
    workspace.tuning.use_values_of(reply.id)
    assert workspace.current.values.plain() == {"temperature": 0.3}
    workspace.tuning.undo()
    assert workspace.current.values.get("temperature") == 1.9


async def test_a_deleted_branch_comes_back_where_it_was(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("one", "1"), ("two", "2"))
    first, reply = (node.id for node in workspace.current.conversation.path()[:2])
    script.scripts = [[delta(content="1b"), finish()]]
    workspace.replies.retry(reply)
    await watch.until(lambda: not workspace.current.runs)
    workspace.tree.select(reply)
    versions = workspace.current.conversation.siblings(reply)
    workspace.tree.delete_branch(reply)
    assert said(workspace) == [("user", "one"), ("assistant", "1b")]
    workspace.tree.delete_branch(first)
    assert said(workspace) == []
    assert workspace.tree.undelete_branch()
    assert workspace.tree.undelete_branch()
    assert not workspace.tree.undelete_branch()
    assert [text for _, text in said(workspace)] == ["one", "1", "two", "2"]
    assert workspace.current.conversation.siblings(reply) == versions
    await workspace.settle()
    _, stored = await workspace.archive.load(workspace.current.id)
    assert set(stored.nodes) == set(workspace.current.conversation.nodes)


async def test_an_edited_reply_costs_nothing_again(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("one", "1"))
    reply = workspace.current.conversation.path()[1].id
    costs = workspace.requests.session_cost()
    assert costs
    workspace.tree.edit(reply, "one and only")
    assert said(workspace)[-1] == ("assistant", "one and only")
    assert len(script.bodies) == 1
    await workspace.settle()
    record, _ = await workspace.archive.load(workspace.current.id)
    assert dict(record.costs) == costs == workspace.requests.session_cost()


async def test_a_message_of_the_user_can_be_answered_again(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("one", "1"))
    script.scripts = [[delta(content="1b"), finish()]]
    workspace.replies.retry(workspace.current.conversation.path()[0].id)
    await watch.until(lambda: not workspace.current.runs)
    assert said(workspace) == [("user", "one"), ("assistant", "1b")]


async def test_a_reply_in_another_session_is_unread_until_that_is_opened(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    gate = asyncio.Event()
    script.scripts = [[delta(content="1"), gate, finish()]]
    workspace.replies.send("one")
    await watch.until(lambda: bool(watch.of(ReplyGrew)))
    first = workspace.current
    workspace.sessions.new_session()
    gate.set()
    await watch.until(lambda: not first.runs)
    await workspace.settle()
    assert [row.unread for row in await workspace.archive.sessions()] == [True]
    await workspace.sessions.open(first.id)
    await workspace.settle()
    assert [row.unread for row in await workspace.archive.sessions()] == [False]


async def test_tags_and_the_place_that_is_read_are_kept(
    workspace: Workspace, script: Script, watch: Watch, reopen: Opener
) -> None:
    await workspace.sessions.set_tags(workspace.current.id, ["work"])
    await exchange(workspace, script, watch, ("one", "1"))
    id, first = workspace.current.id, workspace.current.conversation.path()[0].id
    workspace.journal.set_scroll((first, 7))
    await workspace.settle()
    assert [row.tags for row in await workspace.archive.sessions("tag:work")] == [("work",)]
    await workspace.aclose()
    again = await reopen()
    await again.start(id)
    assert again.current.tags == ("work",)
    assert again.current.scroll == (first, 7)


async def test_a_session_open_in_two_processes_is_told(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    await exchange(workspace, script, watch, ("one", "1"))
    await workspace.settle()
    id = workspace.current.id
    asking = f"""
import asyncio, pathlib
from glmchat.history import Archive
async def main():
    archive = await Archive.open(pathlib.Path({str(workspace.archive.path)!r}))
    print(await archive.presence.enter({id}), flush=True)
    input()
    await archive.close()
asyncio.run(main())
"""
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", asking, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    assert (await other.stdout.readline()).strip() == b"1"
    workspace.sessions.new_session()
    await workspace.sessions.open(id)
    await watch.until(lambda: any("another glmchat" in each.sentence for each in watch.of(Noticed)))
    await other.communicate(b"\n")

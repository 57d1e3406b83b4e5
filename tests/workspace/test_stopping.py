"""A reply that is stopped at the worst moment: it is kept, and what follows it is too."""

import asyncio

import pytest

from glmchat.api.client import ChatClient
from glmchat.core.conversation import Message, Role, State
from glmchat.history import Archive
from glmchat.turn import run
from glmchat.workspace import Workspace
from tests.scripted import Script, delta, finish
from tests.waiting import LONGEST_S, until
from tests.wire.helpers import Memory, endpoint, request
from tests.wire.server import Reply, chunk, serving
from tests.workspace.watching import Opener, Watch, said, states


class SlowDisk(Memory):
    """A recorder that needs several steps for a save."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def save(self, message: Message) -> None:
        self.begun.set()
        await self.go.wait()
        await super().save(message)


async def test_a_second_cancellation_while_a_stopped_reply_is_saved_does_not_lose_it() -> None:
    disk = SlowDisk()
    seen: list[str] = []
    client = ChatClient()

    async def drive() -> None:
        async for event in run.run(client, request(endpoint(server.base_url)), disk):
            seen.append(getattr(event, "text", ""))

    async with serving(Reply([chunk({"content": "kept"})], linger_s=60)) as server:
        task = asyncio.create_task(drive())
        await until(lambda: "kept" in seen)
        async with asyncio.timeout(LONGEST_S):
            task.cancel()
            await disk.begun.wait()
            for _ in range(3):
                task.cancel()
                await asyncio.sleep(0)
            assert not task.done()
            disk.go.set()
            with pytest.raises(asyncio.CancelledError):
                await task
        await client.aclose()
    assert [(each.content, each.state) for each in disk.saved] == [("kept", State.STOPPED)]


async def test_a_cancellation_while_a_complete_reply_is_saved_does_not_lose_it() -> None:
    disk = SlowDisk()
    client = ChatClient()

    async def drive() -> None:
        async for _ in run.run(client, request(endpoint(server.base_url)), disk):
            pass

    async with serving(Reply([chunk({"content": "whole"}, "stop"), b"data: [DONE]\n\n"])) as server:
        task = asyncio.create_task(drive())
        async with asyncio.timeout(LONGEST_S):
            await disk.begun.wait()
            task.cancel()
            await asyncio.sleep(0)
            disk.go.set()
            with pytest.raises(asyncio.CancelledError):
                await task
        await client.aclose()
    assert [(each.content, each.state) for each in disk.saved] == [("whole", State.COMPLETE)]


async def on_disk(workspace: Workspace) -> list[tuple[Role, str, State]]:
    """The branch as another process reads it."""
    await workspace.settle()
    assert workspace.archive.path is not None
    other = await Archive.open(workspace.archive.path)
    _, conversation = await other.load(workspace.current.id)
    path = conversation.path()
    found = [(node.role, conversation.loaded[node.id].content, node.state) for node in path]
    await other.close()
    return found


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8])
async def test_stopping_before_the_request_has_left_leaves_a_session_that_goes_on(
    workspace: Workspace, script: Script, watch: Watch, steps: int
) -> None:
    script.scripts = [[delta(content="One."), finish()], [delta(content="Two."), finish()]]
    workspace.replies.send("first")
    for _ in range(steps):
        await asyncio.sleep(0)
    assert workspace.replies.stop()
    await watch.replies(1)
    assert not workspace.current.runs
    workspace.replies.send("second")
    await watch.replies(2)
    assert said(workspace)[-2:] in (
        [("user", "second"), ("assistant", "One.")],
        [("user", "second"), ("assistant", "Two.")],
    )
    assert states(workspace)[1] is State.STOPPED
    assert [(role.value, text) for role, text, _ in await on_disk(workspace)] == said(workspace)


async def test_a_reply_that_is_stopped_again_and_again_is_kept(
    workspace: Workspace, script: Script, watch: Watch
) -> None:
    hold = asyncio.Event()
    script.scripts = [[delta(content="part"), hold, finish()]]
    workspace.replies.send("go")
    await watch.until(lambda: (run := workspace.current.running) is not None and run.reply.content == "part")
    for _ in range(4):
        workspace.replies.stop()
        await asyncio.sleep(0)
    await watch.replies(1)
    assert (await on_disk(workspace))[-1] == (Role.ASSISTANT, "part", State.STOPPED)
    await watch.until(lambda: not workspace.current.runs)


async def test_leaving_at_once_after_sending_keeps_the_prompt(reopen: Opener, script: Script) -> None:
    script.scripts = [[delta(content="never"), finish()]]
    first = await reopen()
    await first.start()
    first.replies.send("do not lose me")
    id = first.current.id
    await first.aclose()
    second = await reopen()
    await second.start(id)
    assert said(second)[0] == ("user", "do not lose me")
    assert not second.current.runs

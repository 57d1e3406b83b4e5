"""A workspace on a scripted endpoint: each request is answered by the next script, event by event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.catalogue import known
from glmchat.conversation import State
from glmchat.history import Archive
from glmchat.workspace import Means, Workspace
from glmchat.workspace.changes import Change, ReplyFinished

Piece = dict[str, Any] | asyncio.Event


def delta(**fields: Any) -> dict[str, Any]:
    """A chunk with these delta fields."""
    return {"id": "gen-1", "model": "test/model", "choices": [{"index": 0, "delta": fields}]}


def finish(reason: str = "stop") -> dict[str, Any]:
    """The chunk that ends a reply."""
    return {"id": "gen-1", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}


USAGE: dict[str, Any] = {
    "choices": [],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500},
}


class Script(httpx.AsyncBaseTransport):
    """Answers with the scripts in turn; an `asyncio.Event` in a script waits until it is set."""

    def __init__(self) -> None:
        self.scripts: list[list[Piece]] = []
        self.bodies: list[dict[str, Any]] = []
        self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content))
        script = self.scripts.pop(0)
        if script and isinstance(script[0], dict) and "status" in script[0]:
            return httpx.Response(script[0]["status"], json=script[0]["body"])
        return httpx.Response(
            200, headers={"content-type": "text/event-stream"}, stream=_Stream(self, script)
        )


class _Stream(httpx.AsyncByteStream):
    def __init__(self, owner: Script, script: list[Piece]) -> None:
        self._owner, self._script = owner, script

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._script:
            if isinstance(piece, asyncio.Event):
                await piece.wait()
            else:
                yield b"data: " + json.dumps(piece).encode() + b"\n\n"
                await asyncio.sleep(0)
        yield b"data: [DONE]\n\n"

    async def aclose(self) -> None:
        self._owner.closed += 1


class Watch:
    """Every change, and a way to wait for one."""

    def __init__(self, workspace: Workspace) -> None:
        self.changes: list[Change] = []
        self._new = asyncio.Event()
        workspace.watch(self._take)

    def _take(self, change: Change) -> None:
        self.changes.append(change)
        self._new.set()

    async def until(self, found: Callable[[], bool]) -> None:
        """Wait until `found` says so; looked at after every change."""
        async with asyncio.timeout(60):
            while not found():
                self._new.clear()
                await self._new.wait()

    def of(self, kind: type[Any]) -> list[Any]:
        """The changes of one kind, in order."""
        return [change for change in self.changes if isinstance(change, kind)]

    async def replies(self, count: int) -> None:
        """Wait until so many replies have ended."""
        await self.until(lambda: len(self.of(ReplyFinished)) >= count)


Opener = Callable[[], Awaitable[Workspace]]


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def reopen(tmp_path: Path, script: Script) -> AsyncIterator[Opener]:
    """Opens workspaces on one database; closes them all at the end."""
    opened: list[Workspace] = []

    async def start() -> Workspace:
        archive = await Archive.open(tmp_path / "history.db")
        endpoint = Endpoint("test", "http://scripted.invalid/v1", demo=True)
        models = {"test": [known("z-ai/glm-4.5")]}
        workspace = Workspace(
            Means(archive, {"test": endpoint}, "test", "z-ai/glm-4.5", demo=lambda: script, models=models)
        )
        opened.append(workspace)
        return workspace

    yield start
    for workspace in opened:
        await workspace.aclose()


@pytest.fixture
async def workspace(reopen: Opener) -> Workspace:
    made = await reopen()
    await made.start()
    return made


@pytest.fixture
def watch(workspace: Workspace) -> Watch:
    return Watch(workspace)


def said(workspace: Workspace) -> list[tuple[str, str]]:
    """Role and text of the branch that is read."""
    conversation = workspace.current.conversation
    return [(node.role.value, conversation.loaded[node.id].content) for node in conversation.path()]


def states(workspace: Workspace) -> list[State]:
    """How the messages of the branch stand."""
    return [node.state for node in workspace.current.conversation.path()]

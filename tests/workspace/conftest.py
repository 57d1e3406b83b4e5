"""A workspace on a scripted endpoint: each request is answered by the next script, event by event."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.history import Archive
from glmchat.workspace import Dependencies, Workspace
from tests.scripted import Script
from tests.workspace.watching import Opener, Watch


@pytest.fixture
def script() -> Script:
    return Script(otherwise=None)


@pytest.fixture
async def reopen(tmp_path: Path, script: Script) -> AsyncIterator[Opener]:
    """Opens workspaces on one database; closes them all at the end."""
    opened: list[Workspace] = []

    async def start() -> Workspace:
        archive = await Archive.open(tmp_path / "history.db")
        endpoint = Endpoint("test", "http://scripted.invalid/v1", demo=True)
        models = {"test": [known("z-ai/glm-4.5")]}
        workspace = Workspace(
            Dependencies(
                archive, {"test": endpoint}, "test", "z-ai/glm-4.5", demo=lambda: script, models=models
            )
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

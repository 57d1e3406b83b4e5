from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from glmchat.history import Archive, ArchiveProblem
from tests.history.talk import Talk, begin


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.db"


@pytest.fixture
def problems() -> list[ArchiveProblem]:
    return []


@pytest.fixture
async def archive(path: Path, problems: list[ArchiveProblem]) -> AsyncIterator[Archive]:
    opened = await Archive.open(path, problems.append)
    yield opened
    await opened.close()


@pytest.fixture
def talk(archive: Archive) -> Talk:
    return begin(archive)


@pytest.fixture
def other_talk(archive: Archive) -> Talk:
    return begin(archive)

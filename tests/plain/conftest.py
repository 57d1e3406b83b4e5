"""A chat in lines on a scripted endpoint: prompts from a list, what is printed in a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.budget import Limits
from glmchat.core.catalogue import known
from glmchat.core.preferences import Preferences
from glmchat.history import Archive
from glmchat.plain.chat import Ended, LineChat, Start
from glmchat.plain.console import Console
from glmchat.plain.reading import Interrupted
from glmchat.workspace import Dependencies, Workspace
from tests.scripted import Script

INTERRUPT = "\x03"


class Typed:
    """Gives prompts from a list; the mark of an interrupt is Ctrl+C. `asked` has what stood before each."""

    def __init__(self, lines: Sequence[str], asks: bool) -> None:
        self.asks = asks
        self._lines = list(lines)
        self.asked: list[tuple[str, str]] = []

    def serve(
        self, offers: Callable[[str], Sequence[str]], changed: Callable[[], None], sent: Sequence[str]
    ) -> None:
        """Nothing is offered here."""

    async def read(self, prompt: str, default: str = "", question: bool = False) -> str:
        self.asked.append((prompt, default))
        if not self._lines:
            raise EOFError
        line = self._lines.pop(0)
        if line == INTERRUPT:
            raise Interrupted
        return line

    async def secret(self, prompt: str) -> str:
        return await self.read(prompt)

    def interrupt(self) -> bool:
        return False

    def typed(self) -> str:
        return ""


class Chatting:
    """Chats with what is typed, over one history however often; `out` is what was printed by the last run."""

    def __init__(self, folder: Path, script: Script) -> None:
        self.script = script
        self._folder = folder
        self.out = ""
        self.reader = Typed((), True)
        self.chat: LineChat
        self.limits = Limits()  # with any, a real endpoint answers instead of the built-in model

    async def workspace(self, preferences: Preferences) -> Workspace:
        archive = await Archive.open(self._folder / "history.db")
        endpoint = Endpoint("test", "http://scripted.invalid/v1", demo=True)
        models = {"test": [known("z-ai/glm-4.5")]}
        if self.limits:
            endpoint = Endpoint("test", "https://wcode.net/api/gpt/v1")  # nothing is sent to it
        workspace = Workspace(
            Dependencies(
                archive, {"test": endpoint}, "test", "z-ai/glm-4.5",
                demo=lambda: self.script, models=models, preferences=preferences, budget=self.limits,
            )
        )  # fmt: skip
        if self.limits:
            workspace.shared.client = ChatClient(self.script)
        return workspace

    async def __call__(
        self,
        *lines: str,
        start: Start | None = None,
        asks: bool = True,
        preferences: Preferences | None = None,
        put: Callable[[str], None] | None = None,
    ) -> Ended:
        self.out = ""
        self.reader = Typed(lines, asks)
        workspace = await self.workspace(preferences or Preferences())
        console = Console(put or self._put, self.reader)
        self.chat = LineChat(workspace, console, nullcontext)
        return await self.chat.run(start or Start())

    def _put(self, text: str) -> None:
        self.out += text


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def chatting(tmp_path: Path, script: Script) -> Chatting:
    return Chatting(tmp_path, script)

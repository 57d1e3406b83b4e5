"""The whole app on a real database and a scripted endpoint, driven without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from glmchat.api.endpoint import Endpoint
from glmchat.core.catalogue import known
from glmchat.core.conversation import Message
from glmchat.history import Archive
from glmchat.tui.app import GlmChat, Start
from glmchat.tui.presenting.presenter import Presenter
from glmchat.workspace import ConfigStore, Defaults, Dependencies, Preferences, Preset, Workspace
from tests.scripted import Script
from tests.waiting import idle, until


@dataclass
class Stage:
    """The running app with what drives and watches it."""

    app: GlmChat
    pilot: Pilot[None]
    script: Script
    saved: dict[str, Any] = field(default_factory=dict)

    @property
    def presenter(self) -> Presenter:
        assert self.app.presenter is not None
        return self.app.presenter

    @property
    def workspace(self) -> Workspace:
        return self.presenter.workspace

    @property
    def prompt(self) -> str:
        return self.app.chat.prompt.whole()

    @property
    def screen_text(self) -> str:
        """What is on the screen, line by line."""
        height = self.app.size.height
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.replace("\xa0", " ").rstrip() for strip in lines[:height])

    @property
    def notices(self) -> str:
        """What is said above the prompt."""
        return self.app.chat.notice.render().plain

    @property
    def told(self) -> str:
        """All that was said so far."""
        return "\n".join(self.app.notices.page())

    def messages(self) -> list[Message]:
        """The branch that is read."""
        conversation = self.workspace.current.conversation
        return [conversation.loaded[node.id] for node in conversation.path()]

    async def until(self, found: Callable[[], Any]) -> None:
        """Wait until something holds."""
        await until(found, lambda: f"The screen:\n{self.screen_text}", self.pilot.pause)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Put a text into the prompt as a terminal pastes it, key by key where it is short."""
        for char in text:
            await self.pilot.press({" ": "space", "\n": "ctrl+j", "/": "slash"}.get(char, char))
        await self.pilot.pause()

    async def begin(self, text: str = "Go") -> None:
        """Send, and wait until the reply was asked for."""
        count = len(self.script.bodies)
        self.app.chat.prompt.put(text)
        await self.press("enter")
        await self.until(lambda: len(self.script.bodies) > count)

    async def send(self, text: str) -> None:
        """Type, send, and wait for the reply."""
        count = len(self.messages())
        self.app.chat.prompt.put(text)
        await self.pilot.press("enter")
        await self.until(lambda: len(self.messages()) >= count + 2 and not self.workspace.current.runs)
        await self.pilot.pause()

    async def command(self, line: str) -> None:
        """Type a slash command and run it."""
        self.app.chat.prompt.put(line)
        await self.pilot.pause()
        self.app.chat.slash.offer([])
        await self.pilot.press("enter")
        await self.pilot.pause()


def hurried(patch: pytest.MonkeyPatch) -> None:
    """Let a key follow as soon as the one before is worked off, in tests of thousands of them."""
    for module in ("textual.app", "textual.pilot"):
        patch.setattr(f"{module}.wait_for_idle", idle)


PRESETS = [Preset("precise", {"temperature": 0.2}, about="Keeps to the likeliest words.", shipped=True)]


def hold_the_history(app: GlmChat) -> asyncio.Event:
    """Let the history open only once the event is set that is returned."""
    opening, may_open = app._open_workspace, asyncio.Event()

    async def held() -> Workspace:
        await may_open.wait()
        return await opening()

    app._open_workspace = held
    return may_open


def build(
    folder: Path,
    start: Start | None = None,
    preferences: Preferences | None = None,
    script: Script | None = None,
    **means: Any,
) -> tuple[GlmChat, Script, dict[str, Any]]:
    """Make the app, its script, and what it saves; `means` are fields of `Dependencies` to replace."""
    answers = script or Script()
    wanted = preferences or Preferences()
    saved: dict[str, Any] = {}

    async def save_setting(keys: tuple[str, ...], value: Any) -> str:
        saved[".".join(keys)] = value
        return "config.toml"

    async def store_key(provider: str, key: str) -> Endpoint:
        saved["key"] = (provider, key)
        return replace(endpoints[provider])

    endpoints = {
        "wcode": Endpoint("wcode", "http://scripted.invalid/v1", demo=True),
        "other": Endpoint("other", "http://127.0.0.1:9/v1"),
    }

    async def open_workspace() -> Workspace:
        fields: dict[str, Any] = {
            "archive": await Archive.open(folder / "history.db"),
            "endpoints": endpoints,
            "provider": "wcode",
            "model": "z-ai/glm-4.5",
            "demo": lambda: answers,
            "models": {"wcode": [known("z-ai/glm-4.5")]},
            "defaults": Defaults(),
            "presets": list(PRESETS),
            "config_store": ConfigStore(store_key, save_setting=save_setting),
            "preferences": wanted,
        }
        return Workspace(Dependencies(**(fields | means)))

    return GlmChat(open_workspace, wanted, start), answers, saved


@asynccontextmanager
async def staged(
    folder: Path, size: tuple[int, int] = (140, 40), faulty: bool = False, **how: Any
) -> AsyncIterator[Stage]:
    """Run the app that `build` makes; it fails on a fault that the app was told of, unless it is to be `faulty`."""
    app, script, saved = build(folder, **how)
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot, script, saved)
        await stage.until(lambda: app.presenter is not None and app.presenter.ready)
        await pilot.pause()
        yield stage
        assert faulty or not app.faults, list(app.faults)

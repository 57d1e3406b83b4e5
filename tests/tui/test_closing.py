"""Leaving in whatever state the chat is: nothing that may never come is waited for, and what was said is kept.

What is under way here never ends by itself, so a chat that waited for it would never be left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.core.conversation import Message, State
from glmchat.history import Archive
from glmchat.support import tasks
from glmchat.tui.app import GlmChat
from glmchat.tui.screens.compare import CompareScreen
from glmchat.tui.screens.confirm import ConfirmScreen
from glmchat.tui.screens.help import HelpScreen
from glmchat.tui.screens.importing import ImportScreen
from glmchat.tui.screens.key import KeyScreen
from glmchat.tui.screens.models import ModelScreen
from glmchat.tui.screens.report import ReportScreen
from glmchat.workspace import Preferences
from tests.scripted import Script, delta, reply
from tests.tui.stage import Stage, build, hold_the_history, staged
from tests.waiting import until

Busy = Callable[[Stage], Awaitable[object]]


class Silent(Script):
    """Answers as scripted, but says nothing to what it is told to keep silent about."""

    def __init__(self) -> None:
        super().__init__()
        self.lists = self.replies = True
        self.waiting = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not (self.lists if request.method == "GET" else self.replies):
            self.waiting += 1
            await asyncio.Event().wait()
        return await super().handle_async_request(request)


def silent(stage: Stage) -> Silent:
    assert isinstance(stage.script, Silent)
    return stage.script


def never(*pieces: Any) -> list[Any]:
    """A reply that stalls after its first pieces."""
    return [*pieces, asyncio.Event()]


async def shows(stage: Stage, kind: type) -> None:
    await stage.until(lambda: isinstance(stage.app.screen, kind))
    await stage.pilot.pause()


async def nothing(stage: Stage) -> None:
    pass


async def typed(stage: Stage) -> None:
    await stage.type("half a question")


async def before_the_first_token(stage: Stage) -> None:
    silent(stage).replies = False
    stage.app.chat.prompt.put("Go")
    await stage.press("enter")
    await stage.until(lambda: silent(stage).waiting)


async def in_the_thought(stage: Stage) -> None:
    stage.script.scripts = [never(delta(reasoning="Hm."))]
    await stage.begin()
    await stage.until(lambda: "Hm." in stage.screen_text)


async def in_the_answer(stage: Stage) -> None:
    stage.script.scripts = [never(delta(content="Half."))]
    await stage.begin()
    await stage.until(lambda: "Half." in stage.screen_text)


async def answer_now(stage: Stage) -> None:
    await in_the_thought(stage)
    silent(stage).replies = False
    stage.app.run_command("answer-now")


async def answer_now_asked(stage: Stage) -> None:
    await answer_now(stage)
    await stage.until(lambda: silent(stage).waiting)


async def prompts_that_wait(stage: Stage) -> None:
    await in_the_answer(stage)
    stage.app.chat.prompt.put("next")
    await stage.press("enter")


async def a_title(stage: Stage) -> None:
    stage.app.preferences = stage.workspace.shared.preferences = Preferences(titles_by_model=True)
    stage.workspace.current.endpoint = replace(stage.workspace.current.endpoint, demo=False)
    stage.workspace.shared.client = ChatClient(stage.script)
    stage.script.scripts = [reply("Yes."), never()]
    await stage.send("Name this")
    await stage.until(lambda: len(stage.script.bodies) == 2)


async def a_retry(stage: Stage) -> None:
    wrong = {"status": 503, "body": {"error": {"message": "Overloaded"}}, "headers": {"retry-after": "50"}}
    stage.script.scripts = [[wrong]]
    stage.app.chat.prompt.put("Go")
    await stage.press("enter")
    await stage.until(lambda: "Trying again" in stage.screen_text)


async def a_check(stage: Stage) -> None:
    silent(stage).replies = silent(stage).lists = False
    stage.app.run_command("check")
    await shows(stage, ConfirmScreen)
    await stage.press("enter")
    await shows(stage, ReportScreen)
    await stage.until(lambda: silent(stage).waiting)


async def lists_of_models(stage: Stage) -> None:
    silent(stage).lists = False
    await stage.press("ctrl+l")
    await shows(stage, ModelScreen)
    await stage.press("f5")
    await stage.until(lambda: silent(stage).waiting)


async def a_key(stage: Stage) -> None:
    silent(stage).replies = silent(stage).lists = False
    stage.workspace.shared.client = ChatClient(stage.script)
    stage.workspace.endpoints["other"] = Endpoint("other", "https://other.invalid/v1")
    await stage.command("/key other")
    await shows(stage, KeyScreen)
    await stage.press(*"abcdefgh", "enter")
    await stage.until(lambda: silent(stage).waiting)


async def an_export(stage: Stage) -> None:
    async def stalled(*_: Any) -> Any:
        yield "a piece"
        begun.set()
        await asyncio.Event().wait()

    begun = asyncio.Event()
    await stage.send("Export this")
    stage.workspace.sessions.export = stalled  # type: ignore[method-assign, assignment]
    await stage.command(f"/export markdown {stage.presenter.workspace.archive.path}.md")
    await stage.until(begun.is_set)


async def an_import(stage: Stage) -> None:
    async def stalled(*_: Any) -> Any:
        await asyncio.Event().wait()

    stage.workspace.sessions.import_file = stalled  # type: ignore[method-assign, assignment]
    path = Path(f"{stage.workspace.archive.path}.json")
    path.write_text("{}", encoding="utf-8")
    await stage.command(f"/import {path}")
    await shows(stage, ImportScreen)


async def a_comparison(stage: Stage) -> None:
    stage.script.otherwise = never(delta(content="Half."))
    await stage.command("/sweep temperature 0 1 -- How is it?")
    await shows(stage, ConfirmScreen)
    await stage.press("enter")
    await shows(stage, CompareScreen)
    await stage.until(lambda: "Half." in stage.screen_text)


async def a_dialog(stage: Stage) -> None:
    await stage.press("f1")
    await shows(stage, HelpScreen)


async def a_thread_that_never_ends(stage: Stage) -> None:
    asyncio.get_running_loop().set_default_executor(tasks.DaemonThreads())
    stage.app.spawn(asyncio.to_thread(__import__("threading").Event().wait))
    await stage.pilot.pause()


async def a_handler_that_never_ends(stage: Stage) -> None:
    begun = asyncio.Event()

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    stage.app.chat.header.call_later(wait)
    await begun.wait()


async def saving_that_was_begun(stage: Stage) -> None:
    await stage.send("One")
    stage.workspace.tuning.set_value("temperature", 1.5)


STATES: dict[Busy, list[tuple[str, State]]] = {
    nothing: [], typed: [], a_check: [], lists_of_models: [], a_key: [], an_import: [], a_dialog: [],
    a_thread_that_never_ends: [], a_handler_that_never_ends: [],
    before_the_first_token: [("Go", State.COMPLETE), ("", State.STOPPED)],
    in_the_thought: [("Go", State.COMPLETE), ("", State.STOPPED)],
    in_the_answer: [("Go", State.COMPLETE), ("Half.", State.STOPPED)],
    answer_now: [("Go", State.COMPLETE), ("", State.STOPPED)],
    answer_now_asked: [("Go", State.COMPLETE), ("", State.STOPPED)],
    prompts_that_wait: [("Go", State.COMPLETE), ("Half.", State.STOPPED)],
    a_title: [("Name this", State.COMPLETE), ("Yes.", State.COMPLETE)],
    a_retry: [("Go", State.COMPLETE), ("", State.STOPPED)],
    an_export: [("Export this", State.COMPLETE), ("Yes.", State.COMPLETE)],
    a_comparison: [("How is it?", State.COMPLETE), ("Half.", State.STOPPED)],
    saving_that_was_begun: [("One", State.COMPLETE), ("Yes.", State.COMPLETE)],
}  # fmt: skip


async def kept(folder: Path) -> list[Message]:
    """The branch that is read in the newest session."""
    archive = await Archive.open(folder / "history.db")
    newest = await archive.newest()
    conversation = None if newest is None else (await archive.load(newest))[1]
    messages = [] if conversation is None else [conversation.loaded[node.id] for node in conversation.path()]
    await archive.close()
    return messages


@pytest.mark.parametrize("how", ["leave", "interrupt"])
@pytest.mark.parametrize("busy", STATES, ids=lambda each: each.__name__)
async def test_the_chat_is_left_at_once_and_what_was_said_is_kept(
    tmp_path: Path, busy: Busy, how: str
) -> None:
    async with staged(tmp_path, script=Silent()) as stage:
        await busy(stage)
        if how == "leave":
            stage.app.run_command("quit")
        else:
            stage.app.interrupt()
        await until(lambda: not stage.app.is_running)
    found = [(message.content, message.state) for message in await kept(tmp_path)]
    assert found == STATES[busy]


async def test_a_thought_that_was_to_end_as_the_chat_did_is_a_stopped_reply(tmp_path: Path) -> None:
    async with staged(tmp_path, script=Silent()) as stage:
        await answer_now(stage)
        await stage.app.leave()
    (_, message) = await kept(tmp_path)
    assert (message.reasoning, message.attempt) == ("Hm.", False)


async def test_what_was_tuned_last_is_kept(tmp_path: Path) -> None:
    async with staged(tmp_path, script=Silent()) as stage:
        await saving_that_was_begun(stage)
        id = stage.workspace.current.id
        await stage.app.leave()
    archive = await Archive.open(tmp_path / "history.db")
    record, _ = await archive.load(id)
    await archive.close()
    assert record.values == {"temperature": 1.5}


async def test_an_export_that_is_cut_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    async with staged(tmp_path, script=Silent()) as stage:
        await an_export(stage)
        await stage.app.leave()
    assert [
        path.name for path in tmp_path.iterdir() if "history.db" not in path.name or ".md" in path.name
    ] == []


async def test_the_chat_is_left_before_the_history_is_open(tmp_path: Path) -> None:
    app, _, _ = build(tmp_path)

    async def stalled() -> Any:
        await asyncio.Event().wait()

    app._open_workspace = stalled
    async with app.run_test() as pilot:
        await pilot.pause()
        await GlmChat.leave(app)
        await until(lambda: not app.is_running)


async def test_what_is_typed_before_the_history_is_open_is_kept_as_a_draft(tmp_path: Path) -> None:
    app, _, _ = build(tmp_path)
    opened = hold_the_history(app)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(*"zebra")
        app.interrupt()
        await pilot.pause()
        opened.set()
        await until(lambda: not app.is_running)
    archive = await Archive.open(tmp_path / "history.db")
    draft = await archive.drafts.get(None)
    await archive.close()
    assert draft == "zebra"

"""A fault of ours, wherever it arises, is told in one sentence, and the chat goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from glmchat.tui.app import GlmChat
from glmchat.tui.commands.actions import view
from glmchat.tui.platform.boundary import words
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.screens.report import ReportScreen
from glmchat.tui.widgets.bars.footer import Footer
from glmchat.tui.widgets.bars.header import Header
from glmchat.tui.widgets.bars.notice import Notice
from glmchat.tui.widgets.prompt.prompt import Prompt
from glmchat.tui.widgets.text_view.item import Item
from glmchat.tui.widgets.transcript import Transcript
from tests.tui.stage import Stage, staged

TOLD = "Something went wrong inside glmchat"
Breaking = Callable[[Stage, pytest.MonkeyPatch], Awaitable[object]]


class Broken(Exception):
    """What is thrown here."""


def boom(*_: Any, **__: Any) -> Any:
    raise Broken("on purpose")


async def boom_later(*_: Any, **__: Any) -> Any:
    await asyncio.sleep(0)
    raise Broken("on purpose")


class Bad(Widget):
    """Fails when it is mounted, and whenever it is drawn."""

    def on_mount(self) -> None:
        boom()

    def render(self) -> str:
        return str(boom())


class BadScreen(Screen[None]):
    """Fails when it is opened."""

    BINDINGS = [("escape", "dismiss", "Close")]  # noqa: RUF012

    def on_mount(self) -> None:
        boom()


class Unmade(Dialog[None]):
    """Has nothing to show."""

    def __init__(self) -> None:
        super().__init__("Unmade")

    def compose(self) -> ComposeResult:
        boom()
        yield Widget()


async def in_an_action(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(view, "page_up", boom)
    await stage.press("pageup")


async def in_an_action_that_takes_time(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(view, "page_up", boom_later)
    await stage.press("pageup")


async def in_an_action_of_a_widget(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Transcript, "action_scroll_pages", boom)
    stage.app.chat.transcript.focus()
    await stage.press("pageup")
    stage.app.chat.prompt.focus()


async def in_a_handler_of_the_app(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(GlmChat, "run_command", boom)
    foot = stage.screen_text.rstrip("\n").rsplit("\n", 1)[1]
    await stage.pilot.click("#footer", offset=(foot.index("F3") + 1, 0))
    patch.undo()


async def in_a_handler_of_a_widget(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Prompt, "on_key", boom)
    await stage.press("x")
    patch.undo()


async def in_a_widget_that_is_mounted(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    await stage.app.chat.middle.mount(Bad())


async def in_a_screen_that_opens(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.push_screen(BadScreen())
    await stage.press("escape")


async def in_a_dialog_without_content(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.push_screen(Unmade())
    await stage.press("escape")


async def in_a_timer(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.set_interval(0.001, boom)


async def in_a_callback(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.chat.prompt.call_later(boom)
    stage.app.call_next(boom)
    stage.app.call_after_refresh(boom)


async def in_the_event_loop(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    asyncio.get_running_loop().call_later(0.0, boom)


async def in_a_worker(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.run_worker(boom_later())


async def in_work_beside_the_screen(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    stage.app.spawn(boom_later())


async def in_a_drawing(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Footer, "render", boom)
    stage.app.chat.footer.refresh()


async def in_a_line_of_a_drawing(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Transcript, "render_line", boom)
    stage.app.chat.transcript.refresh()


async def in_the_size_of_a_widget(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Prompt, "get_content_height", boom)
    stage.app.chat.prompt.refresh(layout=True)


async def in_a_frame(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Item, "settle", boom)
    stage.app.chat.transcript.repaint()
    await stage.until(lambda: stage.app.chat.transcript.clock.idle)


async def in_what_is_shown_of_a_change(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Header, "show", boom)
    stage.presenter.facts_changed()


async def in_putting_the_screen_together(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stage.app.chat._compositor, "render_partial_update", boom)
    stage.app.chat.footer.refresh()
    await stage.pilot.pause()
    patch.undo()


FAULTS: list[Breaking] = [
    each for name, each in sorted(globals().items()) if name.startswith("in_") and callable(each)
]


@pytest.mark.parametrize("break_it", FAULTS, ids=lambda each: each.__name__)
async def test_a_fault_is_told_and_the_chat_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, break_it: Breaking
) -> None:
    async with staged(tmp_path, faulty=True) as stage:
        await stage.send("Before")
        await break_it(stage, monkeypatch)
        await stage.until(lambda: TOLD in stage.notices)
        assert "Broken: on purpose" in stage.notices
        await stage.send("After")
        assert [message.content for message in stage.messages()] == ["Before", "Yes.", "After", "Yes."]
        assert stage.app.is_running
        await stage.type("typed")
        assert stage.prompt == "typed"


async def test_what_cannot_be_drawn_is_blank_and_all_else_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, faulty=True) as stage:
        await stage.send("Before")
        assert "thinking" in stage.screen_text.splitlines()[0]
        monkeypatch.setattr(Header, "render", boom)
        monkeypatch.setattr(Header, "render_line", boom)
        await stage.pilot.resize_terminal(110, 40)
        await stage.until(lambda: TOLD in stage.screen_text)
        assert not stage.screen_text.splitlines()[0].strip()
        assert "Before" in stage.screen_text


async def test_a_fault_that_comes_again_and_again_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, faulty=True) as stage:
        said: list[str] = []
        monkeypatch.setattr(Notice, "say", lambda self, sentence, severity: said.append(sentence))
        monkeypatch.setattr(Footer, "render", boom)
        for _ in range(20):
            stage.app.chat.footer.refresh()
            await stage.pilot.pause()
        assert said == [words(Broken("on purpose"))]


async def test_a_fault_in_telling_of_a_fault_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(tmp_path, faulty=True) as stage:
        monkeypatch.setattr(Notice, "render", boom)
        monkeypatch.setattr(Notice, "say", boom)
        stage.app.failed(Broken("on purpose"))
        await stage.send("After")
        assert stage.messages()[-1].content == "Yes."


async def test_a_fault_over_a_dialog_is_told_where_it_is_seen(tmp_path: Path) -> None:
    async with staged(tmp_path, faulty=True) as stage:
        stage.app.push_screen(ReportScreen("Title", "Text"))
        await stage.pilot.pause()
        stage.app.set_timer(0.001, boom)
        await stage.until(lambda: TOLD in stage.screen_text)


class NoText(Exception):
    """Has a text that cannot be made."""

    def __str__(self) -> str:
        return str(boom())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError(1), f"{TOLD} (KeyError: 1)."),
        (RecursionError(), f"{TOLD} (RecursionError)."),
        (NoText(), f"{TOLD} (NoText)."),
        (ValueError("two\nlines\x1b[31m"), f"{TOLD} (ValueError: two lines␛[31m)."),
    ],
)
def test_a_fault_is_one_sentence(error: Exception, told: str) -> None:
    assert words(error) == told


def test_a_long_fault_is_cut() -> None:
    assert len(words(ValueError("x" * 10_000))) < 300

"""Copying what is selected, wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.tui.app import Start
from glmchat.tui.platform import terminal
from glmchat.tui.widgets.text_view.selection import Point, Selection
from tests.tui.stage import staged
from tests.tui.test_finding import long_session


async def test_a_selection_is_copied_whole_over_messages_that_were_never_in_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    async def copy(app: object, text: str, what: str) -> str:
        copied.append(text)
        return f"{what} is copied."

    monkeypatch.setattr(terminal, "copy", copy)
    id = await long_session(tmp_path, 300)
    async with staged(tmp_path, start=Start(resume=id)) as stage:
        transcript = stage.app.chat.transcript
        await stage.until(lambda: transcript.item_layout.items[-1].ready)
        last = len(transcript.item_layout.items) - 1
        transcript.selection.range = Selection(Point(last, len("Message 299")))
        transcript.selection.range.end = Point(0, 0)
        assert len(transcript.selection.missing()) > 200
        await stage.press("ctrl+c")
        await stage.until(lambda: copied)
        parts = copied[0].split("\n\n")
        assert [part.split()[1] for part in parts] == [str(number) for number in range(300)]
        assert parts[-1] == "Message 299" and transcript.selection.range is None


async def test_what_is_selected_is_quoted_else_the_whole_message(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello")
        transcript = stage.app.chat.transcript
        await stage.press("tab", "shift+up", "q")
        assert stage.prompt == "> Yes.\n\n"
        stage.app.chat.prompt.put("")
        transcript.focus()
        transcript.selection.range = Selection(Point(1, 0))
        transcript.selection.range.end = Point(1, 3)
        await stage.press("q")
        assert stage.prompt == "> Yes\n\n"

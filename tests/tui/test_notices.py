"""Notices: one at a time, in a row of their own above the prompt, and a log of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.tui.widgets.bars.notice import NoticeLog
from tests.scripted import reply
from tests.tui.stage import staged


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16)])
async def test_a_notice_covers_nothing_and_stands_above_the_prompt(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with staged(tmp_path, size=size) as stage:
        stage.script.scripts.append(reply("\n\n".join(f"line {number}" for number in range(60))))
        await stage.send("Hi")
        stage.app.say("One sentence. " * 20)
        await stage.until(lambda: "One sentence." in stage.screen_text)
        await stage.pilot.pause()
        transcript, notice, prompt = stage.app.chat.transcript, stage.app.chat.notice, stage.app.chat.prompt
        assert transcript.region.bottom <= notice.region.y
        assert notice.region.bottom == prompt.region.y
        assert "line 59" in stage.screen_text


async def test_what_is_read_does_not_move_where_a_notice_takes_one_row(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hi")
        before = stage.app.chat.transcript.region
        stage.app.say("Short.")
        await stage.until(lambda: "Short." in stage.screen_text)
        assert stage.app.chat.transcript.region == before
        stage.app.chat.notice.dismiss()
        await stage.pilot.pause()
        assert stage.app.chat.transcript.region == before


async def test_the_newest_replaces_the_one_before_which_is_counted_and_logged(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.say("The first.", "warning")
        stage.app.say("The [second].")
        assert stage.notices == "The [second].  (1 more: /notices)"
        stage.app.say("The [second].")
        assert stage.notices == "The [second].  (1 more: /notices)"
        await stage.command("/notices")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        await stage.until(lambda: "The first." in stage.screen_text)
        text = stage.screen_text
        assert text.index("The [second].") < text.index("! The first.")
        assert "copy" not in text and "text" not in text


async def test_information_is_stale_once_a_reply_begins_and_a_warning_is_not(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.app.say("Just so.")
        await stage.send("Hi")
        assert stage.notices == ""
        stage.app.say("Take care.", "warning")
        await stage.send("Hi")
        assert stage.notices == "! Take care."


async def test_what_a_dialog_shows_stands_above_the_prompt_once_it_is_closed(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/notices")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        stage.app.say("Told over a dialog.")
        await stage.until(lambda: "Told over a dialog." in stage.screen_text)
        await stage.press("escape")
        await stage.until(lambda: len(stage.app.screen_stack) == 1)
        assert stage.notices == "Told over a dialog."


def test_the_log_is_bounded_and_keeps_a_repeated_sentence_once() -> None:
    log = NoticeLog()
    for number in range(1000):
        log.add(f"{number}\x1b[31m", "information")
        log.add(f"{number}\x1b[31m", "information")
    assert len(log.page()) == 200
    assert "999␛[31m" in log.page()[0]

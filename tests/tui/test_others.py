"""What another glmchat says in the session that is on the screen comes into view, and moves nobody who reads."""

from __future__ import annotations

from pathlib import Path

from glmchat.core.conversation import Message, Role, new_id
from glmchat.history import Archive
from tests.scripted import reply
from tests.tui.stage import Stage, staged


async def say_elsewhere(stage: Stage, folder: Path, *texts: str) -> None:
    """Write messages after the end of the session as another process does."""
    archive = await Archive.open(folder / "history.db")
    parent = stage.workspace.current.conversation.leaf_id
    for number, text in enumerate(texts):
        message = Message(new_id(), parent, Role.ASSISTANT if number % 2 else Role.USER, text)
        await archive.save(stage.workspace.current.id, message)
        parent = message.id
    await archive.close()


async def test_a_reader_at_the_end_sees_what_comes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello.")
        await stage.workspace.settle()
        await say_elsewhere(stage, tmp_path, "From there.", "An answer there.")
        await stage.until(lambda: "An answer there." in stage.screen_text)
        assert "From there." in stage.screen_text


async def test_a_reader_further_up_stays_where_he_is(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.script.scripts.append(reply(*(f"line {number}\n\n" for number in range(100))))
        await stage.send("Hello.")
        await stage.workspace.settle()
        transcript = stage.app.chat.transcript
        transcript.action_scroll_home()
        await stage.pilot.pause()
        before = transcript.scroll_offset.y, transcript.item_layout.reading_place()
        await say_elsewhere(stage, tmp_path, "From there.", "An answer there.")
        await stage.until(lambda: len(stage.messages()) == 4)
        await stage.pilot.pause()
        assert (transcript.scroll_offset.y, transcript.item_layout.reading_place()) == before
        assert not transcript.item_layout.following

"""Finding words in a conversation of any length."""

from __future__ import annotations

from pathlib import Path

from glmchat.core.conversation import Message, Role, new_id
from glmchat.history import Archive, Session
from glmchat.tui.app import Start
from tests.tui.stage import staged


async def long_session(folder: Path, count: int) -> int:
    """Put a session into the history; every seventh message speaks of a needle."""
    archive = await Archive.open(folder / "history.db")
    session = Session(title="Long")
    archive.create(session)
    last: int | None = None
    for number in range(count):
        text = f"Message {number} " + ("has a Needle." if number % 7 == 0 else "has hay.")
        message = Message(new_id(), last, Role.ASSISTANT if number % 2 else Role.USER, text)
        await archive.save(session.id, message, synced=False)
        last = message.id
    await archive.close()
    return session.id


async def test_words_are_found_in_texts_that_were_never_in_view_and_these_are_not_kept(
    tmp_path: Path,
) -> None:
    id = await long_session(tmp_path, 700)
    async with staged(tmp_path, start=Start(resume=id)) as stage:
        conversation = stage.workspace.current.conversation
        before = len(conversation.loaded)
        assert before < 100
        await stage.press("ctrl+f")
        await stage.until(lambda: stage.app.screen.query("FindBar"))
        await stage.press(*"needle")
        await stage.until(lambda: "100 of 100" in stage.screen_text)
        await stage.press("enter")
        await stage.until(
            lambda: "1 of 100" in stage.screen_text and "Message 0 has a Needle" in stage.screen_text
        )
        await stage.press("escape")
        await stage.until(lambda: not stage.app.screen.query("FindBar"))
        assert len(conversation.loaded) < before + 100


async def test_the_words_typed_last_are_those_that_are_looked_for(tmp_path: Path) -> None:
    id = await long_session(tmp_path, 300)
    async with staged(tmp_path, start=Start(resume=id)) as stage:
        await stage.press("ctrl+f")
        await stage.until(lambda: stage.app.screen.query("FindBar"))
        await stage.press(*"message", "space", *"299")
        await stage.until(lambda: "1 of 1" in stage.screen_text)

"""What a reply was asked with: told above it, shown under it, compared with now, used again."""

from __future__ import annotations

from pathlib import Path

from glmchat.core.conversation import Message, Role
from glmchat.workspace import provenance
from tests.tui.stage import Stage, staged

SIZE = (160, 45)


async def two_replies(stage: Stage) -> None:
    """Two replies between which the temperature and the thinking change."""
    stage.workspace.tuning.set_value("temperature", 0.6)
    await stage.send("First")
    stage.workspace.tuning.set_value("temperature", 1.2)
    stage.workspace.tuning.set_value("reasoning", False)
    await stage.send("Second")


def test_the_line_tells_what_was_sent_and_what_of_the_most_telling_was_not() -> None:
    line = provenance.chip_line({"temperature": 1.2, "reasoning": True})
    assert line == "temperature 1.20 · top_p not sent · thinking on"
    assert provenance.chip_line({"stop": ["\x1b[31m" + "x" * 90]}).count("\x1b") == 0


def test_a_change_of_model_provider_and_system_prompt_is_told() -> None:
    before = Message(
        1, None, Role.ASSISTANT, settings={"top_k": 3}, model="a", provider="p", system="Be kind."
    )
    after = Message(2, 1, Role.ASSISTANT, settings={}, model="b", provider="q")
    words = "top_k 3 → not sent · model a → b · provider p → q · no system prompt any more"
    assert provenance.change_line(before, after) == words
    assert provenance.change_line(before, before) == ""
    assert provenance.change_line(Message(1, None, Role.ASSISTANT), after) == ""


async def test_a_line_between_two_replies_tells_what_changed(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await two_replies(stage)
        lines = stage.screen_text.splitlines()
        place = next(
            at for at, line in enumerate(lines) if "temperature 0.60 → 1.20 · thinking not sent → off" in line
        )
        assert any("Second" in line for line in lines[:place])
        assert stage.screen_text.count(" → ") == 2


async def test_nothing_stands_between_replies_that_were_asked_alike(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await stage.send("First")
        await stage.send("Second")
        assert "→" not in stage.screen_text


async def test_the_line_is_there_also_when_the_conversation_is_opened_again(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await two_replies(stage)
        session = stage.workspace.current.id
    async with staged(tmp_path, SIZE) as stage:
        await stage.workspace.sessions.open(session)
        await stage.until(lambda: "temperature 0.60 → 1.20" in stage.screen_text)


async def test_settings_are_shown_on_demand_and_go_away_again(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await two_replies(stage)
        words = "Asked with temperature 1.20 · top_p not sent · thinking off"
        assert words not in stage.screen_text
        await stage.command("/settings")
        await stage.until(lambda: words in stage.screen_text)
        await stage.command("/settings")
        await stage.until(lambda: words not in stage.screen_text)


async def test_keys_on_a_selected_reply_show_compare_and_use_its_settings(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await two_replies(stage)
        transcript = stage.app.chat.transcript
        transcript.focus()
        transcript.select_message(stage.messages()[1].id)
        await stage.press("i")
        await stage.until(lambda: "Asked with temperature 0.60" in stage.screen_text)
        await stage.press("d")
        await stage.until(
            lambda: "Since then: temperature 0.60 → 1.20 · thinking not sent → off" in stage.screen_text
        )
        await stage.press("v")
        await stage.until(lambda: stage.workspace.current.values.plain() == {"temperature": 0.6})
        assert "From the next request on" in stage.notices
        await stage.press("d")
        await stage.until(lambda: "The next request is asked in the same way." in stage.screen_text)
        stage.workspace.tuning.undo()
        assert stage.workspace.current.values.plain() == {"temperature": 1.2, "reasoning": False}


async def test_the_words_under_a_reply_can_be_clicked(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await two_replies(stage)
        await _click(stage, "Settings")
        await stage.until(lambda: "Asked with temperature 1.20" in stage.screen_text)
        stage.workspace.tuning.set_value("temperature", 0.1)
        await _click(stage, "What differs from now")
        await stage.until(lambda: "Since then: temperature 1.20 → 0.10" in stage.screen_text)
        stage.workspace.tuning.set_value("temperature", 0.2)
        await stage.until(lambda: "Since then: temperature 1.20 → 0.20" in stage.screen_text)
        await _click(stage, "Use these again")
        await stage.until(lambda: stage.workspace.current.values.get("temperature") == 1.2)
        await stage.until(lambda: "Since then" not in stage.screen_text)


async def _click(stage: Stage, words: str) -> None:
    """Click on words of the conversation."""
    lines = stage.screen_text.splitlines()
    y = max(at for at, line in enumerate(lines) if words in line)
    await stage.pilot.click(offset=(lines[y].index(words) + 1, y))
    await stage.pilot.pause()


async def test_what_nobody_knows_is_said_to_be_unknown(tmp_path: Path) -> None:
    async with staged(tmp_path, SIZE) as stage:
        await stage.command("/settings")
        await stage.until(lambda: "There is no reply yet." in stage.notices)

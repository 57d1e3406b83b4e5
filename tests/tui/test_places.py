"""How one gets to the panes: F2 and F3, Alt+1 to 3, Tab, arrows; and how many there is room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.tui.platform.input.decoder import Decoder
from glmchat.tui.platform.input.tokens import Key
from tests.tui.stage import staged


async def test_f2_and_f3_go_to_their_pane_and_fold_it_from_there(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        chat = stage.app.chat
        await stage.press("f2")
        assert chat.sessions.has_focus
        await stage.press("f3")
        assert chat.focused is not None and chat.side in chat.focused.ancestors
        assert chat.sessions.display
        await stage.press("f3")
        assert not chat.side.display
        assert chat.prompt.has_focus
        await stage.press("f3")
        assert chat.side.display


async def test_alt_and_a_number_go_to_the_panes(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        chat = stage.app.chat
        await stage.send("Hello")
        await stage.press("alt+1")
        assert chat.sessions.has_focus
        await stage.press("alt+2")
        assert chat.transcript.has_focus
        await stage.press("alt+3")
        assert chat.focused is not None and chat.side in chat.focused.ancestors
        await stage.press("alt+2", "alt+2")
        assert chat.prompt.has_focus
        assert stage.prompt == ""


@pytest.mark.parametrize("digit", ["1", "2", "3"])
def test_escape_and_a_digit_are_a_key_and_no_sign(digit: str) -> None:
    assert Decoder().feed(f"\x1b{digit}".encode(), 0.0) == [Key(f"alt+{digit}", None)]


async def test_tab_reaches_the_sliders_in_two_steps_however_many_buttons_there_are(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        chat = stage.app.chat
        await stage.send("Hello")
        await stage.press("tab")
        assert chat.transcript.has_focus
        await stage.press("tab")
        assert chat.focused is not None and chat.side in chat.focused.ancestors


async def test_arrows_walk_a_row_of_buttons_and_enter_presses_one(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.send("Hello")
        await stage.until(lambda: "Fork" in stage.screen_text)
        await stage.press("tab", *["right"] * 20, *["left"] * 20, "right", "right")
        await stage.press("enter")
        await stage.until(lambda: type(stage.app.screen).__name__ == "EditorScreen")


@pytest.mark.parametrize("width", [60, 99, 100, 129, 130, 200])
async def test_the_conversation_has_sixty_cells_and_one_side_where_both_do_not_fit(
    width: int, tmp_path: Path
) -> None:
    async with staged(tmp_path, size=(width, 30)) as stage:
        chat = stage.app.chat
        assert chat.middle.size.width >= 60
        shown = [pane for pane in (chat.sessions, chat.side) if pane.display]
        assert len(shown) == (0 if width < 100 else 1 if width < 130 else 2)
        if width >= 100:
            await stage.press("f2")
            assert chat.sessions.has_focus and chat.middle.size.width >= 60
            await stage.press("f3")
            assert chat.side.display and chat.middle.size.width >= 60

"""What was drawn of a screen leaves memory with it."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from glmchat.tui.screens.help import HelpScreen
from tests.tui.stage import staged


async def test_the_lines_of_a_closed_screen_are_let_go(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.press("f1")
        await stage.until(lambda: isinstance(stage.app.screen, HelpScreen))
        drawn = [weakref.ref(each._styles_cache) for each in stage.app.screen.query("*")]
        assert drawn
        await stage.press("escape")
        await stage.until(lambda: stage.app.screen is stage.app.chat)
        await stage.until(lambda: gc.collect() is None or not any(each() for each in drawn))

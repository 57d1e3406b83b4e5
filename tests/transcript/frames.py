"""Waiting for the frames of a view that draws by lines."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from glmchat.tui.widgets.text_view import TextView
from tests.waiting import until


async def drawn(pilot: Pilot[Any], *views: TextView) -> None:
    """Wait until every frame of these views is drawn, and fail where they never come to rest."""
    await pilot.pause()
    await until(
        lambda: all(view.clock.idle for view in views),
        lambda: "Frames are still due.",
        lambda: pilot.pause(0.005),
    )
    await pilot.pause()

"""Notices when a theme file is saved, and shows it anew where it is the one in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from glmchat.tui.theming import themes
from glmchat.tui.theming.shown_theme import ShownTheme

INTERVAL_S = 1.0


class ThemeWatch:
    """Looks at the theme files once a second, off the event loop."""

    def __init__(self, shown: ShownTheme, say: Callable[[str, str], None], folders: list[Path]) -> None:
        self.shown = shown
        self.say = say
        self.folders = folders
        self._stamps: dict[Path, int] = {}

    async def run(self) -> None:
        """Watch until cancelled."""
        self._stamps = await asyncio.to_thread(themes.stamps, self.folders)
        while True:
            await asyncio.sleep(INTERVAL_S)
            await self.look()

    async def look(self) -> None:
        """Look once, and take what was saved since."""
        now = await asyncio.to_thread(themes.stamps, self.folders)
        saved = [path for path, stamp in now.items() if self._stamps.get(path) != stamp]
        self._stamps = now
        for path in saved:
            try:
                theme = await asyncio.to_thread(themes.read, path)
            except themes.ThemeRefused as error:
                self.say(f"{error} The theme stays as it was.", "warning")
                continue
            if theme.name == self.shown.name:
                self.shown.show(theme)

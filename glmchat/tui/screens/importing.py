"""An import while it goes on, and what became of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.history.formats.values import ImportRefused, ImportReport
from glmchat.history.problems import ArchiveError
from glmchat.support.text import counted, safe, safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.text_line import Line
from glmchat.workspace import Workspace
from glmchat.workspace.slash.imports import outcome

_BAR = 40


class ImportScreen(Dialog[None]):
    """Imports a file from the moment it is shown; closed before the end, nothing of the file stays."""

    KEYS = "Esc cancels, and nothing of the file is imported."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "close_ended", "Close", show=False)]

    def __init__(self, workspace: Workspace, path: Path) -> None:
        super().__init__(f"Import {path.name}")
        self._workspace = workspace
        self._path = path
        self._bar = Line("")
        self._said = Line("Reading …")
        self._ended = False
        self._importing: asyncio.Task[None] | None = None

    def compose(self) -> ComposeResult:
        """A bar, and what was found so far."""
        yield self.box(self._bar, self._said)

    def on_mount(self) -> None:
        """Begin."""
        self._importing = self._workspace.spawn(self._run())

    def on_unmount(self) -> None:
        """End what still runs: half an import is none."""
        if self._importing is not None:
            self._importing.cancel()

    def action_close_ended(self) -> None:
        """Close it where the import has ended; Enter ends none."""
        if self._ended:
            self.dismiss(None)

    async def _run(self) -> None:
        try:
            report = await self._workspace.sessions.import_file(self._path, self._progress)
        except (ImportRefused, ArchiveError) as error:
            self._end(safe(str(error)), error=True)
        except OSError as error:
            self._end(f"{safe_line(str(self._path))} cannot be read: {error.strerror or error}.", error=True)
        else:
            self._progress(report)
            self._end(outcome(report), error=report.in_vain)

    def _progress(self, report: ImportReport) -> None:
        done = round(report.fraction * _BAR)
        self._bar.put("█" * done + "░" * (_BAR - done) + f"  {report.fraction:.0%}  {report.source}")
        self._said.put(f"{counted(report.sessions, 'session')}, {counted(report.messages, 'message')}")

    def _end(self, said: str, error: bool = False) -> None:
        self._ended = True
        self._said.put(said, error)
        self.query_one("#keys", Line).put("Enter or Esc closes.")

"""What the screens have in common that take the chat's place for a while: a title, keys to click, notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from glmchat.tui.widgets.bars.line import CommandRequested, Part, PartLine
from glmchat.tui.widgets.bars.notice import Notice
from glmchat.workspace import Workspace
from glmchat.workspace.changes import Change, Noticed

T = TypeVar("T")


class FullScreen(Screen[T]):
    """A screen over the chat that is told of every change; gives None where it is closed without an answer.

    Clicks on the parts of its lines run the screen's own actions.
    """

    DEFAULT_CSS = """
    FullScreen { layers: base popup; }
    FullScreen ScrollView {
        scrollbar-background: $background; scrollbar-background-hover: $background;
        scrollbar-background-active: $background; scrollbar-corner-color: $background;
        scrollbar-color: $thumb; scrollbar-color-hover: $text-muted; scrollbar-color-active: $text-accent;
    }
    FullScreen > #title { height: 1; background: $panel; padding: 0 1; }
    FullScreen > #keys { dock: bottom; height: 1; background: $surface; padding: 0 1; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "close", "Close", show=False, priority=True),
        Binding("f1", "app.command('help')", "Help", show=False),
    ]

    class Failed(Message):
        """A change could not be shown."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, workspace: Workspace | None = None) -> None:
        super().__init__()
        self._watched_workspace = workspace
        self.title_line = PartLine("title")
        self.keys_line = PartLine("keys")
        self.notice = Notice()
        self._unwatch: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Be told of every change, where a workspace was given."""
        if self._watched_workspace is not None:
            self._unwatch = self._watched_workspace.watch(self._watched)

    def on_unmount(self) -> None:
        """Be told no more; what runs goes on."""
        self._unwatch()

    def _watched(self, change: Change) -> None:
        """Show a change; a fault in showing it must not reach the reply that it is about."""
        try:
            self.take(change)
        except Exception as error:
            self.post_message(self.Failed(error))

    def put_keys(self, keys: Sequence[tuple[str, str, str]]) -> None:
        """Show keys as (key, word, action); those that stand later go first where the line is too narrow."""
        parts = [
            Part(f"{key} {word}", "$text-muted", action, rank)
            for rank, (key, word, action) in enumerate(keys)
        ]
        self.keys_line.put(parts, [])

    def on_command_requested(self, event: CommandRequested) -> None:
        """A part of a line was clicked: run the action it names."""
        event.stop()
        self.call_later(self.run_action, event.name)

    def take(self, change: Change) -> None:
        """Show a change of the workspace; what it says to the person is said here, where it can be seen."""
        if isinstance(change, Noticed):
            self.notice.say(change.sentence, change.severity)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

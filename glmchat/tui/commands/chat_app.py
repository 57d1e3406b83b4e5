"""What the commands use of the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from glmchat.tui.port import Host

if TYPE_CHECKING:
    from textual.screen import Screen

    from glmchat.tui.commands.command import Work
    from glmchat.tui.platform.terminal_clipboard import TerminalClipboard
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.theming.shown_theme import ShownTheme
    from glmchat.tui.widgets.bars.notice import NoticeLog

P = ParamSpec("P")
T = TypeVar("T")


class ChatApp(Host, Protocol):
    """The app as the commands use it; `presenter` is there once the workspace is open."""

    presenter: Presenter | None
    interrupted: float
    notices: NoticeLog
    themes: ShownTheme
    terminal_clipboard: TerminalClipboard

    @property
    def screen(self) -> Screen[Any]:
        """The screen that is on top."""

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """The screens that are open, the one on top last."""

    def perform(
        self, function: Callable[Concatenate[ChatApp, P], Work | None], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """Call a command's function with this app; what it refuses is told."""

    def perform_when_open(
        self, function: Callable[Concatenate[ChatApp, P], Work | None], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """The same, as soon as the workspace is open."""

    def run_command(self, name: str, argument: str = "") -> None:
        """Carry out a command of the registry."""

    async def ask(self, screen: Screen[T]) -> T | None:
        """Open a screen and wait for what it gives back; None where it was closed without."""

    def push_screen(self, screen: Screen[None]) -> Any:
        """Open a screen."""

    def open_url(self, url: str) -> None:
        """Open an address outside."""

    def action_suspend_process(self) -> None:
        """Go back to the shell."""

    async def leave(self) -> None:
        """Keep what is typed, stop what runs, and go."""

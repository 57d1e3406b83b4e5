"""The app: wiring only. It opens the workspace after the first frame, and carries out commands."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, NamedTuple, ParamSpec, TypeVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen

from glmchat.support import signals, tasks
from glmchat.tui.commands.chat_app import ChatApp
from glmchat.tui.commands.command import Group, Work
from glmchat.tui.commands.dispatch import call, is_open
from glmchat.tui.commands.registry import BY_NAME, keymap
from glmchat.tui.platform import few_colors, gc_tuning, terminal
from glmchat.tui.platform.boundary import Boundary
from glmchat.tui.platform.input_queue import Inputs
from glmchat.tui.platform.line_filter import SIEVE
from glmchat.tui.platform.pictures import Pictures
from glmchat.tui.platform.terminal_clipboard import TerminalClipboard
from glmchat.tui.screens.chat import ChatScreen
from glmchat.tui.theming import themes
from glmchat.tui.theming.shown_theme import ShownTheme
from glmchat.tui.widgets.bars.notice import Notice, NoticeLog

if TYPE_CHECKING:
    from glmchat.core.preferences import Preferences
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.screens.full import FullScreen
    from glmchat.tui.widgets.bars.line import CommandRequested
    from glmchat.tui.widgets.text_view import events as text_view
    from glmchat.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")

# Until then what the first request needs has been made as well.
WARM_S = 3.0
# How long leaving waits for work that was cancelled.
MOMENT_S = 0.25
# How long it waits for a history that is being opened, where something was typed.
OPENING_S = 5.0


@dataclass(frozen=True, slots=True)
class Start:
    """What the command line asked for: a session to resume, the newest one, or one that leaves no trace.

    `notices` are sentences to tell once the screen is there.
    """

    resume: int | None = None
    newest: bool = False
    incognito: bool = False
    notices: tuple[str, ...] = ()


class GlmChat(Boundary, inherit_bindings=False):
    """The chat on the screen; `open_workspace` is awaited after the first frame."""

    TITLE = "glmchat"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        open_workspace: Callable[[], Awaitable[Workspace]],
        preferences: Preferences,
        start: Start | None = None,
    ) -> None:
        super().__init__(driver_class=terminal.driver_class())
        self.preferences = preferences
        self.start = start or Start()
        self.keymap = keymap(preferences.keys)
        self.presenter: Presenter | None = None
        self.notices = NoticeLog()
        self.interrupted = 0.0
        self.away = False  # while another program has the terminal
        self.pictures = Pictures(preferences.pictures, os.environ)
        self.terminal_clipboard = TerminalClipboard()
        self.was_interrupted = False
        self.inputs = Inputs(self, self._handle_input)
        self._few_colors: list[LineFilter] = []
        self.chat = ChatScreen(self, self.keymap, preferences.sessions_open, preferences.parameters_open)
        self.chat.prompt.edit_by(preferences.editing)
        self.themes = ShownTheme(self, self.say)
        self._beginning: asyncio.Task[None] | None = None
        self._opened = self.inputs.hold()  # the first command waits until the history is open
        self._open_workspace = open_workspace
        self._work = tasks.Tasks(self.failed)
        self._waiting: list[Callable[[], None]] = []
        told = (
            self.start.notices,
            self.keymap.problems,
            self.keymap.renamed,
            self.themes.begin(preferences.theme),
        )
        self._problems = [sentence for each in told for sentence in each]

    async def on_event(self, event: events.Event) -> None:
        """Put what the terminal sends into the queue of input; everything else is handled at once."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            self.inputs.put(event)
        else:
            await super().on_event(event)

    async def _handle_input(self, event: events.Event) -> None:
        try:
            await super().on_event(event)
        except Exception as error:
            self.failed(error)

    def get_default_screen(self) -> Screen[Any]:
        """The chat is the screen that everything else opens over."""
        return self.chat

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through that any widget draws."""
        return [*super().get_line_filters(), SIEVE, *self._few_colors]

    def on_mount(self) -> None:
        """Go on after the first frame."""
        terminal.prepare(self)
        if not self.is_headless:
            self._few_colors = few_colors.filters(self.console.color_system, lambda: self.theme_variables)
        self.spawn(self.inputs.run())
        self.call_after_refresh(self._first_frame)

    def _first_frame(self) -> None:
        self._beginning = self.spawn(self._begin())
        self._beginning.add_done_callback(lambda _: self._opened())

    async def _begin(self) -> None:
        await self.chat.mount_sidebar()
        for sentence in self._problems:
            self.say(sentence, "warning")
        workspace = await self._open_workspace()
        await tasks.load("glmchat.markdown.document")
        await tasks.load("glmchat.tui.presenting.presenter")
        from glmchat.tui.presenting.presenter import Presenter
        from glmchat.tui.theming.theme_watch import ThemeWatch

        self.presenter = Presenter(self, workspace)
        await self.presenter.begin(self.start.resume, self.start.newest, self.start.incognito)
        self._opened()
        self.spawn(ThemeWatch(self.themes, self.say, themes.directories()).run())
        from glmchat.tui.commands.actions import instructions

        self.spawn(instructions.offer(self))
        for perform in self._waiting:
            perform()
        self._waiting.clear()
        if gc_tuning.held():
            gc_tuning.settle()
            self.set_timer(WARM_S, gc_tuning.settle)

    # -- commands

    def action_command(self, name: str) -> None:
        """Carry out a command of the registry; what the key bindings call."""
        self.run_command(name)

    def run_command(self, name: str, argument: str = "") -> None:
        """Carry out a command of the registry; those of the program itself need no history."""
        row = BY_NAME[name]
        if row.run is not None:
            perform = self.perform if row.group is Group.PROGRAM else self.perform_when_open
            perform(row.run, argument)

    def perform_when_open(
        self, function: Callable[Concatenate[ChatApp, P], Work | None], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """Call a command's function as soon as the workspace is open."""
        if is_open(self):
            self.perform(function, *arguments, **named)
        else:
            self._waiting.append(partial(self.perform, function, *arguments, **named))

    def perform(
        self, function: Callable[Concatenate[ChatApp, P], Work | None], *arguments: P.args, **named: P.kwargs
    ) -> None:
        """Call a command's function with this app; what it refuses is told."""
        result = call(self.say, self.failed, function, self, *arguments, **named)
        if result is not None:
            self.inputs.wait_for(self.spawn(result))

    # -- what any screen announces

    def on_full_screen_failed(self, event: FullScreen.Failed) -> None:
        """A screen could not show a change; the reply that it is about goes on."""
        self.failed(event.error)

    def on_command_requested(self, event: CommandRequested) -> None:
        """A hint, a part of the header or a row of the first page was chosen."""
        self.run_command(event.name, event.argument)

    def on_code_copy_requested(self, event: text_view.CodeCopyRequested) -> None:
        """Code is to be copied."""
        from glmchat.tui.commands.actions import chat

        self.perform(chat.copy_text, event.text, "The code")

    def on_code_save_requested(self, event: text_view.CodeSaveRequested) -> None:
        """Code is to be saved."""
        from glmchat.tui.commands.actions import messages

        self.perform(messages.save_code, event.text, event.language)

    def on_link_activated(self, event: text_view.LinkActivated) -> None:
        """A link is to be opened."""
        from glmchat.tui.commands.actions import messages

        self.perform(messages.open_link, event.url)

    # -- what commands use

    @property
    def textual(self) -> App[Any]:
        """The app as Textual knows it."""
        return self

    def say(self, sentence: str, severity: str = "information") -> None:
        """Tell the person a sentence where it is seen; what a dialog shows stays when it is closed."""
        places = [self.chat.notice] if isinstance(self.screen, ModalScreen) else []
        self.notices.add(sentence, severity)
        here: Notice = getattr(self.screen, "notice", self.chat.notice)
        for notice in dict.fromkeys([here, *places]):
            notice.say(sentence, severity)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work beside the screen; what goes wrong in it is told and never ends the app."""
        return self._work.spawn(work)

    async def ask(self, screen: Screen[T]) -> T | None:
        """Open a screen and wait for what it gives back; None where it was closed without."""
        answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        wait_again = self.inputs.let_go()

        def take(result: T | None) -> None:
            wait_again()
            if not answer.done():
                answer.set_result(result)

        self.push_screen(screen, take)
        return await answer

    async def on_unmount(self) -> None:
        """Whatever ends the app, nothing is lost."""
        await self._close()

    def interrupt(self) -> None:
        """Leave, for the process was told to or its terminal is gone."""
        if not self.was_interrupted:
            self.was_interrupted = True
            self.spawn(self.leave())

    async def leave(self) -> None:
        """Keep what is typed, stop what runs, and go."""
        await self._close()
        self.exit()

    async def _close(self) -> None:
        self.leaving = True
        beginning = self._beginning
        if self.presenter is None and beginning is not None and (self.chat.prompt.text or self.inputs.waits):
            # What is typed while the chat starts is kept as well, for which its history has to be open.
            await asyncio.wait({beginning}, timeout=OPENING_S)
            await self.inputs.rest(MOMENT_S)
        await self._work.end(MOMENT_S)
        if self.presenter is not None:
            await self.presenter.end()


class Ended(NamedTuple):
    """How the chat ended: the id of the session to resume, None where there is none; whether it was told to end."""

    session: int | None
    interrupted: bool


def run(
    open_workspace: Callable[[], Awaitable[Workspace]], preferences: Preferences, start: Start | None = None
) -> Ended:
    """Run the chat until the person leaves, or the process is told to end.

    `open_workspace` is awaited once on the app's event loop, after the first frame, so that nothing is read
    or imported before something is on the screen.
    """
    app = GlmChat(open_workspace, preferences, start)
    asyncio.run(_run(app))
    return Ended(app.presenter.resumable if app.presenter is not None else None, app.was_interrupted)


async def _run(app: GlmChat) -> None:
    """Run the app; a signal ends it from before the screen is taken until it is given back."""
    asyncio.get_running_loop().set_default_executor(tasks.DaemonThreads())
    signals.once_of_a_screen(asyncio.get_running_loop(), app.interrupt)
    await app.run_async()

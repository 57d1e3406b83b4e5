"""What is used of the app and of the chat's screen by what is built on them, so that none of it needs to know them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from textual.app import App
    from textual.containers import Vertical
    from textual.timer import Timer
    from textual.widget import Widget

    from glmchat.core.conversation import Message, Node
    from glmchat.core.preferences import Preferences
    from glmchat.tui.commands.keys import Keymap
    from glmchat.tui.platform.input_queue import Inputs
    from glmchat.tui.platform.pictures import Pictures
    from glmchat.tui.widgets.bars.footer import Footer
    from glmchat.tui.widgets.bars.header import Header
    from glmchat.tui.widgets.bars.notice import Notice
    from glmchat.tui.widgets.bars.status import StatusLine
    from glmchat.tui.widgets.first_page import FirstPage
    from glmchat.tui.widgets.lesson_bar import LessonBar
    from glmchat.tui.widgets.lists.sessions_pane import SessionsPane
    from glmchat.tui.widgets.prompt.chips import Chips
    from glmchat.tui.widgets.prompt.once import OnceMark
    from glmchat.tui.widgets.prompt.prompt import Prompt
    from glmchat.tui.widgets.prompt.queue import Queue
    from glmchat.tui.widgets.prompt.slash import SlashList
    from glmchat.tui.widgets.sidebar.sidebar import Sidebar
    from glmchat.tui.widgets.thinking import ThinkingPanel
    from glmchat.tui.widgets.transcript import Decoration, Transcript


class Chat(Protocol):
    """The chat's screen: its panes, and how they are folded."""

    header: Header
    footer: Footer
    sessions: SessionsPane
    transcript: Transcript
    thinking: ThinkingPanel
    status: StatusLine
    queue: Queue
    once: OnceMark
    lesson_bar: LessonBar
    chips: Chips
    slash: SlashList
    prompt: Prompt
    first_page: FirstPage
    sidebar: Sidebar
    notice: Notice
    decorate: Callable[[Node, Message | None], Decoration]

    @property
    def side(self) -> Widget:
        """The pane of the parameters, whichever place it has."""

    @property
    def middle(self) -> Vertical:
        """What holds the conversation and the prompt."""

    def show_first_page(self) -> None:
        """Show the first page where there is one, as long as nothing is typed."""

    def close_overlay(self) -> bool:
        """Fold the side that lies over the conversation; returns whether one did."""

    def toggle(self, pane: str) -> None:
        """Go to a side, which is opened for it, or fold it where one is there."""

    def move_focus(self, step: int) -> Widget:
        """Go to the next pane."""


class Host(Protocol):
    """The app as the presenter and its panes use it."""

    preferences: Preferences
    keymap: Keymap
    inputs: Inputs
    away: bool  # while another program has the terminal
    pictures: Pictures  # how the terminal draws them

    @property
    def chat(self) -> Chat:
        """The chat's screen."""

    @property
    def textual(self) -> App[Any]:
        """The app as Textual knows it, for what reaches the terminal."""

    def say(self, sentence: str, severity: str = "information") -> None:
        """Tell the person a sentence where it is seen."""

    def failed(self, error: BaseException) -> None:
        """Tell of a fault of ours."""

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work beside the screen."""

    def interrupt(self) -> None:
        """Leave, for the terminal is gone."""

    def bell(self) -> None:
        """Ring."""

    def set_timer(self, delay: float, callback: Callable[[], Any]) -> Timer:
        """Call a function later."""

    def set_interval(self, interval: float, callback: Callable[[], Any]) -> Timer:
        """Call a function again and again."""

    def call_after_refresh(self, callback: Callable[..., Any], *args: Any) -> bool:
        """Call a function after the next frame."""

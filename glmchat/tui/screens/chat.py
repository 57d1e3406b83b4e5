"""The screen of the chat: the panes and their places, and the keys that the registry gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.css.query import QueryType
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from glmchat.core.conversation import Message, Node
from glmchat.support import tasks
from glmchat.tui.commands.keys import YIELDING, Keymap
from glmchat.tui.platform.bindings import bind
from glmchat.tui.platform.input_queue import takes_text
from glmchat.tui.screens.conversation_pane import ConversationPane
from glmchat.tui.screens.parameters_pane import ParametersPane
from glmchat.tui.widgets.bars.find import FindBar
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
from glmchat.tui.widgets.prompt.slash import Offer, SlashList
from glmchat.tui.widgets.thinking import ThinkingPanel
from glmchat.tui.widgets.transcript import Decoration, MessageSelected, Transcript, plain_decoration
from glmchat.tui.widgets.transcript.keys import LETTERS

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.sidebar.sidebar import Sidebar

NARROW = 100
# From here on there is room for both sides, with at least 60 cells between them.
BOTH = 130


class ChatScreen(Screen[None], inherit_bindings=False):
    """The chat; it places panes and folds them, and calls the commands for what the list of sessions announces."""

    AUTO_FOCUS = ""
    sidebar: Sidebar  # from `mount_sidebar` on
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012 - the same

    def __init__(
        self, chat_app: ChatApp, keymap: Keymap, sessions_open: bool = True, parameters_open: bool = True
    ) -> None:
        super().__init__(id="chat")
        self.chat_app = chat_app
        self.decorate: Callable[[Node, Message | None], Decoration] = plain_decoration
        bind(chat_app.textual, self, _bindings(keymap))
        self._wanted = {"sessions": sessions_open, "sidebar": parameters_open}
        self._over: str | None = None
        self._folded_for: Size | None = None
        self._front = "sidebar" if parameters_open else "sessions"  # the side that is open where only one is
        self.middle = ConversationPane(chat_app)
        self.header = Header("header")
        self.sessions = SessionsPane()
        self.transcript = Transcript(self._decorate, id="transcript")
        self.thinking = ThinkingPanel(id="thinking")
        self.thinking.display = False  # until there is a thought
        self.queue = Queue()
        self.once = OnceMark("once")
        self.lesson_bar = LessonBar()
        self.chips = Chips()
        self.slash = SlashList(self._offers)
        self.prompt = Prompt(keymap)
        self.side = ParametersPane(chat_app, "sidebar")
        self.notice = Notice()
        self.status = StatusLine(self.notice.give_way)
        self.first_page = FirstPage()
        self.footer = Footer(keymap)

    def compose(self) -> ComposeResult:
        """Header, three columns, footer."""
        yield self.header
        with Horizontal(id="columns"):
            yield self.sessions
            with self.middle:
                yield self.first_page
                yield self.transcript
                yield self.thinking
                yield self.status
                yield self.notice
                yield self.lesson_bar
                yield self.queue
                yield self.chips
                yield self.once
                yield self.prompt
                yield self.slash
            yield self.side
        yield self.footer

    def _offers(self, text: str) -> list[Offer]:
        from glmchat.tui.commands.actions.typed import offers

        return offers(self.chat_app, text)

    async def mount_sidebar(self) -> None:
        """Fill the right side; it is not needed for the first frame, and takes its time."""
        await tasks.load("glmchat.tui.widgets.sidebar.sidebar")
        from glmchat.tui.widgets.sidebar.sidebar import Sidebar

        self.sidebar = Sidebar()
        await self.side.mount(self.sidebar)

    def on_mount(self) -> None:
        """Begin at the prompt."""
        self.prompt.popup = self.slash
        self.screen_layout_refresh_signal.subscribe(self, lambda _: self.place_over_prompt(), immediate=True)
        self.fold()
        self.prompt.focus()

    def _decorate(self, node: Node, message: Message | None) -> Decoration:
        return self.decorate(node, message)

    def place_over_prompt(self) -> None:
        """Let what is offered stand above the prompt, however tall that is."""
        above = (self.queue, self.chips, self.once)
        taken = self.prompt.outer_size.height + sum(each.outer_size.height for each in above if each.display)
        self.slash.styles.offset = (0, -taken)

    def show_first_page(self) -> None:
        """Show the first page where there is one, in place of the conversation, as long as nothing is typed."""
        shown = bool(self.first_page.steps) and not self.prompt.text
        if shown != self.first_page.display:
            if self.first_page.has_focus:
                self.prompt.focus()
            self.first_page.display, self.transcript.display = shown, not shown

    def on_prompt_passed(self, event: Prompt.Passed) -> None:
        """An arrow led out of the empty prompt, onto the page that stands above it."""
        if self.first_page.display:
            self.first_page.enter(event.step)

    def on_first_page_left(self) -> None:
        """An arrow led off the page."""
        self.prompt.focus()

    # -- the keyboard

    def on_key(self, event: events.Key) -> None:
        """Write in the prompt what nothing else has a use for, wherever the keyboard is."""
        if event.is_printable and event.character and not self._acts_on_message(event.key):
            self._write(event, event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Write what is pasted in the prompt, wherever the keyboard is."""
        self._write(event, event.text)

    def _write(self, event: events.Event, text: str) -> None:
        event.stop()
        self.prompt.write(text)

    def _announce_mode(self) -> None:
        """Say at the bottom where characters that are typed do not go into the prompt."""
        here = self.focused
        if here is self.transcript and self.transcript.selected is not None:
            mode = "message"
        elif here is self.transcript:
            mode = "conversation"
        elif here is self.first_page:
            mode = "page"
        elif here is self.sessions:
            mode = "sessions"
        elif isinstance(here, Input):
            mode = "find" if isinstance(here.parent, FindBar) else "entry"
        elif here is not None and self.side in here.ancestors and not takes_text(here):
            mode = "parameters"
        else:
            mode = ""
        self.footer.follow(mode)

    def on_descendant_focus(self) -> None:
        """The keyboard is elsewhere."""
        self._announce_mode()

    def on_descendant_blur(self) -> None:
        """The keyboard is elsewhere."""
        self._announce_mode()

    def on_prompt_mode_changed(self, event: Prompt.ModeChanged) -> None:
        """Keys mean something else in the prompt now."""
        self.footer.show_mode(event.mode)

    def on_message_selected(self, _: MessageSelected) -> None:
        """Another message is selected, or none."""
        self._announce_mode()

    def _acts_on_message(self, key: str) -> bool:
        """Whether a letter does something with a message, which is selected then and seen to be."""
        return self.transcript.has_focus and self.transcript.selected is not None and key in LETTERS

    def get_focusable_widget_at(self, x: int, y: int) -> Widget | None:
        """What a click gives the keyboard to: a line to type on, else the prompt, wherever the click goes.

        A click on a key of the footer does what the key does, which may depend on where the keyboard is.
        """
        if self.footer.region.contains(x, y):
            return None
        found = super().get_focusable_widget_at(x, y)
        return found if isinstance(found, Input) else self.prompt

    # -- the list of sessions

    def on_sessions_pane_chosen(self, event: SessionsPane.Chosen) -> None:
        """A session is to be opened."""
        from glmchat.tui.commands.actions import sessions

        self.chat_app.perform(sessions.open_session, event.id)

    def on_sessions_pane_asked(self, event: SessionsPane.Asked) -> None:
        """Something is to be done with a session of the list."""
        from glmchat.tui.commands.actions import sessions

        self.chat_app.perform(sessions.act, event.id, event.what)

    def on_sessions_pane_filtered(self, event: SessionsPane.Filtered) -> None:
        """The list is wanted for another filter."""
        if (presenter := self.chat_app.presenter) is not None:
            presenter.sessions.filtered()

    def on_sessions_pane_pages_needed(self, event: SessionsPane.PagesNeeded) -> None:
        """Pages came into view."""
        from glmchat.tui.commands.actions import sessions

        self.chat_app.perform(sessions.read_pages, event.query, event.pages)

    def on_sessions_pane_left(self, event: SessionsPane.Left) -> None:
        """The person is done in the list."""
        self.chat_app.run_command("stop")

    # -- panes

    @property
    def narrow(self) -> bool:
        """Whether the sides lie over the conversation."""
        return self.app.size.width < NARROW

    def on_resize(self, event: events.Resize) -> None:
        """Fold the sides where there is no room for them; a size that a layout announces again needs no second one."""
        if event.size == self._folded_for:
            event.prevent_default()
            return
        self._folded_for = event.size
        self._over = None
        self.fold()

    def shown(self, pane: str) -> bool:
        """Whether a side is open: ``sessions`` or ``sidebar``."""
        if self.narrow:
            return self._over == pane
        alone = self.app.size.width < BOTH and all(self._wanted.values())
        return self._wanted[pane] and (not alone or self._front == pane)

    def toggle(self, pane: str) -> None:
        """Go to a side, which is opened for it; fold it where the focus is there already."""
        widget = self._pane(pane)
        if self.shown(pane) and self.focused is not None and widget in self.focused.ancestors_with_self:
            self._fold_side(pane)
            return
        if self.narrow:
            self._over = pane
        else:
            self._wanted[pane], self._front = True, pane
        self.fold()
        self._target(widget).focus()

    def _fold_side(self, pane: str) -> None:
        if self.narrow:
            self._over = None
        else:
            self._wanted[pane] = False
        self.fold()
        self.prompt.focus()

    def close_overlay(self) -> bool:
        """Fold the side that lies over the conversation; returns whether one did."""
        if self._over is None:
            return False
        self._fold_side(self._over)
        return True

    def _pane(self, name: str) -> Widget:
        return self.sessions if name == "sessions" else self.side

    def fold(self) -> None:
        """Show the sides that are open, and no others."""
        for name in self._wanted:
            self._pane(name).display = self.shown(name)

    def panes(self) -> list[Widget]:
        """What Tab moves through, in this order."""
        return [
            self.prompt,
            self.first_page if self.first_page.display else self.transcript,
            *(self._pane(name) for name in ("sidebar", "sessions") if self.shown(name)),
        ]

    def focus_next(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Go to the next pane, in our order."""
        return self.move_focus(1)

    def focus_previous(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Go to the pane before, in our order."""
        return self.move_focus(-1)

    def move_focus(self, step: int) -> Widget:
        """Go to the next pane."""
        panes = self.panes()
        here = self.focused.ancestors_with_self if self.focused is not None else []
        at = next((index for index, pane in enumerate(panes) if pane in here), 0)
        return self._target(panes[(at + step) % len(panes)]).focus()

    def _target(self, pane: Widget) -> Widget:
        """What takes the keyboard in a pane."""
        return self.sidebar if pane is self.side else pane


def _bindings(keymap: Keymap) -> Iterator[Binding]:
    """The keys of the commands; all but those that yield come before what has the focus."""
    for key, command in keymap.command.items():
        if command.run is not None:
            action = f"app.command('{command.name}')"
            yield Binding(key, action, command.title, show=False, priority=key not in YIELDING)

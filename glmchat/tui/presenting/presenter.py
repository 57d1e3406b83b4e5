"""The presenter: changes of the workspace become calls on widgets."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.timer import Timer

from glmchat.core.conversation import Message, Node, Role, State
from glmchat.history.problems import ArchiveError
from glmchat.tui.platform import hangup, notifications
from glmchat.tui.presenting import facts
from glmchat.tui.presenting.decoration import decorate
from glmchat.tui.presenting.distribution import DistributionPresenter
from glmchat.tui.presenting.drawings import Drawings
from glmchat.tui.presenting.files import FileOffers
from glmchat.tui.presenting.finder import Finder
from glmchat.tui.presenting.first_page import FirstPagePresenter
from glmchat.tui.presenting.lessons import LessonPresenter
from glmchat.tui.presenting.panes import RetryNote, SessionsPresenter, ThinkingPresenter, thought_facts
from glmchat.tui.presenting.prompts import PromptOffers
from glmchat.tui.presenting.since import SinceThen
from glmchat.tui.presenting.status import status
from glmchat.tui.widgets.bars.line import Part
from glmchat.tui.widgets.transcript.values import Decoration
from glmchat.workspace import OpenSession, Workspace, changes

if TYPE_CHECKING:
    from glmchat.tui.port import Host

DRAFT_S = 0.3
POLL_S = 2.0
HEADER_S = 1.0


class Presenter:
    """Holds the workspace and the widgets that show it; `begin` starts it, `end` keeps what is typed."""

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self.app = app
        self.chat = app.chat
        self.workspace = workspace
        self.resumable: int | None = None
        self.ready = False
        self._end: asyncio.Future[None] | None = None
        self.selected: int | None = None
        self.deleted: list[int] = []
        self.recent_commands: list[str] = []  # chosen in the palette, the last one first
        self.shown: OpenSession | None = None
        self._draft: Timer | None = None
        self._facts_due = False
        self._header_shown = 0.0
        self.first_page = FirstPagePresenter(app, workspace)
        self.sessions = SessionsPresenter(app, workspace, self.first_page)
        self.thinking = ThinkingPresenter(app, workspace)
        self.retry = RetryNote(app)
        self.finder = Finder(app.chat, workspace)
        self.files = FileOffers(app)
        self.prompts = PromptOffers(app)
        self.drawings = Drawings(app, workspace)
        self.distribution = DistributionPresenter(app, workspace)
        self.since = SinceThen(self)
        self.lessons = LessonPresenter(app, workspace, self.distribution)

    @property
    def current(self) -> OpenSession:
        """The session that is open."""
        return self.workspace.current

    async def begin(self, resume: int | None, newest: bool, incognito: bool) -> None:
        """Open the session that was asked for, then the lists around it."""
        self.workspace.watch(self.watch)
        self.chat.decorate = self.decorate
        try:
            await self.workspace.start(resume, newest, incognito)
        except KeyError:
            self.app.say("There is no such session any more. This is a new one.", "warning")
            await self.workspace.start()
        except ArchiveError as error:
            self.app.say(str(error), "error")
            await self.workspace.start()
        self.chat.prompt.recall.fill(await self.workspace.sessions.load_recents())
        self.recent_commands = await self.workspace.archive.commands.recent()
        self.ready = True
        self.prompts.names()
        self.app.set_interval(POLL_S, self._poll)
        self.workspace.models.warm(self.current)

    async def _poll(self) -> None:
        if not self.app.away and hangup.gone(self.app.textual):
            self.app.interrupt()
            return
        self.keep_place()
        self.first_page.show()
        self.workspace.spawn(self.workspace.other_processes.poll())

    async def end(self) -> None:
        """Keep what is typed and close everything; whoever asks again waits for the same end."""
        if self._end is None:
            self._end = asyncio.ensure_future(self._close())
        await asyncio.shield(self._end)

    async def _close(self) -> None:
        """Keep what is typed, then close the workspace."""
        self.keep_draft()
        session = self.current
        if session.stored and not session.incognito and not self.workspace.unsaved:
            self.resumable = session.id
        await self.workspace.aclose()

    # -- drafts

    def typed(self) -> None:
        """The prompt has changed: keep it soon."""
        if self._draft is not None:
            self._draft.stop()
        self._draft = self.app.set_timer(DRAFT_S, self._paused)

    def _paused(self) -> None:
        """Typing paused: keep what is typed, and count it in the window."""
        self.keep_draft()
        self._show_header()

    def keep_draft(self) -> None:
        """Keep what is in the prompt and where one reads, for the session that they belong to."""
        if self.shown is not None and self.shown is self.current:
            text = self.chat.prompt.whole()
            # A key may have been pasted there, which is kept nowhere.
            self.workspace.journal.set_draft("" if text.lstrip().startswith("/key") else text)
        self.keep_place()

    def keep_place(self) -> None:
        """Keep where the session is being read."""
        if self.shown is not None and self.shown is self.current:
            self.workspace.journal.set_scroll(self.chat.transcript.item_layout.reading_place())

    # -- what the workspace announces

    def watch(self, change: changes.Change) -> None:
        """Show a change; a fault in showing it must not reach the reply that it is about."""
        try:
            self.take(change)
        except Exception as error:
            self.app.failed(error)

    def take(self, change: changes.Change) -> None:
        """Show a change; a piece of a reply, by far the most frequent, comes first."""
        if isinstance(change, changes.ReplyGrew):
            if change.session_id == self.current.id:
                if change.content:
                    self.chat.transcript.messages.feed(change.message_id, change.content)
                self.thinking.grew(change)
            return
        match change:
            case changes.Noticed(sentence, severity):
                self.app.say(sentence, severity)
            case changes.SessionsChanged():
                self.sessions.changed()
            case changes.SessionOpened():
                self.show_session()
            case changes.ReplyFinished(session_id, message):
                self._finished(session_id, message)
            case _:
                if change.session_id == self.current.id:
                    self._take_here(change)

    def _take_here(self, change: changes.Change) -> None:
        """Show a change of the session that is open."""
        match change:
            case changes.MessageChanged(_, message):
                self._put(message)
            case changes.PathChanged():
                self.show_path()
            case changes.ReplyStarted(_, id):
                self.chat.transcript.messages.begin_reply(id)
                self.chat.notice.outlived()
                self.thinking.follow()
                self.facts_changed()
                self._follow_status()
            case changes.ReplyRead(_, id):
                self.chat.transcript.messages.draw(id)
            case changes.ReplyResorted():
                if (running := self.current.running) is not None:
                    self._put(running.message())
                    self.thinking.follow()
            case changes.RetryWaited():
                self.retry.wait(change)
            case changes.QueueChanged():
                self.chat.queue.show(self.current.queue)
            case changes.AttachmentsChanged():
                self._show_attached()
            case changes.ValuesChanged():
                self.facts_changed()
            case changes.DraftRestored(_, text):
                self._restore(text)

    def decorate(self, node: Node, message: Message | None) -> Decoration:
        """What stands around a message of the open session."""
        if message is None:
            return Decoration("")
        session = self.current
        waiting = {call.id: call for call in session.open_calls()} if message.tool_calls else {}
        mine = [call for call in message.tool_calls if waiting.get(call.id) == call]
        chosen = message.id in (self.chat.transcript.selected, session.conversation.leaf_id)
        hovered = message.id == self.chat.transcript.hovered
        unanswered = message.id == session.unanswered()
        busy, drawn = bool(session.runs), self.drawings.of(message)
        shown = decorate(message, session.conversation, tuple(mine), busy, chosen, unanswered, hovered, drawn)
        if not (self.thinking.with_messages and message.reasoning):
            return shown
        return replace(shown, thought=thought_facts(message), thought_folded=self.thinking.folded_at_first)

    def show_session(self) -> None:
        """Show the session that is open now, and what was being typed in it."""
        if self.shown is not None and self.shown is not self.current:
            self.workspace.journal.set_draft(self.chat.prompt.whole(), self.shown)
        typed = self.chat.prompt.whole() if self.shown is None else ""  # before the history was open
        self.shown = self.current
        self.chat.prompt.put(self.current.draft + typed)
        self.chat.queue.show(self.current.queue)
        self._show_attached()
        self.chat.sessions.mark(self.current.id)
        self.show_path()
        place = self.current.scroll
        if place is not None and self.chat.transcript.item_layout.item(place[0]) is not None:
            self.chat.transcript.jump_to(*place, above=0)

    def _show_attached(self) -> None:
        """Show what goes with the next prompt."""
        self.chat.chips.show(self.current.attached)
        self.chat.prompt.attached = bool(self.current.attached)
        self.facts_changed()

    def show_path(self) -> None:
        """Show the branch that is read."""
        conversation = self.current.conversation
        self.chat.transcript.show(conversation.path(), conversation.loaded)
        for id, running in self.current.runs.items():
            self.chat.transcript.messages.put(running.message())
            self.chat.transcript.messages.begin_reply(id)
        self.thinking.follow()
        self.facts_changed()
        self.first_page.show()
        self._follow_status()

    def _put(self, message: Message) -> None:
        self.first_page.show()
        transcript = self.chat.transcript
        if transcript.item_layout.item(message.id) is not None:
            transcript.messages.put(message)
            self._renew_after(message.id)
        elif message.id == self.current.conversation.leaf_id:
            if transcript.item_layout.items and transcript.item_layout.items[-1].node.id != message.parent_id:
                self.show_path()
            else:
                transcript.messages.append(message)
                self._renew_above()

    def _renew_above(self) -> None:
        """Show anew what may have waited for the last message: the one before it, and the call of its tool."""
        for node in reversed(self.current.conversation.path()[:-1]):
            self.chat.transcript.messages.renew(node.id)
            if node.role is not Role.TOOL:
                return

    def _renew_after(self, id: int) -> None:
        """The replies that follow a message may tell what changed since it."""
        children = self.current.conversation.children
        for prompt in children(id):
            for reply in children(prompt):
                self.chat.transcript.messages.renew(reply)

    def _finished(self, session_id: int, message: Message) -> None:
        if session_id == self.current.id:
            self.retry.end()
            self.chat.transcript.messages.put(message)
            for node in self.current.conversation.path()[-3:]:
                self.chat.transcript.messages.renew(node.id)
            self.thinking.finish(message)
            self.facts_changed()
            self._follow_status()
        if message.state is not State.STOPPED:
            self._ring(session_id, message)

    def _ring(self, session_id: int, message: Message) -> None:
        """Tell of a finished reply as the person wants it told."""
        match self.app.preferences.notify:
            case "bell":
                self.app.bell()
            case "desktop":
                session = self.workspace.open_sessions.get(session_id)
                told = _told_outside(session, message)
                self.app.spawn(notifications.notify(self.app.textual, *told))

    def _follow_status(self) -> None:
        """Show what the reply that runs does, until it has ended."""
        self.chat.status.follow(self._status)

    def _status(self) -> list[Part]:
        """What the reply that runs does now; the window fills with it, in the same frame."""
        running = self.current.running
        if running is not None and time.monotonic() - self._header_shown >= HEADER_S:
            self._show_header()
        return status(running)

    def _restore(self, text: str) -> None:
        typed = self.chat.prompt.whole()
        self.chat.prompt.put(f"{text}\n\n{typed}" if typed.strip() else text)

    def facts_changed(self) -> None:
        """Work out header and sidebar anew before the next frame, however often it is asked for."""
        if not self._facts_due:
            self._facts_due = True
            self.app.call_after_refresh(self._show_facts)

    def _show_header(self) -> None:
        self._header_shown = time.monotonic()
        self.chat.header.show(facts.header_facts(self.workspace, self.chat.prompt.whole()))

    def _show_facts(self) -> None:
        self.first_page.show()
        self._facts_due = False
        self._show_header()
        self.chat.footer.run(bool(self.current.runs))
        self.chat.sidebar.show(facts.sidebar_state(self.workspace))
        self.distribution.follow()
        self.since.follow()
        self.chat.once.show(self.current.once, self.current.prefill)


def _told_outside(session: OpenSession | None, message: Message) -> tuple[str, str]:
    """The title and the text of a notice on the desktop; it tells nothing of a session that leaves no trace."""
    if session is None or session.incognito:
        return "glmchat", "A reply has ended."
    text = message.failure.message if message.failure is not None else message.content
    return session.title or "glmchat", text.strip() or "A reply has ended."

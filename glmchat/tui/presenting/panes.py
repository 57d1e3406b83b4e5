"""What flows to single panes: the list of sessions, the thinking panel, the countdown to a retry."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.timer import Timer

from glmchat.analysis.repetition import Repetition
from glmchat.core.conversation import Message
from glmchat.core.estimates import thought_s, thought_tokens
from glmchat.history.problems import ArchiveError
from glmchat.history.search.query import QueryRefused
from glmchat.tui.commands.keys import display
from glmchat.tui.platform.input_queue import Release
from glmchat.tui.presenting.first_page import FirstPagePresenter
from glmchat.tui.presenting.thoughts import ThoughtPlace, WithMessages
from glmchat.tui.widgets.lists.session_rows import HEADED, PAGE
from glmchat.tui.widgets.thought_head import ThoughtFacts
from glmchat.tui.widgets.transcript.values import Note
from glmchat.workspace import Workspace
from glmchat.workspace.changes import ReplyGrew, RetryWaited

if TYPE_CHECKING:
    from glmchat.tui.port import Host

SESSIONS_S = 0.1


def _nothing() -> None:
    """Nothing waits for the list."""


class SessionsPresenter:
    """Reads the list of sessions for its pane, as much of it as is looked at."""

    def __init__(self, app: Host, workspace: Workspace, first_page: FirstPagePresenter) -> None:
        self.app = app
        self.workspace = workspace
        self._first_page = first_page
        self._timer: Timer | None = None
        self._shown: Release = _nothing

    def filtered(self) -> None:
        """Another filter was typed: what is chosen next is chosen from the list that it leaves."""
        self._shown()
        self._shown = self.app.inputs.hold()
        self.changed()

    def changed(self) -> None:
        """The list is another one: read it anew, soon and once; what runs here is known at once."""
        self.app.chat.sessions.set_running(
            {id for id, each in self.workspace.open_sessions.items() if each.runs}
        )
        if self._timer is None:
            self._timer = self.app.set_timer(SESSIONS_S, self._due)

    def _due(self) -> None:
        self._timer = None
        self.app.spawn(self.read())

    async def read(self) -> None:
        """Read what the filter leaves: the newest sessions, and how many there are."""
        pane = self.app.chat.sessions
        query = pane.query_text
        shown, self._shown = self._shown, _nothing
        try:
            count = await self.workspace.archive.count(query)
            head = await self.workspace.archive.sessions(query, 0, HEADED)
            private = await self.workspace.sessions.private(query)
        except (QueryRefused, ArchiveError) as error:
            pane.refuse(str(error))
        else:
            if query == pane.query_text:
                pane.fill(head, count, private)
                if not query:
                    self._first_page.know(head)
        finally:
            shown()

    async def read_pages(self, query: str, pages: list[int]) -> None:
        """Read pages that came into view."""
        for number in pages:
            rows = await self.workspace.archive.sessions(query, number * PAGE, PAGE)
            self.app.chat.sessions.put_page(query, number, rows)


class RetryNote:
    """The countdown under a reply that failed and goes again."""

    def __init__(self, app: Host) -> None:
        self.app = app
        self._timer: Timer | None = None
        self._change: RetryWaited | None = None
        self._until = 0.0

    def wait(self, change: RetryWaited) -> None:
        """Count down from now on."""
        self.end()
        self._change = change
        self._until = time.monotonic() + change.delay_s
        self._tick()
        self._timer = self.app.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        change = self._change
        if change is None:
            return
        left = max(0, round(self._until - time.monotonic()))
        when = f"Trying again in {left} s" if left else "Trying again now"
        note = Note(
            f"{change.sentence} {when} (attempt {change.attempt} of {change.attempts}); Esc ends it.",
            "warning",
        )
        self.app.chat.transcript.messages.set_note(change.message_id, note)
        if not left:
            self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def end(self) -> None:
        """Take the note away."""
        self._stop()
        if self._change is not None:
            self.app.chat.transcript.messages.set_note(self._change.message_id, None)
            self._change = None


class ThinkingPresenter:
    """Shows the thought of the reply that runs, and in the panel that of the message that is selected."""

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self.app = app
        self.with_messages = app.preferences.thought_place == "message"
        self.panel: ThoughtPlace = WithMessages(app) if self.with_messages else app.chat.thinking
        self.workspace = workspace
        self._open = app.preferences.thinking_open
        self._folds = app.preferences.fold_thinking
        self._repetition = Repetition()
        self._warning = ""

    def grew(self, change: ReplyGrew) -> None:
        """A piece of a reply came: the thought grows, or the answer begins and ends it.

        Of several replies that run at once, only the one that is read is shown.
        """
        running = self.workspace.current.running
        if running is None or change.message_id != running.message_id:
            return
        if change.reasoning:
            if not self.panel.running or self.panel.message_id != change.message_id:
                self._begin()
            else:
                self.panel.feed(change.message_id, change.reasoning, change.thought_tokens)
                self._watch(change.reasoning)
        elif change.content and self.panel.running and self.panel.message_id == change.message_id:
            self._end()

    def _watch(self, text: str) -> None:
        """Notice a thought that goes round in circles, and offer to end it, once."""
        if self._repetition.feed(text) and not self.panel.circling:
            self.panel.tell(circling=True)
            keys = self.app.keymap.keys["answer-now"]
            name = display(keys[0]) if keys else "/answer"
            self._warning = (
                f"The thought repeats itself. {name} ends it and asks for the answer without thinking."
            )
            self.app.say(self._warning, "warning")

    def _begin(self) -> None:
        running = self.workspace.current.running
        if running is None:
            return
        self.panel.display = True
        self.panel.touched = False
        text, tokens = running.reply.reasoning, running.reply.reasoning_tokens
        self.panel.show(
            running.message_id,
            text,
            seconds=running.reply.thinking_s(),
            tokens=tokens,
            estimated=True,
            running=True,
        )
        self.panel.fold(not self._open)
        budget = running.variant.values.get("reasoning_max_tokens")
        self.panel.tell(first_answer_s=None, circling=False, budget=budget)
        self._repetition = Repetition()
        self._watch(text)

    def _end(self) -> None:
        self.app.chat.notice.withdraw(self._warning)
        running = self.workspace.current.running
        if running is not None:
            self.panel.finish(running.message_id, seconds=running.reply.thinking_s())
            self.panel.tell(first_answer_s=running.reply.timing.first_answer_s)
        if self._folds and not self.panel.touched:
            self.panel.fold(True)

    def folded(self, folded: bool) -> None:
        """The person folded the thought or opened it: that is how the next one begins."""
        self._open = not folded
        self.panel.touched = True

    def toggle(self) -> bool:
        """Fold or open the thought of the selected message, else the last one; returns whether there is any."""
        if not self.with_messages:
            panel = self.app.chat.thinking
            if panel.message_id is not None:
                panel.action_fold()
            return panel.message_id is not None
        transcript, session = self.app.chat.transcript, self.workspace.current
        path = [node.id for node in reversed(session.conversation.path())]
        first = [transcript.selected] if transcript.selected is not None else []
        return any(transcript.thoughts.fold(id) for id in (*first, *path))

    @property
    def folded_at_first(self) -> bool:
        """Whether a thought that is complete stands folded with its message until it is opened."""
        return self._folds or not self._open

    def follow(self) -> None:
        """Show what is thought now, else what was thought for the last reply."""
        running = self.workspace.current.running
        if running is None:
            self.show(self.workspace.current.last_reply())
        elif running.reply.thinking:
            self._begin()
        else:
            self.show(running.message())

    def show(self, message: Message | None) -> None:
        """Show the thought of a message that is complete; the panel goes away where there is none."""
        has = message is not None and bool(message.reasoning)
        self.app.chat.notice.withdraw(self._warning)
        self.panel.display = has
        if message is None or not has:
            self.panel.show(None)
            return
        facts = thought_facts(message)
        if self.panel.message_id != message.id and self._folds and not self.with_messages:
            self.panel.fold(True)
        self.panel.show(
            message.id,
            message.reasoning,
            seconds=facts.seconds,
            tokens=facts.tokens,
            estimated=facts.estimated,
        )
        self.panel.tell(first_answer_s=facts.first_answer_s, budget=facts.budget)

    def finish(self, message: Message) -> None:
        """The reply ended: its thought is complete, and the endpoint's count is known."""
        if self.panel.running and self.panel.message_id == message.id:
            self._end()
        if self.panel.message_id == message.id:
            tokens, estimated = thought_tokens(message)
            self.panel.finish(message.id, tokens=tokens, estimated=estimated)
        elif message.reasoning and message.id == self.workspace.current.conversation.leaf_id:
            self.show(message)


def thought_facts(message: Message) -> ThoughtFacts:
    """What is known of the thought of a message."""
    tokens, estimated = thought_tokens(message)
    return ThoughtFacts(
        thought_s(message),
        tokens,
        estimated,
        first_answer_s=message.timing.first_answer_s if message.timing is not None else None,
        budget=(message.settings or {}).get("reasoning_max_tokens"),
    )

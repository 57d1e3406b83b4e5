"""Prompts and what follows them: the queue, stopping, asking again, tool results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glmchat.api import dialects
from glmchat.api.learning.learned import Limit
from glmchat.core import titles
from glmchat.core.attached import Contents, contents_of
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.core.depth import OFF, least, tight, unthinking
from glmchat.workspace.attaching import Attaching
from glmchat.workspace.changes import (
    DraftRestored,
    MessageChanged,
    QueueChanged,
    ValuesChanged,
)
from glmchat.workspace.journal import Journal
from glmchat.workspace.models import Models
from glmchat.workspace.requests import Requests
from glmchat.workspace.resuming import held_sentence
from glmchat.workspace.runner import Runner
from glmchat.workspace.session import Chosen, OpenSession, Queued, Running, Variant, Waiting
from glmchat.workspace.shared import Shared
from glmchat.workspace.spending import Spending
from glmchat.workspace.titles import Titles
from glmchat.workspace.values import at_depth

if TYPE_CHECKING:
    import asyncio

# Replies of a comparison that are asked for at once.
AT_ONCE = 6
# Failures after which no other request to the same endpoint will do better.
_HOPELESS = ("auth", "credit", "forbidden")
DECLINED = "The user declined to run this tool."


class Replies:
    """Prompts and their replies: send, queue, stop, ask again, continue, answer tool calls."""

    def __init__(
        self,
        shared: Shared,
        journal: Journal,
        models: Models,
        requests: Requests,
        attaching: Attaching,
        spending: Spending,
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._attaching = attaching
        self._models = models
        self._titles = Titles(shared, models, requests, spending)
        self._runner = Runner(shared, journal, models, requests, spending, self._ended)

    def ask(
        self,
        session: OpenSession,
        parent_id: int | None,
        variant: Variant | None = None,
        continues: Message | None = None,
    ) -> Running:
        """Start a reply to the branch that ends at `parent_id`; a variant changes how it is asked."""
        return self._runner.start(session, parent_id, variant, continues)

    def ask_in_turn(self, session: OpenSession, waiting: Sequence[Waiting]) -> None:
        """Start replies, a few at once, the others as those end; none becomes the end of what is read."""
        session.waiting += waiting
        while session.waiting and len(session.runs) < AT_ONCE:
            each = session.waiting.pop(0)
            self._runner.start(session, each.parent_id, each.variant, beside=each.message_id)

    def stop_reply(self, message_id: int, session: OpenSession | None = None) -> bool:
        """Stop one running reply and keep what came."""
        return self._runner.stop(message_id, session)

    def stop_for_good(self, session: OpenSession) -> list[asyncio.Task[Any]]:
        """Stop all that runs in a session, and ask nothing again; returns the tasks that come to their end."""
        session.queue.clear()
        session.waiting.clear()
        runs = list(session.runs.values())
        for running in runs:
            running.given_up = False  # what came of a thought that was to be cut short counts as stopped
            self.stop_reply(running.message_id, session)
        return [running.task for running in runs if running.task is not None]

    def send(self, text: str) -> None:
        """Send a prompt with what is attached in the current session; while a reply runs it waits its turn."""
        session = self._shared.current
        if not self.may_ask():
            self._shared.announce(DraftRestored(session.id, text))
            return
        session.draft, once, session.once = "", session.once, ""
        prefill, session.prefill = session.prefill, ""
        attached = tuple(session.attached)
        self._attaching.clear(session)
        queued = Queued(text, once=once, prefill=prefill, attached=attached)
        if session.runs:
            session.queue.append(queued)
            self._queue_changed(session)
        else:
            self._journal.keep_unsent(session)
            self._send(session, queued)
        if once or prefill:
            self._shared.announce(ValuesChanged(session.id))

    def _send(self, session: OpenSession, queued: Queued) -> None:
        message = self.say(session, queued.text, queued.attached)
        variant = replace(session.variant(), prefill=queued.prefill)
        if queued.once:
            defaults = self._shared.dependencies.defaults
            values = at_depth(session.values, defaults, session.model.wire_id, queued.once)
            variant = replace(variant, values=values)
        self._warn_of_room(session, variant)
        self.ask(session, message.id, variant)

    def say(self, session: OpenSession, text: str, attached: Sequence[Chosen] = ()) -> Message:
        """Add a message of the user with what is attached; tool calls that were still open count as declined."""
        for call in session.open_calls():
            self._add_result(session, call.id, None)
        files = [each.attached for each in attached]
        message = Message(
            new_id(),
            session.conversation.leaf_id,
            Role.USER,
            text,
            attachments=tuple(each.attachment for each in files),
        )
        if not session.title:
            session.conversation.title = titles.of_question(message)
        self.add(session, message, contents_of(files))
        if not session.incognito and text.strip():
            self._shared.archive.prompts.add(text)
        return message

    def edit_queued(self, id: int, text: str) -> None:
        """Change a prompt that waits."""
        for queued in self._shared.current.queue:
            if queued.id == id:
                queued.text = text
        self._queue_changed(self._shared.current)

    def withdraw(self, id: int) -> str:
        """Take a prompt that waits out of the queue; returns its text, empty where it is gone already."""
        found = next((queued for queued in self._shared.current.queue if queued.id == id), None)
        if found is None:
            return ""
        self._shared.current.queue.remove(found)
        self._queue_changed(self._shared.current)
        self._attaching.give_back(self._shared.current, found.attached)
        return found.text

    def stop(self, session_id: int | None = None) -> bool:
        """Stop what runs in a session and keep what came; prompts that wait go back to the user."""
        session = self._shared.current if session_id is None else self._shared.open_sessions[session_id]
        session.waiting.clear()
        if session.queue:
            text = "\n\n".join(queued.text for queued in session.queue)
            files = tuple(each for queued in session.queue for each in queued.attached)
            session.queue.clear()
            self._attaching.give_back(session, files)
            self._shared.announce(QueueChanged(session.id))
            if session is self._shared.current:
                self._shared.announce(DraftRestored(session.id, text))
            else:
                self._journal.set_draft(
                    f"{text}\n\n{session.draft}" if session.draft.strip() else text, session
                )
        stopped = [self.stop_reply(id, session) for id in list(session.runs)]
        return any(stopped)

    def answer_now(self) -> bool:
        """End the thought and ask again without thinking; the thought is kept as an attempt."""
        running = self._shared.current.running
        if running is None or running.reply.answering:
            return False
        running.given_up = True
        return self.stop_reply(running.message_id)

    def retry(self, message_id: int) -> None:
        """Ask again for a reply, or for one to a message of the user; what is there stays beside the new one."""
        if self._is_free():
            node = self._shared.current.conversation.nodes[message_id]
            self.ask(self._shared.current, node.parent_id if node.role is Role.ASSISTANT else node.id)

    def branch_from(self, message_id: int, text: str) -> None:
        """Ask for another reply that begins with a text; the one that is there stays beside it."""
        if not self._is_free():
            return
        session = self._shared.current
        variant = replace(session.variant(), prefill=text)
        thinking = self._models.ladder(variant).thinking
        if told := dialects.about_prefill(variant.endpoint, variant.values, thinking, text):
            self._shared.notice(told)
        self.ask(session, session.conversation.nodes[message_id].parent_id, variant)

    def retry_over_budget(self, message_id: int) -> None:
        """Ask again for a reply that a limit of the budget held back."""
        if self._is_free():
            session = self._shared.current
            self.ask(session, session.conversation.nodes[message_id].parent_id).over_budget = True

    def retry_without_thought(self, message_id: int) -> None:
        """Ask again with as little thought as can be; the reply that is there stays beside the new one."""
        if self._is_free():
            session = self._shared.current
            parent = session.conversation.nodes[message_id].parent_id
            self._ask_without_thought(session, parent, session.variant())

    def resend_without(self, message_id: int, parameter: str) -> None:
        """Ask again without a parameter that the endpoint refused, or without its value, and remember that for it."""
        session = self._shared.current
        message = session.conversation.loaded[message_id]
        failure, learned = message.failure, self._models.learned_of(session)
        value = (message.settings or {}).get(parameter)
        if failure is not None and failure.value and value is not None:
            self._models.remember(session, learned.limit(parameter, Limit(refused=(value,))))
        else:
            reason = f": {failure.message}" if failure is not None and failure.message else "."
            self._models.remember(session, learned.refuse(parameter, f"This endpoint refuses it{reason}"))
        self.retry(message_id)

    def try_without(self, message_id: int, names: Sequence[str]) -> None:
        """Ask again without values that may be the refused ones; see `Runner` for what follows from the answer."""
        if not self._is_free():
            return
        session = self._shared.current
        message = session.conversation.loaded[message_id]
        settings = message.settings or {}
        values = {name: value for name, value in settings.items() if name not in names}
        running = self.ask(session, message.parent_id, replace(session.variant(), values=values))
        running.without = {name: settings[name] for name in names if name in settings}

    def continue_reply(self, message_id: int) -> None:
        """Ask for the rest of a reply that was cut; the whole becomes a sibling of the part."""
        if self._is_free():
            part = self._shared.current.conversation.loaded[message_id]
            self.ask(self._shared.current, part.parent_id, continues=part)

    def keep_part(self, message_id: int) -> None:
        """Take a reply that was cut as it is: it counts as complete."""
        session = self._shared.current
        message = replace(session.conversation.loaded[message_id], state=State.COMPLETE, failure=None)
        session.conversation.put(message)
        self._journal.keep(session, message)
        self._shared.announce(MessageChanged(session.id, message))

    def give_tool_result(self, call_id: str, text: str | None) -> None:
        """Answer a tool call, None for declined; when all are answered the conversation goes on."""
        session = self._shared.current
        if self._is_free() and any(call.id == call_id for call in session.open_calls()):
            self._add_result(session, call_id, text)
            if not session.open_calls():
                self.ask(session, session.conversation.leaf_id)

    def _ended(self, session: OpenSession, running: Running, message: Message) -> None:
        """Ask again without thinking after "answer now"; else send the next prompt that waits."""
        if self._shared.closing:
            return
        if message.failure is not None and message.failure.kind in _HOPELESS:
            name = running.variant.endpoint.name
            session.waiting = [each for each in session.waiting if each.variant.endpoint.name != name]
        self.ask_in_turn(session, ())
        if running.given_up:
            self._ask_without_thought(session, running.parent_id, running.variant)
            return
        if message.state is not State.COMPLETE:
            return
        if self._shared.preferences.titles_by_model and session.wants_title:
            self._shared.spawn(self._titles.give(session, running, message))
        if session.queue and not session.runs and not session.open_calls():
            queued = session.queue.pop(0)
            self._queue_changed(session)
            self._send(session, queued)

    def _warn_of_room(self, session: OpenSession, variant: Variant) -> None:
        """Say, once for each limit and level, that the thought may use up all the tokens."""
        sentence = tight(variant.values, self._models.ladder(variant).thinking)
        if sentence and sentence != session.warned:
            self._shared.notice(sentence, "warning")
        session.warned = sentence

    def _ask_without_thought(self, session: OpenSession, parent_id: int | None, variant: Variant) -> None:
        """Ask again with the least thought that there is, and say so where that is not none."""
        known = self._models.ladder(variant)
        lowest = least(known.thinking)
        if lowest is None:
            self._shared.notice(
                f"{known.name} cannot stop thinking, and no lower level is known; it is asked again."
            )
        elif lowest != OFF:
            self._shared.notice(
                f"{known.name} cannot stop thinking; it is asked again at its lowest level, {lowest}."
            )
        values = unthinking(variant.values, known.thinking)
        self.ask(session, parent_id, replace(variant, values=values))

    def may_ask(self) -> bool:
        """Whether the current session may be sent where it would go now; a notice asks where nobody chose that yet."""
        session = self._shared.current
        if session.held:
            self._shared.notice(f"{held_sentence(session)} Choose where it goes on with /model.", "warning")
        return not session.held

    def go_on_here(self) -> None:
        """Let the current session go on where it would go now, though it was held elsewhere."""
        self._shared.current.held = ""
        self._models.warm(self._shared.current)

    def _queue_changed(self, session: OpenSession) -> None:
        self._journal.keep_unsent(session)
        self._shared.announce(QueueChanged(session.id))

    def _is_free(self) -> bool:
        if self._shared.current.runs:
            self._shared.notice("A reply is running. Stop it with Esc first.", "warning")
            return False
        return self.may_ask()

    def _add_result(self, session: OpenSession, call_id: str, text: str | None) -> None:
        content = DECLINED if text is None else text
        parent = session.conversation.leaf_id
        self.add(session, Message(new_id(), parent, Role.TOOL, content, tool_call_id=call_id))

    def add(self, session: OpenSession, message: Message, attached: Contents | None = None) -> None:
        """Add a message to the branch that is read, and keep it with what is attached."""
        session.conversation.append(message)
        self._journal.keep(session, message, attached)
        self._shared.announce(MessageChanged(session.id, message))

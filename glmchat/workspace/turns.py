"""Prompts and what follows them: the queue, stopping, asking again, tool results."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from glmchat.conversation import Message, Role, State, new_id
from glmchat.history.records import FIRST_MESSAGE
from glmchat.text import title_of
from glmchat.workspace.asking import Asking, without_thinking
from glmchat.workspace.changes import DraftRestored, MessageChanged, QueueChanged, SessionsChanged
from glmchat.workspace.resuming import told
from glmchat.workspace.session import OpenSession, Queued, Running
from glmchat.workspace.titles import ask_for_title

DECLINED = "The user declined to run this tool."


class Turning(Asking):
    """The part of the workspace that asks and is answered."""

    def send(self, text: str) -> None:
        """Send a prompt in the current session; while a reply runs it waits its turn."""
        session = self.current
        if not self.may_ask():
            self.announce(DraftRestored(session.id, text))
            return
        session.draft = ""
        if session.runs:
            session.queue.append(Queued(text))
            self._queue_changed(session)
        else:
            self.keep_unsent(session)
            self._send(session, text)

    def _send(self, session: OpenSession, text: str) -> None:
        message = self.say(session, text)
        self.ask(session, message.id)

    def say(self, session: OpenSession, text: str) -> Message:
        """Add a message of the user; tool calls that were still open count as declined."""
        for call in session.open_calls():
            self._add_result(session, call.id, None)
        message = Message(new_id(), session.conversation.leaf_id, Role.USER, text)
        if not session.title:
            session.conversation.title = title_of(text)
        self._add(session, message)
        if not session.incognito:
            self.archive.add_prompt(text)
        return message

    def edit_queued(self, id: int, text: str) -> None:
        """Change a prompt that waits."""
        for queued in self.current.queue:
            if queued.id == id:
                queued.text = text
        self._queue_changed(self.current)

    def withdraw(self, id: int) -> str:
        """Take a prompt that waits out of the queue; returns its text, empty where it is gone already."""
        found = next((queued for queued in self.current.queue if queued.id == id), None)
        if found is None:
            return ""
        self.current.queue.remove(found)
        self._queue_changed(self.current)
        return found.text

    def stop(self, session_id: int | None = None) -> bool:
        """Stop what runs in a session and keep what came; prompts that wait go back to the user."""
        session = self.current if session_id is None else self.open_sessions[session_id]
        if session.queue:
            text = "\n\n".join(queued.text for queued in session.queue)
            session.queue.clear()
            self.announce(QueueChanged(session.id))
            if session is self.current:
                self.announce(DraftRestored(session.id, text))
            else:
                self.set_draft(f"{text}\n\n{session.draft}" if session.draft.strip() else text, session)
        stopped = [self.stop_reply(id, session) for id in list(session.runs)]
        return any(stopped)

    def stop_reply(self, message_id: int, session: OpenSession | None = None) -> bool:
        """Stop one running reply and keep what came."""
        running = (session or self.current).runs.get(message_id)
        if running is None or running.task is None or running.task.done():
            return False
        if running.task.cancelling():
            return True
        # A task that is cancelled before its first step runs nothing at all, not even its ending.
        asyncio.get_running_loop().call_soon(running.task.cancel)
        return True

    def answer_now(self) -> bool:
        """End the thought and ask again without thinking; the thought is kept as an attempt."""
        running = self.current.running
        if running is None or running.reply.answering:
            return False
        running.given_up = True
        return self.stop_reply(running.message_id)

    def retry(self, message_id: int) -> None:
        """Ask again for a reply, or for one to a message of the user; what is there stays beside the new one."""
        if self._is_free():
            node = self.current.conversation.nodes[message_id]
            self.ask(self.current, node.parent_id if node.role is Role.ASSISTANT else node.id)

    def resend_without(self, message_id: int, parameter: str) -> None:
        """Ask again without a parameter that the endpoint refused, and remember that for it."""
        session = self.current
        message = session.conversation.loaded[message_id]
        reason = message.failure.message if message.failure else ""
        sentence = f"This endpoint refuses it: {reason}" if reason else "This endpoint refuses it."
        self.remember(session, self.learned_of(session).refuse(parameter, sentence))
        self.retry(message_id)

    def continue_reply(self, message_id: int) -> None:
        """Ask for the rest of a reply that was cut; the whole becomes a sibling of the part."""
        if self._is_free():
            part = self.current.conversation.loaded[message_id]
            self.ask(self.current, part.parent_id, continues=part)

    def keep_part(self, message_id: int) -> None:
        """Take a reply that was cut as it is: it counts as complete."""
        session = self.current
        message = replace(session.conversation.loaded[message_id], state=State.COMPLETE, failure=None)
        session.conversation.put(message)
        self.keep(session, message)
        self.announce(MessageChanged(session.id, message))

    def give_tool_result(self, call_id: str, text: str | None) -> None:
        """Answer a tool call, None for declined; when all are answered the conversation goes on."""
        session = self.current
        if self._is_free() and any(call.id == call_id for call in session.open_calls()):
            self._add_result(session, call_id, text)
            if not session.open_calls():
                self.ask(session, session.conversation.leaf_id)

    def after_reply(self, session: OpenSession, running: Running, message: Message) -> None:
        """Ask again without thinking after "answer now"; else send the next prompt that waits."""
        if running.given_up:
            variant = replace(running.variant, values=without_thinking(running.variant.values))
            self.ask(session, running.parent_id, variant)
            return
        if message.state is not State.COMPLETE:
            return
        if self.preferences.titles_by_model and session.wants_title:
            self.spawn(self._title(session, running, message))
        if session.queue and not session.runs and not session.open_calls():
            queued = session.queue.pop(0)
            self._queue_changed(session)
            self._send(session, queued.text)

    async def _title(self, session: OpenSession, running: Running, reply: Message) -> None:
        if running.variant.endpoint.demo or running.parent_id is None:
            return
        session.title_asked = True
        prompt = session.conversation.loaded[running.parent_id].content
        learned = self.learned_of(session)
        title = await ask_for_title(self.client, running.variant, learned, prompt, reply.content)
        if title and session.title_source == FIRST_MESSAGE:  # else the user gave one meanwhile
            session.conversation.title, session.title_source = title, "model"
            await self.archive_of(session).rename(session.id, title, "model")
            self.announce(SessionsChanged())

    def may_ask(self) -> bool:
        """Whether the current session may be sent where it would go now; told where nobody chose that yet."""
        if self.current.held:
            self.notice(f"{told(self.current)} Choose where it goes on with /model.", "warning")
        return not self.current.held

    def go_on_here(self) -> None:
        """Let the current session go on where it would go now, though it was held elsewhere."""
        self.current.held = ""
        self.warm(self.current)

    def warm(self, session: OpenSession) -> None:
        """Get ready what the first request will need, while the user types."""
        if not session.held:
            self.spawn(self.client.warm(session.endpoint))

    def _queue_changed(self, session: OpenSession) -> None:
        self.keep_unsent(session)
        self.announce(QueueChanged(session.id))

    def _is_free(self) -> bool:
        if self.current.runs:
            self.notice("A reply is running. Stop it with Esc first.", "warning")
            return False
        return self.may_ask()

    def _add_result(self, session: OpenSession, call_id: str, text: str | None) -> None:
        content = DECLINED if text is None else text
        parent = session.conversation.leaf_id
        self._add(session, Message(new_id(), parent, Role.TOOL, content, tool_call_id=call_id))

    def _add(self, session: OpenSession, message: Message) -> None:
        session.conversation.append(message)
        self.keep(session, message)
        self.announce(MessageChanged(session.id, message))

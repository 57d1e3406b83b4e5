"""The tree of a conversation: other versions, edits, forks, and branches that go away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from glmchat.core import titles
from glmchat.core.conversation import Conversation, Message, Role, State, format_id, new_id
from glmchat.core.session_names import AUTO, SESSION_ID
from glmchat.workspace.changes import PathChanged
from glmchat.workspace.journal import Journal
from glmchat.workspace.replies import Replies
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared
from glmchat.workspace.values import Values

_NOT_ITS_OWN: dict[str, Any] = {
    "logprobs": None, "usage": None, "cost": None, "timing": None, "response_id": None,
    "finish_reason": None, "native_finish_reason": None, "reasoning_details": (),
}  # fmt: skip


class Tree:
    """Moves in the tree of a conversation and lets it grow sideways; `entered` is called with a session that opened."""

    def __init__(
        self, shared: Shared, journal: Journal, replies: Replies, entered: Callable[[OpenSession], None]
    ) -> None:
        self._shared = shared
        self._journal = journal
        self._replies = replies
        self._entered = entered

    def select(self, message_id: int) -> None:
        """Read the branch through a message."""
        session = self._shared.current
        if session.conversation.leaf_id != message_id:
            session.conversation.select(message_id)
            self._path_changed(session)

    def edit(self, message_id: int, text: str, resend: bool = True) -> None:
        """Make another version of a message; one of the user's own is sent again unless `resend` is off."""
        session = self._shared.current
        if session.runs:
            self._shared.notice("A reply is running. Stop it with Esc before you edit a message.", "warning")
            return
        old = session.conversation.loaded[message_id]
        if resend and old.role is Role.USER and not self._replies.may_ask():
            return
        new = replace(old, id=new_id(), content=text, state=State.COMPLETE, failure=None)
        if old.role is not Role.USER:
            # What the endpoint counted and reported is about its own words.
            new = replace(new, **_NOT_ITS_OWN, warnings=("This reply was edited by the user.",))
        session.conversation.append(new)
        self._journal.keep(session, new)
        self._path_changed(session)
        if resend and old.role is Role.USER:
            self._replies.ask(session, new.id)

    def take_thought(self, message_id: int) -> None:
        """Make another version of a reply, with its thought as the answer."""
        session = self._shared.current
        if session.runs:
            self._shared.notice("A reply is running. Stop it with Esc first.", "warning")
            return
        old = session.conversation.loaded[message_id]
        new = replace(
            old, id=new_id(), content=old.reasoning, reasoning="", state=State.COMPLETE, failure=None
        )
        new = replace(new, **_NOT_ITS_OWN, warnings=(*old.warnings, "This answer came as thought."))
        session.conversation.append(new)
        self._journal.keep(session, new)
        self._path_changed(session)

    async def fork(self, message_id: int) -> OpenSession:
        """Make a new session of the branch up to a message, and open it."""
        old = self._shared.current
        await self._journal.need([node.id for node in old.conversation.path(message_id)])
        taken = (each.title for each in self._shared.open_sessions.values())
        twin = Conversation(title=titles.of_fork(old.title, taken))
        parent: int | None = None
        messages: list[Message] = []
        for node in old.conversation.path(message_id):
            message = replace(old.conversation.loaded[node.id], id=new_id(), parent_id=parent)
            parent = message.id
            twin.append(message)
            messages.append(message)
        values = Values(old.values.settings, old.values.withheld)
        if (
            values.get(SESSION_ID) == AUTO
        ):  # what both begin with lies in the cache of the one that it came from
            values.set(SESSION_ID, format_id(old.id))
        session = OpenSession(
            twin,
            values,
            old.endpoint,
            old.model,
            old.system,
            incognito=old.incognito,
            held=old.held,
            own=old.own,
            forked=True,
        )
        session.title_source, session.title_asked = old.title_source, old.title_asked
        for message in messages:
            session.add_cost(message)
        self._shared.open_sessions[session.id] = self._shared.current = session
        for message in messages:
            self._journal.keep(session, message)
            if not session.incognito:  # it was paid for where it was said
                self._shared.spawn(self._shared.archive.spending.add(message, replies=-1))
        self._entered(session)
        return session

    def delete_branch(self, message_id: int) -> None:
        """Take a message and all below it away; a running reply in it is stopped first."""
        session = self._shared.current
        below = {message_id, *(node.id for node in session.conversation.walk(message_id))}
        if below & session.runs.keys():
            self._shared.notice(
                "A reply is running in this branch. Stop it with Esc before you delete it.", "warning"
            )
            return
        removed = session.conversation.remove(message_id)
        session.removed.append(removed)
        if session.stored:
            self._shared.spawn(self._shared.archive_of(session).delete_messages(removed.ids))
        self._path_changed(session)

    def undelete_branch(self) -> bool:
        """Bring back the branch that was deleted last in this session; returns whether there was one."""
        session = self._shared.current
        if not session.removed:
            return False
        removed = session.removed.pop()
        session.conversation.restore(removed)
        if session.stored:
            self._shared.spawn(self._shared.archive_of(session).undelete_messages(removed.ids))
        self._path_changed(session)
        return True

    def _path_changed(self, session: OpenSession) -> None:
        self._journal.save_session(session)
        self._shared.announce(PathChanged(session.id))

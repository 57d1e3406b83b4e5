"""What another glmchat adds to a session that is open here: it comes into view where nothing runs."""

from __future__ import annotations

from glmchat.core.conversation import Message, State
from glmchat.workspace.changes import MessageChanged, SessionsChanged, ValuesChanged
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared


class OtherProcesses:
    """Takes in what another process adds to the history."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._behind: set[int] = set()  # sessions of which another process may have written more
        self._looked = False

    async def poll(self) -> None:
        """Look whether another process changed the history; if so, announce it and let the current session grow."""
        changed = await self._shared.archive.presence.poll()
        if changed or not self._looked:  # the first look has nothing to compare with
            self._looked = True
            self._behind = {
                id for id, each in self._shared.open_sessions.items() if each.stored and not each.incognito
            }
        if changed:
            self._shared.announce(SessionsChanged())
        session = self._shared.current
        if session.id in self._behind and not session.runs:
            self._behind.discard(session.id)
            await self._take_in(session)

    async def _take_in(self, session: OpenSession) -> None:
        """Add the messages that are on disk and not here; what follows the end of the branch becomes its end."""
        try:
            _, stored = await self._shared.archive.load(session.id, recent=0)
        except KeyError:
            return
        here = session.conversation.nodes
        # One that is still written comes when it is whole: the process that writes it says so by writing.
        new = [
            node.id
            for node in stored.nodes.values()
            if node.id not in here and node.state is not State.STREAMING
        ]
        found = await self._shared.archive.messages(new) if new else []
        if session.runs:
            self._behind.add(session.id)
            return
        gone = {id for removed in session.removed for id in removed.ids}
        for message in found:
            if message.id not in gone and message.id not in here:
                self._join(session, message)
        if found:
            self._shared.announce(ValuesChanged(session.id))

    def _join(self, session: OpenSession, message: Message) -> None:
        conversation = session.conversation
        if message.parent_id is not None and message.parent_id not in conversation.nodes:
            return
        follows = message.parent_id == conversation.leaf_id and not message.attempt
        session.add_cost(message)
        conversation.put(message)
        if follows:
            conversation.leaf_id = message.id
            self._shared.announce(MessageChanged(session.id, message))
            return
        siblings = set(conversation.siblings(message.id))
        shown = next((node.id for node in conversation.path() if node.id in siblings), None)
        if shown is not None and shown in conversation.loaded:
            self._shared.announce(MessageChanged(session.id, conversation.loaded[shown]))

"""Finds the places of the last reply where it was uncertain, for the distribution under the sidebar's sliders."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.analysis import distribution, lens
from glmchat.analysis.distribution import Places
from glmchat.core.conversation import Message
from glmchat.workspace import OpenSession, Workspace

if TYPE_CHECKING:
    from glmchat.tui.port import Host

_KEPT = 8


class DistributionPresenter:
    """Looks for the places only while a slider is looked at that needs them, and beside the screen."""

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self.app = app
        self.workspace = workspace
        self._known: dict[int, Places | None] = {}  # by the reply
        self._sought: set[int] = set()
        self._wanted: int | None = None  # the reply whose places are shown or looked for

    def follow(self) -> None:
        """Show the places of the last reply, once they are found."""
        if not self.app.chat.sidebar.shows_distribution:
            return
        session = self.workspace.current
        message = session.last_reply()
        self._wanted = message.id if message is not None else None
        if message is None or message.id in self._known:
            self._show(session)
        elif message.id not in self._sought:
            self._sought.add(message.id)
            self.app.spawn(self._find(session, message))

    def known(self) -> Places | None:
        """Where the last reply was uncertain, looked for where that was not done yet; None until it is known."""
        session = self.workspace.current
        message = session.last_reply()
        if message is None:
            return None
        if message.id not in self._known and message.id not in self._sought:
            self._sought.add(message.id)
            self.app.spawn(self._find(session, message))
        return self._known.get(message.id)

    async def places(self) -> Places | None:
        """Where the last reply was uncertain; None where that is not known."""
        session = self.workspace.current
        message = session.last_reply()
        if message is None:
            return None
        if message.id not in self._known:
            await self._find(session, message)
        return self._known.get(message.id)

    async def _find(self, session: OpenSession, message: Message) -> None:
        logprobs = await self.workspace.probabilities.of(session, message)
        tokens = (await asyncio.to_thread(lens.read, logprobs)).tokens if logprobs else []
        self._known[message.id] = await asyncio.to_thread(distribution.find_places, tokens)
        self._sought.discard(message.id)
        for id in list(self._known)[:-_KEPT]:
            del self._known[id]
        if self._wanted == message.id:
            self._show(session)

    def _show(self, session: OpenSession) -> None:
        places = self._known.get(self._wanted) if self._wanted is not None else None
        self.app.chat.sidebar.show_places(places, session.endpoint.demo)

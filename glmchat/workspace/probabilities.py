"""The log-probabilities of a reply, wherever they come from: the reply, the history, or the built-in model itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from glmchat.core.conversation import Message, Role, State
from glmchat.workspace.requests import Requests
from glmchat.workspace.session import OpenSession
from glmchat.workspace.shared import Shared


class Probabilities:
    """Finds the log-probabilities of replies."""

    def __init__(self, shared: Shared, requests: Requests) -> None:
        self._shared = shared
        self._requests = requests

    async def of(self, session: OpenSession, message: Message) -> dict[str, Any] | None:
        """The log-probabilities of a reply that is complete, as its endpoint sent them; None where there are none."""
        if message.role is not Role.ASSISTANT or message.state is State.STREAMING:
            return None
        if message.logprobs is None and session.stored:
            found = await self._shared.archive_of(session).messages([message.id], logprobs=True)
            message = found[0] if found else message
        return message.logprobs if message.logprobs is not None else await self._worked_out(session, message)

    async def _worked_out(self, session: OpenSession, message: Message) -> dict[str, Any] | None:
        """Those of a reply of the built-in model, which says them of each of its replies at any time."""
        work_out = self._shared.dependencies.demo_logprobs
        endpoint = self._shared.endpoints.get(message.provider or "")
        if work_out is None or endpoint is None or not endpoint.demo:
            return None
        if message.sent is None or not message.response_id or message.dropped:
            return None
        asked = replace(session.variant(), endpoint=endpoint, system=message.system or "")
        before = await self._requests.outgoing(session, message.parent_id, asked, ())
        body = {**message.sent, "messages": before.messages}
        return await asyncio.to_thread(work_out, body, message.response_id, message.content)

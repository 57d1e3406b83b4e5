"""A session in an archive, and how tests say something in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from glmchat.core.conversation import Cost, Failure, Message, Role, State, Timing, ToolCall, new_id
from glmchat.history import Archive, Session

# A message that has every field, and halves of characters in some.
WHOLE = Message(
    new_id(),
    None,
    Role.ASSISTANT,
    "answer \ud83d\ude00 end",
    "thought",
    reasoning_details=({"type": "reasoning.text", "text": "t"},),
    refusal="no",
    tool_calls=(
        ToolCall("c1", "look", '{"a": 1}', {"extra_content": {"google": {"thought_signature": "s"}}}),
    ),
    tool_call_id="c0",
    state=State.FAILED,
    failure=Failure("server", "it said \udc80", "try again", 500, True, "top_k"),
    finish_reason="length",
    native_finish_reason="MAX",
    logprobs={"content": [{"token": "a", "logprob": -0.5}]},
    usage={"prompt_tokens": 3},
    images=(
        {"type": "image/png", "bytes": 8, "address": None, "data": "data:image/png;base64,iVBORw0KGgo="},
    ),
    annotations=({"type": "url_citation", "url_citation": {"url": "https://a.example/", "title": "A"}},),
    served_by="Novita",
    service_tier="flex",
    system_fingerprint="fp \ud83d",
    cost=Cost(0.25, "CNY"),
    model="z-ai/glm-4.5",
    provider="wcode",
    response_id="r1",
    created=7,
    sent={"model": "z-ai/glm-4.5", "temperature": 0.5},
    settings={"temperature": 0.5, "stop": ["x"], "logprobs": True},
    system="be brief",
    dropped=4,
    timing=Timing(0.1, 0.2, 0.3, 0.4),
    warnings=("odd",),
    compared={"columns": [{"label": "hot", "replies": [1, 2]}]},
    attempt=True,
    created_at=1_700_000_000.25,
)


@dataclass
class Talk:
    """A session in an archive, and what is said in it."""

    archive: Archive
    session: Session
    last: int | None = None

    async def say(self, content: str, role: Role = Role.USER, **more: Any) -> Message:
        message = Message(new_id(), more.pop("parent_id", self.last), role, content, **more)
        await self.archive.save(self.session.id, message)
        self.last = message.id
        return message

    async def reply(self, content: str, **more: Any) -> Message:
        return await self.say(content, Role.ASSISTANT, **more)


def begin(archive: Archive, **fields: Any) -> Talk:
    session = Session(**fields)
    archive.create(session)
    return Talk(archive, session)


async def indexed(archive: Archive) -> None:
    """Wait until all that was said can be found."""
    async with asyncio.timeout(60):
        while await archive.search.waiting():
            await archive.flush()

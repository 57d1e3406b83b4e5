"""A session in an archive, and how tests say something in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from glmchat.conversation import Message, Role, new_id
from glmchat.history import Archive, Session


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

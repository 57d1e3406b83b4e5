"""Tags of the open session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.workspace import Workspace


def _words(argument: str) -> list[str]:
    """Tags as they are written: parted by spaces or commas, with or without a number sign."""
    words = (word.strip().lstrip("#") for word in argument.replace(",", " ").replace("，", " ").split())
    return list(dict.fromkeys(word for word in words if word))


async def tag(workspace: Workspace, argument: str) -> str:
    """Give the open session tags; alone, say which it has."""
    session = workspace.current
    if tags := _words(argument):
        await workspace.sessions.set_tags(session.id, list(dict.fromkeys([*session.tags, *tags])))
    return told(workspace)


async def untag(workspace: Workspace, argument: str) -> str:
    """Take tags off the open session, all of them where none is named."""
    session, gone = workspace.current, _words(argument)
    missing = [word for word in gone if word not in session.tags]
    if missing:
        raise Refused(f"This session has no tag {missing[0]!r}.")
    left = [word for word in session.tags if gone and word not in gone]
    await workspace.sessions.set_tags(session.id, left)
    return told(workspace)


def told(workspace: Workspace) -> str:
    """Say which tags the open session has."""
    tags = workspace.current.tags
    if not tags:
        return "This session has no tags. /tag NAME gives it one."
    return f"This session's tags: {', '.join(tags)}. Type tag:{tags[0]} into the list of sessions to filter."

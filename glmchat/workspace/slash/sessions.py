"""Which session a command means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.workspace import Workspace

# Rows of the list that are looked at: pinned ones come first, whenever something was said in them.
_MOST = 50


async def last_id(workspace: Workspace) -> int:
    """The session in which something was said last, beside the one that is open."""
    rows = await workspace.archive.sessions("", 0, _MOST)
    others = [row for row in rows if row.id != workspace.current.id]
    if not others:
        raise Refused("There is no other session yet.")
    return max(others, key=lambda row: row.updated).id

"""Sessions: new, open, rename, pin, delete and bring back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.history.records import BIN_DAYS
from glmchat.tui.commands.actions import instructions
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def new(app: ChatApp) -> None:
    """Start a new session."""
    presenter = presenter_of(app)
    presenter.keep_draft()
    presenter.workspace.sessions.new_session()
    app.spawn(instructions.offer(app))
    app.chat.close_overlay()
    app.chat.prompt.focus()


async def incognito(app: ChatApp) -> None:
    """Start a session that leaves no trace."""
    presenter = presenter_of(app)
    presenter.keep_draft()
    await presenter.workspace.sessions.new_incognito()
    presenter.facts_changed()
    app.chat.prompt.focus()
    app.say("Nothing of this session is written to disk; it is gone when glmchat ends.")


async def open_session(app: ChatApp, id: int) -> None:
    """Open a session of the list."""
    presenter = presenter_of(app)
    presenter.keep_draft()
    app.chat.close_overlay()
    if id != presenter.current.id:
        try:
            await presenter.workspace.sessions.open(id)
        except KeyError:
            presenter.sessions.changed()
            raise Refused("This session is not there any more.") from None
    app.chat.prompt.focus()


async def rename(app: ChatApp, argument: str) -> None:
    """Give the open session another title."""
    session = presenter_of(app).current
    await rename_session(app, session.id, session.title, argument)


async def rename_session(app: ChatApp, id: int, title: str, new_title: str | None = None) -> None:
    """Give a session another title, asked for where it is not given."""
    if not new_title:
        from glmchat.tui.screens.line import LineScreen

        new_title = await app.ask(LineScreen("Rename the session", title))
    if new_title and new_title.strip():
        presenter = presenter_of(app)
        await presenter.workspace.sessions.rename(id, new_title.strip())
        presenter.facts_changed()


async def pin(app: ChatApp) -> None:
    """Pin the open session, or unpin it."""
    presenter = presenter_of(app)
    await set_pinned(app, presenter.current.id)


async def set_pinned(app: ChatApp, id: int) -> None:
    """Keep a session at the top of the list, or no longer."""
    presenter = presenter_of(app)
    rows = app.chat.sessions.rows
    index = rows.find(id)
    row = rows.session(index) if index is not None else None
    if row is None:
        raise Refused("A session can be pinned once something was said in it.")
    await presenter.workspace.sessions.set_pinned(id, not row.pinned)


async def delete(app: ChatApp) -> None:
    """Delete the open session."""
    session = presenter_of(app).current
    if not session.stored:
        raise Refused("Nothing was said in this session yet.")
    await delete_session(app, session.id)


async def delete_session(app: ChatApp, id: int) -> None:
    """Move a session to the bin; it can be brought back."""
    presenter = presenter_of(app)
    presenter.keep_draft()
    await presenter.workspace.sessions.delete(id)
    presenter.deleted.append(id)
    app.say(f"The session is in the bin for {BIN_DAYS} days. /restore brings it back.")


async def restore(app: ChatApp) -> None:
    """Bring back the session that was deleted last."""
    presenter = presenter_of(app)
    if not presenter.deleted:
        raise Refused(
            "No session was deleted since glmchat started. `glmchat sessions bin` lists the older ones."
        )
    id = presenter.deleted.pop()
    await presenter.workspace.sessions.undelete(id)
    await open_session(app, id)


async def fork(app: ChatApp) -> None:
    """Make a new session of the branch that is read."""
    presenter = presenter_of(app)
    leaf = app.chat.transcript.selected or presenter.current.conversation.leaf_id
    if leaf is None:
        raise Refused("There is nothing to fork yet.")
    presenter.keep_draft()
    await presenter.workspace.tree.fork(leaf)


async def act(app: ChatApp, id: int, what: str) -> None:
    """Rename, pin or delete a session of the list."""
    rows = app.chat.sessions.rows
    index = rows.find(id)
    row = rows.session(index) if index is not None else None
    match what:
        case "rename" if row is not None:
            await rename_session(app, id, row.title)
        case "pin":
            await set_pinned(app, id)
        case "delete":
            await delete_session(app, id)


async def read_pages(app: ChatApp, query: str, pages: list[int]) -> None:
    """Read pages of the list that came into view."""
    await presenter_of(app).sessions.read_pages(query, pages)

"""Sessions: begin, list, find, open, name, delete, export, import."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.core.conversation import format_id
from glmchat.core.refused import Refused
from glmchat.history.formats.values import ImportRefused
from glmchat.history.search.query import QueryRefused
from glmchat.plain.acts.conversation import show
from glmchat.support.text import safe_line
from glmchat.workspace.slash import exports, tags
from glmchat.workspace.slash.imports import outcome
from glmchat.workspace.slash.sessions import last_id

if TYPE_CHECKING:
    from glmchat.history import SessionRow
    from glmchat.plain.command import Chat

_MOST = 20


def new(chat: Chat, _: str) -> str:
    """Start a new session."""
    chat.workspace.sessions.new_session()
    return "A new session."


async def incognito(chat: Chat, _: str) -> str:
    """Start a session that leaves no trace."""
    await chat.workspace.sessions.new_incognito()
    return "Nothing of this session is written to disk; it is gone when glmchat ends."


async def listing(chat: Chat, query: str) -> str:
    """List the newest sessions, or those that fit."""
    rows = await _rows(chat, query)
    return (
        "/open NUMBER goes on with one."
        if rows
        else "No sessions yet."
        if not query
        else "Nothing was found."
    )


async def _rows(chat: Chat, query: str, in_bin: bool = False) -> list[SessionRow]:
    try:
        rows = await chat.workspace.archive.sessions(query, 0, _MOST, in_bin)
    except QueryRefused as error:
        raise Refused(str(error)) from None
    chat.listed = [row.id for row in rows]
    for number, row in enumerate(rows, 1):
        marks = "".join(f" #{safe_line(tag)}" for tag in row.tags) + (" (pinned)" if row.pinned else "")
        here = " (this one)" if row.id == chat.session.id else ""
        chat.console.say(f"{number}. {safe_line(row.title) or 'Untitled'}{marks}{here}  {format_id(row.id)}")
    return rows


async def last(chat: Chat, _: str) -> None:
    """Go on with the session in which something was said last, beside the one that is open."""
    await open_session(chat, format_id(await last_id(chat.workspace)))


async def search(chat: Chat, query: str) -> str:
    """Find words in all sessions."""
    if not query:
        raise Refused("/search needs words to look for.")
    try:
        hits = await chat.workspace.archive.search.find(query, _MOST)
    except QueryRefused as error:
        raise Refused(str(error)) from None
    chat.listed = [hit.session_id for hit in hits]
    for number, hit in enumerate(hits, 1):
        chat.console.say(f"{number}. {safe_line(hit.title) or 'Untitled'}: {safe_line(hit.snippet)}")
    return "/open NUMBER goes on with one." if hits else "Nothing was found."


async def open_session(chat: Chat, given: str) -> None:
    """Go on with a session, by its number in the last list or by its id."""
    if not given:
        raise Refused("/open needs a number of the last list, or an id. /sessions lists them.")
    id = await _meant(chat, given)
    try:
        await chat.workspace.sessions.open(id)
    except KeyError:
        raise Refused("This session is not there any more.") from None
    chat.opened()
    await show(chat, "")


async def _meant(chat: Chat, given: str, in_bin: bool = False) -> int:
    if given.isascii() and given.isdigit() and 1 <= int(given) <= len(chat.listed):
        return chat.listed[int(given) - 1]
    offset, found = 0, set()
    while page := await chat.workspace.archive.sessions("", offset, 500, in_bin):
        ids = {row.id: format_id(row.id) for row in page}
        found |= {
            id for id, text in ids.items() if text.startswith(given.lower()) or text.endswith(given.lower())
        }
        offset += len(page)
    if len(found) != 1:
        what = "No session has" if not found else f"{len(found)} sessions have"
        raise Refused(f"{what} the number or id {given!r}.")
    return found.pop()


async def rename(chat: Chat, title: str) -> str:
    """Give the session another title."""
    if not title:
        title = await chat.console.ask("Title: ", chat.session.title) or ""
    if not title.strip():
        raise Refused("/rename needs a title.")
    await chat.workspace.sessions.rename(chat.session.id, title.strip())
    return f"The session is called “{safe_line(chat.session.title)}”."


async def pin(chat: Chat, _: str) -> str:
    """Keep the session at the top of the list, or no longer."""
    rows = await chat.workspace.archive.sessions("", 0, 500)
    row = next((each for each in rows if each.id == chat.session.id), None)
    if row is None:
        raise Refused("A session can be pinned once something was said in it.")
    await chat.workspace.sessions.set_pinned(row.id, not row.pinned)
    return "The session is no longer pinned." if row.pinned else "The session stays at the top of the list."


async def delete(chat: Chat, _: str) -> str:
    """Move the session to the bin."""
    session = chat.session
    if not session.stored:
        raise Refused("Nothing was said in this session yet.")
    chat.deleted.append(session.id)
    await chat.workspace.sessions.delete(session.id)
    chat.opened()
    return f"“{safe_line(session.title)}” is in the bin. /restore brings it back."


async def restore(chat: Chat, given: str) -> str:
    """Bring back the session that was deleted last, or one of the bin by its number or id."""
    if given:
        id = await _meant(chat, given, in_bin=True)
    elif chat.deleted:
        id = chat.deleted.pop()
    else:
        raise Refused("No session was deleted since glmchat started. /bin lists the older ones.")
    await chat.workspace.sessions.undelete(id)
    await chat.workspace.sessions.open(id)
    chat.opened()
    return "The session is back."


async def show_bin(chat: Chat, _: str) -> str:
    """List the deleted sessions."""
    rows = await _rows(chat, "", in_bin=True)
    return "/restore NUMBER brings one back." if rows else "The bin is empty."


async def tag(chat: Chat, argument: str) -> str:
    """Give the session tags; alone, say which it has."""
    return await tags.tag(chat.workspace, argument)


async def untag(chat: Chat, argument: str) -> str:
    """Take tags off the session."""
    return await tags.untag(chat.workspace, argument)


async def fork(chat: Chat, _: str) -> str:
    """Make a new session of the branch that is read."""
    leaf = chat.session.conversation.leaf_id
    if leaf is None:
        raise Refused("There is nothing to fork yet.")
    await chat.workspace.tree.fork(leaf)
    chat.opened()
    return "This is a new session that goes on from here."


async def export(chat: Chat, argument: str) -> str:
    """Write the session, the branch or everything to a file."""
    wanted = exports.read(argument)
    path = await exports.place(chat.workspace, wanted)
    if await asyncio.to_thread(path.exists):
        if not chat.console.asks:
            raise Refused(f"{path} is there already; name another file.")
        if await chat.console.choose(f"{path} already exists. Overwrite it?", ("yes", "no")) != "yes":
            return "Nothing was written."
    return await exports.write(chat.workspace, wanted, path)


async def import_file(chat: Chat, name: str) -> str:
    """Take in the sessions of a file."""
    if not name:
        raise Refused("/import needs a file: one of glmchat, ChatGPT, Open WebUI, llm, elia or oterm.")
    path = await asyncio.to_thread(Path(name).expanduser)
    try:
        return outcome(await chat.workspace.sessions.import_file(path))
    except ImportRefused as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror or error}.") from None

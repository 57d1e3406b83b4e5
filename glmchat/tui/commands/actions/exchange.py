"""Sessions out of the app and into it: export to a file, copy as Markdown, import."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.support.paths import Replacement
from glmchat.tui.commands.actions.chat import copy_text
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.widgets.prompt.slash import Offer

SCOPES = {
    "session": "This session, all branches",
    "branch": "The branch that is read",
    "all": "All sessions",
}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: a key of `SCOPES`, a format, and a file name, empty where none was given."""

    scope: str
    format: str
    path: str


def read(argument: str) -> Wanted:
    """Understand ``[session|branch|all] [FORMAT] [FILE]``; a file's name may tell the format."""
    from glmchat.history.formats.formats import EXPORTERS, format_named

    scope, format, rest = "", "", argument.strip()
    while rest:
        word, _, after = rest.partition(" ")
        name = format_named(word)
        if not scope and name in SCOPES:
            scope = name
        elif not format and name in EXPORTERS:
            format = name
        else:
            break
        rest = after.strip()
    if not format:
        suffix = format_named(Path(rest).suffix)
        format = suffix if suffix in EXPORTERS else "json" if scope == "all" else "markdown"
    return Wanted(scope or "session", format, rest)


def default_name(wanted: Wanted, title: str) -> str:
    """A file name that says what is in it: the title in letters that every file system takes, or the day."""
    from glmchat.history.formats.formats import EXPORTERS

    plain = "".join(char if char.isalnum() or char in "-_" else " " for char in title)
    name = "-".join(plain.split())
    while len(name.encode()) > _LONGEST_NAME:
        name = name[:-1]
    if wanted.scope == "all" or not name:
        name = f"glmchat-{time.strftime('%Y-%m-%d')}"
    return name + EXPORTERS[wanted.format].suffix


async def export(app: ChatApp, argument: str) -> None:
    """Write the session, the branch or everything to a file; alone, ask what and where to."""
    presenter = presenter_of(app)
    if argument:
        wanted: Wanted | None = read(argument)
    else:
        wanted = await _ask(app, presenter)
    if wanted is None:
        return
    if wanted.scope != "all" and not presenter.current.conversation.nodes:
        raise Refused("Nothing was said in this session yet.")
    path = await asyncio.to_thread(_place, wanted, presenter.current.title)
    if not await _may_write(app, path):
        return
    if wanted.scope == "all":
        app.say(f"Exporting all sessions to {path} …")
        app.inputs.let_go()
    try:
        await _write(path, _pieces(app, presenter, wanted))
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}.") from None
    app.say(f"Exported to {path}.")


async def _ask(app: ChatApp, presenter: Presenter) -> Wanted | None:
    from glmchat.history.formats.formats import EXPORTERS
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.screens.line import LineScreen
    from glmchat.tui.widgets.lists.choices import Row

    rows = [
        Row(Wanted(scope, format, ""), title, EXPORTERS[format].suffix, format, name=f"{scope} {format}")
        for scope, title in SCOPES.items()
        for format in EXPORTERS
    ]
    chosen = await app.ask(ChooseScreen("Export what, and as what?", rows))
    if chosen is None:
        return None
    name = await app.ask(LineScreen("Export to the file", default_name(chosen, presenter.current.title)))
    if not name or not name.strip():
        return None
    return Wanted(chosen.scope, chosen.format, name.strip())


def _place(wanted: Wanted, title: str) -> Path:
    """The file to write: the one that is named, or one with a telling name in the directory."""
    path = Path(wanted.path or ".").expanduser()
    return (path / default_name(wanted, title) if path.is_dir() else path).absolute()


async def _may_write(app: ChatApp, path: Path) -> bool:
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if not await asyncio.to_thread(path.exists):
        return True
    choices = (Choice("no", "Leave it as it is"), Choice("yes", "Overwrite it"))
    return await app.ask(ConfirmScreen("Overwrite the file?", f"{path} is there already.", choices)) == "yes"


def _pieces(app: ChatApp, presenter: Presenter, wanted: Wanted) -> AsyncIterator[str]:
    session = presenter.current
    if wanted.scope == "all":
        return presenter.workspace.sessions.export(wanted.format, None)
    leaf = app.chat.transcript.selected or session.conversation.leaf_id
    return presenter.workspace.sessions.export(
        wanted.format, session, leaf if wanted.scope == "branch" else None
    )


async def _write(path: Path, pieces: AsyncIterator[str]) -> None:
    """Write a file for its owner alone; what is there stays as it is until all is written."""
    replacement = await asyncio.to_thread(Replacement, path, "replace")
    try:
        async for piece in pieces:
            await asyncio.to_thread(replacement.file.write, piece)
        await asyncio.to_thread(replacement.commit)
    finally:
        replacement.discard()


def complete_export(app: ChatApp, typed: str) -> list[Offer]:
    """Offer what can be exported, and the formats."""
    from glmchat.history.formats.formats import EXPORTERS
    from glmchat.tui.widgets.prompt.slash import Offer

    before, _, last = typed.rpartition(" ")
    done = before.lower().split()
    left = [name for name in SCOPES if not set(done) & set(SCOPES)]
    left += [name for name in EXPORTERS if not set(done) & set(EXPORTERS)]
    head = f"/export {before} ".replace("  ", " ")
    return [
        Offer(f"{head}{name}", name, SCOPES.get(name, "")) for name in left if name.startswith(last.lower())
    ]


async def copy_session(app: ChatApp) -> None:
    """Copy the branch that is read as Markdown."""
    presenter = presenter_of(app)
    session = presenter.current
    if not session.conversation.nodes:
        raise Refused("Nothing was said in this session yet.")
    pieces = presenter.workspace.sessions.export("markdown", session, session.conversation.leaf_id)
    copy_text(app, "".join([piece async for piece in pieces]), "The session")


async def import_file(app: ChatApp, argument: str) -> None:
    """Take in the sessions of a file, and show how that goes."""
    from glmchat.tui.screens.importing import ImportScreen
    from glmchat.tui.screens.line import LineScreen

    name = argument or await app.ask(
        LineScreen("Import the file", placeholder="conversations.json, an export of glmchat, logs.db …")
    )
    if name and name.strip():
        path = await asyncio.to_thread(Path(name.strip()).expanduser)
        await app.ask(ImportScreen(presenter_of(app).workspace, path))

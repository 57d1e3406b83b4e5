"""Sessions out of the app and into it: export to a file, copy as Markdown, import."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.tui.commands.actions.chat import copy_text
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.slash import exports
from glmchat.workspace.slash.exports import SCOPES, Wanted

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.widgets.prompt.slash import Offer


# What formats are called whose name is no abbreviation.
_FORMATS = {"markdown": "Markdown"}


async def export(app: ChatApp, argument: str) -> None:
    """Write the session, the branch or everything to a file; alone, ask what and where to."""
    presenter = presenter_of(app)
    if argument:
        wanted: Wanted | None = exports.read(argument)
    else:
        wanted = await _ask(app, presenter)
    if wanted is None:
        return
    path = await exports.place(presenter.workspace, wanted)
    if not await _may_write(app, path):
        return
    if wanted.scope == "all":
        app.say(f"Exporting all sessions to {path} …")
        app.inputs.let_go()
    app.say(await exports.write(presenter.workspace, wanted, path, app.chat.transcript.selected))


async def _ask(app: ChatApp, presenter: Presenter) -> Wanted | None:
    from glmchat.history.formats.formats import EXPORTERS
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.screens.line import LineScreen
    from glmchat.tui.widgets.lists.choices import Row

    rows = [
        Row(Wanted(scope, format, ""), title, _FORMATS.get(format, format.upper()), name=f"{scope} {format}")
        for scope, title in SCOPES.items()
        for format in EXPORTERS
    ]
    chosen = await app.ask(ChooseScreen("Export what, and in which format?", rows))
    if chosen is None:
        return None
    name = await app.ask(
        LineScreen("Export to a file", exports.default_name(chosen, presenter.current.title))
    )
    if not name or not name.strip():
        return None
    return Wanted(chosen.scope, chosen.format, name.strip())


async def _may_write(app: ChatApp, path: Path) -> bool:
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if not await asyncio.to_thread(path.exists):
        return True
    choices = (Choice("no", "Leave it as it is"), Choice("yes", "Overwrite it"))
    return await app.ask(ConfirmScreen("Overwrite the file?", f"{path} already exists.", choices)) == "yes"


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
        LineScreen("Import a file", placeholder="conversations.json, an export of glmchat, logs.db …")
    )
    if name and name.strip():
        path = await asyncio.to_thread(Path(name.strip()).expanduser)
        await app.ask(ImportScreen(presenter_of(app).workspace, path))

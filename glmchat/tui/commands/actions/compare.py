"""One prompt to several variants, by slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.actions import compare_setup
from glmchat.tui.commands.actions.variants import confirm, show
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.workspace.slash.compare import compared, is_alone, swept, wanted

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


async def sweep(app: ChatApp, argument: str) -> None:
    """Ask with several values of one parameter at once."""
    given = wanted(argument)
    row, variants = swept(presenter_of(app).workspace, given)
    if not variants:
        await compare_setup.values(app, row)
        return
    await confirm(app, variants, given.prompt, given.repeats, f"/sweep {argument}")


async def compare(app: ChatApp, argument: str) -> None:
    """Ask several ways at once; without words, go back to the last comparison."""
    given = wanted(argument)
    workspace = presenter_of(app).workspace
    if is_alone(given):
        last = workspace.comparisons.last()
        await (show(app, last) if last is not None else compare_setup.ask(app))
    elif variants := compared(workspace, given.words):
        await confirm(app, variants, given.prompt, given.repeats, f"/compare {argument}")
    elif given.words[0] == "presets":
        await compare_setup.presets(app)
    else:
        await compare_setup.models(app)

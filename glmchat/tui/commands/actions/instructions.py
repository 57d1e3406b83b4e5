"""A project's instructions: offered once, shown, and made a part of the system prompt where the person wants it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.prompts.instructions import Instructions, find, remember
from glmchat.support.text import safe_line
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_SHOWN = 1200


async def offer(app: ChatApp) -> None:
    """Say that there are instructions, or take those that were wanted before into a session that is still empty."""
    found = await asyncio.to_thread(find)
    if found is None or found.wanted is False:
        return
    name = safe_line(found.path.name)
    session = presenter_of(app).current
    if session.conversation.nodes or session.endpoint.demo:
        return
    if found.wanted:
        _take(app, found)
        app.say(f"{name} of this project is a part of the system prompt; /instructions takes it out.")
    else:
        app.say(
            f"{name} holds instructions of this project; /instructions shows them and asks whether to use them."
        )


async def choose(app: ChatApp) -> None:
    """Show the instructions, and ask whether they are to be a part of the system prompt."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    found = await asyncio.to_thread(find)
    if found is None:
        raise Refused("There is no GLMCHAT.md or AGENTS.md here or above.")
    more = "…" if len(found.text) > _SHOWN else ""
    choices = [Choice("yes", "Use them, here and in new sessions"), Choice("no", "Do not use them")]
    sentence = f"{safe_line(str(found.path))}:\n\n{found.text[:_SHOWN].strip()}{more}"
    answer = await app.ask(ConfirmScreen("Use the project's instructions?", sentence, choices))
    if answer is None:
        return
    await asyncio.to_thread(remember, found, answer == "yes")
    if answer == "yes":
        _take(app, found)
        app.say(f"{safe_line(found.path.name)} is a part of the system prompt now.")
    else:
        _leave(app, found)


def _take(app: ChatApp, found: Instructions) -> None:
    _leave(app, found)
    presenter = presenter_of(app)
    system = presenter.current.system
    presenter.workspace.tuning.set_system(f"{system}\n\n{found.part}" if system.strip() else found.part)


def _leave(app: ChatApp, found: Instructions) -> None:
    """Take the instructions out of the system prompt, where they are in it."""
    presenter = presenter_of(app)
    system = presenter.current.system
    if found.part in system:
        presenter.workspace.tuning.set_system(system.replace(found.part, "").strip())

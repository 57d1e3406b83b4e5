"""Providers of config.toml that one adds and takes away in the settings screen."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from glmchat.core.config_keys import PROVIDERS, Keys

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace.dependencies import ConfigFile

# Writes a setting into the file, None to take it out.
Save = Callable[[Keys, Any], Awaitable[None]]
_NAME = re.compile(r"[\w.-]+")


async def add(app: ChatApp, file: ConfigFile, save: Save) -> Keys | None:
    """Ask for a name and an address; returns the section that was written, None where nothing was."""
    from glmchat.tui.screens.line import LineScreen

    taken = {key.section[1] for key in file.keys if key.section[0] == PROVIDERS}
    taken |= set(app.presenter.workspace.endpoints) if app.presenter is not None else set()
    name = await app.ask(LineScreen("The provider's name", placeholder="one word, such as mine"))
    if name is None or not (name := name.strip()):
        return None
    if name in taken or not _NAME.fullmatch(name):
        why = f"There is a provider {name} already." if name in taken else "A provider's name is one word."
        app.say(why, "warning")
        return None
    address = await app.ask(LineScreen(f"The address of {name}", placeholder="http://127.0.0.1:8000/v1"))
    if address is None or not (address := address.strip()):
        return None
    keys = (PROVIDERS, name)
    await save((*keys, "base_url"), address)
    app.say(f"{name} is available from the next start on.")
    return keys


async def remove(app: ChatApp, file: ConfigFile, keys: Keys, save: Save) -> None:
    """Take a provider's section out of the file, after a question."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    own = [key for key in file.keys if key.section == keys]
    if not any(key.given for key in own):
        app.say("The file says nothing about it.")
        return
    shipped = any(key.default for key in own if key.keys[-1] == "base_url")
    after = "The shipped values apply again." if shipped else "The provider is gone then."
    choices = (Choice("remove", "Remove it"), Choice("keep", "Keep"))
    sentence = f"Take [{'.'.join(keys)}] out of config.toml? {after}"
    if await app.ask(ConfirmScreen(".".join(keys), sentence, choices)) == "remove":
        await save(keys, None)
        app.say("It applies from the next start on.")

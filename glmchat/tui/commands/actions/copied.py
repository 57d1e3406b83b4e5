"""What was copied: by the tool that this system has, or from the terminal, which over ssh alone knows it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glmchat.support import clipboard
from glmchat.tui.commands.dispatch import Refused
from glmchat.tui.platform.terminal_clipboard import NotGiven, NotListed

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_TOLD_S = 1.5


@dataclass(frozen=True, slots=True)
class Copied:
    """A picture or a text, neither where nothing was copied that is wanted; `elsewhere` where the terminal gave it."""

    picture: bytes = b""
    text: str = ""
    elsewhere: bool = False


async def look(app: ChatApp, *, picture: bool = True, text: bool = True) -> Copied:
    """What was copied, of the kinds that are wanted; raises Refused where the terminal has it and does not give it."""
    ways = [_of_tools, _of_terminal]
    if any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY")):
        ways.reverse()  # a tool here would tell of a clipboard that nobody looks at
    for way in ways:
        found = await way(app, picture, text)
        if found.picture or found.text:
            return found
    return Copied()


async def is_told(app: ChatApp) -> bool:
    """Whether anything tells what was copied."""
    return app.terminal_clipboard.known or await asyncio.to_thread(clipboard.tells)


async def _of_tools(app: ChatApp, picture: bool, text: bool) -> Copied:
    data = await asyncio.to_thread(clipboard.picture) if picture else None
    if data:
        return Copied(picture=data)
    words = await asyncio.to_thread(clipboard.text) if text else None
    return Copied(text=words or "")


async def _of_terminal(app: ChatApp, picture: bool, text: bool) -> Copied:
    try:
        kinds = await app.terminal_clipboard.kinds() if app.terminal_clipboard.known else []
        if picture and (kind := clipboard.picture_kind(kinds)):
            return Copied(picture=await _read(app, kind))
        if text and (kind := clipboard.text_kind(kinds)):
            return Copied(text=clipboard.text_of(await _read(app, kind)).rstrip("\0"), elsewhere=True)
    except NotListed:
        pass  # a tool may still tell
    except NotGiven as error:
        raise Refused(str(error)) from None
    return Copied()


async def _read(app: ChatApp, kind: str) -> bytes:
    """Take one kind of what was copied; where that lasts, as the person is asked or the line is slow, say so."""
    told = asyncio.get_running_loop().call_later(
        _TOLD_S, app.say, "The terminal is asked for what was copied. You can go on typing."
    )
    try:
        return await app.terminal_clipboard.read(kind)
    finally:
        told.cancel()

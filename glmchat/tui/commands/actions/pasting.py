"""What is on the clipboard, for the next prompt: a picture is attached, a text stands at the cursor."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.files import dropped, pictures
from glmchat.files.reading import Bytes
from glmchat.files.refused import FileRefused
from glmchat.support import clipboard
from glmchat.support.text import safe_line
from glmchat.tui.commands.actions.attach import drop
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.session import Chosen

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_HELD_S = 0.3
_NO_TOOL = (
    "No tool here tells what is on the clipboard (wl-paste, xclip, pngpaste, osascript). "
    "Paste a text with the terminal's own keys; save a picture, and attach it with /file."
)


async def paste(app: ChatApp) -> None:
    """Attach the picture on the clipboard; where none is, put in what was copied here, else the clipboard's text."""
    prompt = app.chat.prompt
    prompt.focus()
    copied_here = prompt.app.clipboard
    if copied_here:
        prompt.add(copied_here)
    # What is typed next waits as long as a tool usually takes, and no longer.
    await asyncio.wait({app.spawn(_look(app, copied_here))}, timeout=_HELD_S)


async def _look(app: ChatApp, copied_here: str) -> None:
    try:
        await _take(app, copied_here)
    except Refused as refused:
        app.say(str(refused), "warning")


async def _take(app: ChatApp, copied_here: str) -> None:
    data = await asyncio.to_thread(clipboard.picture)
    if data is not None:
        if await _attach(app, data) and copied_here:
            app.chat.prompt.take_out(copied_here)
    elif not copied_here:
        await _add_text(app)


async def clip(app: ChatApp) -> None:
    """Put what is on the clipboard into the prompt at the cursor, a picture as an attachment."""
    data = await asyncio.to_thread(clipboard.picture)
    if data is None or not await _attach(app, data):
        await _add_text(app)
    app.chat.prompt.focus()


async def _add_text(app: ChatApp) -> None:
    found = await asyncio.to_thread(clipboard.text)
    if not found:
        has_tool = await asyncio.to_thread(clipboard.tells)
        raise Refused("There is nothing on the clipboard that can be put in." if has_tool else _NO_TOOL)
    app.chat.prompt.add(found)
    if dropped.names(found):
        await drop(app, found)


async def _attach(app: ChatApp, data: bytes) -> bool:
    """Attach a picture under a name that is free; False where it cannot be, which is told."""
    attaching, session = presenter_of(app).workspace.attaching, presenter_of(app).current
    taken = {each.attached.attachment.name for each in session.attached}
    names = ("clipboard" if number == 1 else f"clipboard-{number}" for number in count(1))
    name = next(each for each in names if not any(one.startswith(f"{each}.") for one in taken))
    try:
        suffix = pictures.suffix_of(data)
        attached = await asyncio.to_thread(
            pictures.prepared, Bytes(Path("-"), f"{name}{suffix}", data), attaching.form
        )
    except FileRefused as refused:
        app.say(str(refused), "warning")
        return False
    attaching.add(Chosen("", attached), session)
    app.say(f"Attached: {safe_line(attached.attachment.line)}.")
    return True

"""What is on the clipboard, for the next prompt: a picture is attached, a text stands at the cursor."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.files import dropped, pictures
from glmchat.files.reading import Bytes
from glmchat.files.refused import FileRefused
from glmchat.support.text import safe_line
from glmchat.tui.commands.actions import copied
from glmchat.tui.commands.actions.attach import are_here
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.session import Chosen

if TYPE_CHECKING:
    from glmchat.tui.commands.actions.copied import Copied
    from glmchat.tui.commands.chat_app import ChatApp

_HELD_S = 0.3
_NO_TOOL = (
    "Neither the terminal nor a tool here tells what is on the clipboard (wl-paste, xclip, pngpaste, osascript). "
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


async def clip(app: ChatApp) -> None:
    """Put what is on the clipboard into the prompt at the cursor, a picture as an attachment."""
    await _take(app, "")
    app.chat.prompt.focus()


async def _take(app: ChatApp, copied_here: str) -> None:
    """Put in what was copied; of that, only a picture is newer than what was copied here."""
    session = presenter_of(app).current
    found = await copied.look(app, text=not copied_here)
    if presenter_of(app).current is not session:
        if found.picture or found.text:
            raise Refused("What was copied came after you had left the session; take it once more here.")
    elif found.picture:
        if await _attach(app, found.picture) and copied_here:
            app.chat.prompt.take_out(copied_here)
    elif not copied_here:
        await _add_text(app, found)


async def _add_text(app: ChatApp, found: Copied) -> None:
    # Where nothing tells the clipboard, what was copied here is the best that is known of it.
    if not (text := found.text or app.chat.prompt.app.clipboard):
        is_told = await copied.is_told(app)
        raise Refused("There is nothing on the clipboard that can be put in." if is_told else _NO_TOOL)
    app.chat.prompt.add(text)
    if found.text and dropped.names(found.text):
        here = await are_here(app, found.text)
        if not here and found.elsewhere and found.text.startswith("file://"):
            app.say(
                "The copied files are not on this computer, so that only their names are put in.", "warning"
            )


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

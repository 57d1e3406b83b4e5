"""A page of the web, attached to the next prompt because the person asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.support.text import safe_line
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


async def fetch(app: ChatApp, address: str) -> None:
    """Attach the text of a page; the screen goes on meanwhile."""
    if not address:
        raise Refused("Write the address of a page after it: /fetch https://example.org/page")
    app.inputs.let_go()
    app.say("Fetching the page … Esc stops it.")
    chosen = await presenter_of(app).workspace.attaching.fetch(address)
    app.say(f"Attached: {safe_line(chosen.attached.attachment.line)}.")

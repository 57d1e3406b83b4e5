"""What is done with single messages and the blocks in them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from glmchat.text import safe_line
from glmchat.tui.actions.chat import desk_of
from glmchat.tui.running import Refused

if TYPE_CHECKING:
    from glmchat.tui.app import GlmChat

_SCHEMES = ("http", "https", "mailto")
_ENDINGS = {
    "python": "py", "javascript": "js", "typescript": "ts", "bash": "sh", "shell": "sh", "markdown": "md", "rust": "rs",
    "csharp": "cs", "ruby": "rb", "kotlin": "kt", "yaml": "yaml", "html": "html", "text": "txt",
}  # fmt: skip


def show_sibling(app: GlmChat, id: int, step: int) -> None:
    """Show another version of a message."""
    workspace = desk_of(app).workspace
    versions = workspace.current.conversation.siblings(id)
    place = versions.index(id) + step
    if 0 <= place < len(versions):
        workspace.select(versions[place])


def selected(app: GlmChat, id: int | None) -> None:
    """Show the thought of the message that is selected."""
    desk = desk_of(app)
    if desk.current.running is None:
        message = desk.current.conversation.loaded.get(id) if id is not None else None
        desk.thinking.show(
            message if message is not None and message.reasoning else desk.current.last_reply()
        )


async def open_link(app: GlmChat, url: str) -> None:
    """Open a link after asking, showing where it really goes; only http, https and mailto."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if urlsplit(url).scheme.lower() not in _SCHEMES:
        raise Refused(f"Only web and mail links are opened, and this one goes to {safe_line(url)}.")
    answer = await app.ask(
        ConfirmScreen(
            "Open this link?", safe_line(url), (Choice("open", "Open it"), Choice("copy", "Copy its address"))
        )
    )
    if answer == "open":
        app.open_url(url)
    elif answer == "copy":
        app.perform("actions.chat:copy_text", url, "The address")


async def save_code(app: GlmChat, text: str, language: str) -> None:
    """Save a block of code to a file of the person's choice; a file that is there is not overwritten unasked."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen
    from glmchat.tui.screens.line import LineScreen

    plain = "".join(char for char in language.lower() if char.isalnum())
    name = await app.ask(LineScreen("Save the code as", f"code.{_ENDINGS.get(plain, plain[:8] or 'txt')}"))
    if not name or not name.strip():
        return
    path = Path(name.strip()).expanduser()
    if path.exists():
        sentence = f"{path} is there already."
        choices = (Choice("no", "Leave it as it is"), Choice("yes", "Overwrite it"))
        if await app.ask(ConfirmScreen("Overwrite the file?", sentence, choices)) != "yes":
            return
    whole = text if text.endswith("\n") else text + "\n"
    await asyncio.to_thread(path.write_text, whole, encoding="utf-8")
    app.say(f"Saved as {path}.")

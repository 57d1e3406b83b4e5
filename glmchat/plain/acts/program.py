"""Help, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat import manual
from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.plain.command import Chat

KEYS = """Enter sends; a backslash before it, Ctrl+J or Alt+Enter breaks the line. Arrows bring back earlier prompts.
Tab completes commands, models and parameters. Ctrl+X Ctrl+E opens the prompt in $EDITOR.
Ctrl+C stops a reply and keeps what came, or clears the prompt. Ctrl+D ends.
"""


def help_page(chat: Chat, topic: str) -> str | None:
    """List keys and commands, or print a page of the manual."""
    if topic:
        found = manual.nearest(topic)
        if found is None:
            raise Refused(f"The manual has no page {topic!r}. /help lists the pages.")
        chat.console.say(manual.page(found, chat.workspace.preferences.language))
        return None
    rows = [(f"/{row.name} {row.arguments}".rstrip(), row.help) for row in chat.commands]
    chat.console.say(KEYS)
    chat.console.say("\n".join(f"{usage}: {about}" for usage, about in rows))
    pages = ", ".join(each.name for each in manual.topics(chat.workspace.preferences.language))
    chat.console.say(f"\n/help TOPIC prints a page of the manual: {pages}.")
    return None


def leave(chat: Chat, _: str) -> None:
    """End."""
    chat.ended = True


def topics(chat: Chat) -> list[str]:
    """The pages of the manual, to be completed."""
    return [each.name for each in manual.topics(chat.workspace.preferences.language)]

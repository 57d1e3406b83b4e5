"""What becomes of a prompt: a message, or a slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.support.suggestions import nearest
from glmchat.tui.commands.actions import chat, templates
from glmchat.tui.commands.actions.typed import prompts
from glmchat.tui.commands.dispatch import Refused, is_open
from glmchat.tui.commands.registry import BY_SLASH, FORMERLY

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.commands.command import Work
    from glmchat.tui.widgets.prompt.slash import Offer


def slash_words(text: str) -> tuple[str, str] | None:
    """Split ``/name the rest`` into name and rest; None where the text is no slash command but a message.

    A path such as ``/usr/bin`` and a text of several lines whose first word is no command are messages.
    """
    if not text.startswith("/") or text.startswith("//"):
        return None
    first, _, rest = text[1:].partition(" ")
    if "\n" in first or "/" in first or not first.strip():
        return None
    return first.lower(), rest.strip()


def submit(app: ChatApp, text: str) -> Work | None:
    """Carry out a slash command, or send the text; two slashes at the start send it with one.

    What is sent before the history is open goes as soon as it is.
    """
    words = slash_words(text)
    if words is None:
        text = text[1:] if text.startswith("//") else text
        if is_open(app):
            return chat.send(app, text)
        app.perform_when_open(chat.send, text)
        return None
    name, argument = words
    row = BY_SLASH.get(name) or FORMERLY.get(name)
    if row is None and app.presenter is not None and name in app.presenter.prompts.names():
        app.chat.prompt.recall.add(text)
        return templates.use(app, name, argument)
    if row is None:
        if not app.chat.prompt.text:
            app.chat.prompt.put(text)
        guess = nearest(name, [*BY_SLASH, *prompts(app)])
        raise Refused(
            f"There is no command /{name}.{guess} To send this as a message, begin it with two slashes."
        )
    told = f"/{name} is called /{row.slash} now; the old name goes on working."
    if name == row.formerly and not app.notices.has(told):
        app.say(told)
    # What follows /key may be a key, pasted where the name of a provider belongs.
    app.chat.prompt.recall.add("/key" if name == "key" else text)
    app.run_command(row.name, argument)
    return None


def take(app: ChatApp, offer: Offer) -> Work | None:
    """Run an offer that was clicked, or put it into the prompt where something needs to follow."""
    if offer.file:
        app.chat.prompt.name_file(offer.text)
        return None
    if offer.complete:
        app.chat.prompt.put("")
        return submit(app, offer.text.rstrip())
    app.chat.prompt.put(offer.text)
    return None

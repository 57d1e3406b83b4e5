"""What becomes of a prompt: a message, or a slash command with its completions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.support.suggestions import nearest
from glmchat.tui.commands.dispatch import Refused, find
from glmchat.tui.commands.registry import BY_SLASH, slash_words
from glmchat.tui.widgets.prompt.slash import Offer, command_offers

if TYPE_CHECKING:
    from glmchat.tui.app import GlmChat

LONGEST = 400


def submit(app: GlmChat, text: str) -> None:
    """Carry out a slash command, or send the text; two slashes at the start send it with one.

    What is sent before the history is open goes as soon as it is.
    """
    words = slash_words(text)
    if words is None:
        app.perform_when_open("actions.chat:send", text[1:] if text.startswith("//") else text)
        return
    name, argument = words
    row = BY_SLASH.get(name)
    if row is None:
        if not app.chat.prompt.text:
            app.chat.prompt.put(text)
        guess = nearest(name, BY_SLASH)
        raise Refused(
            f"There is no command /{name}.{guess} To send this as a message, begin it with two slashes."
        )
    # What follows /key may be a key, pasted where the name of a provider belongs.
    app.chat.prompt.recall.add("/key" if name == "key" else text)
    app.run_command(row.name, argument)


def typed(app: GlmChat) -> None:
    """The prompt has changed: keep it soon, and offer what may follow a slash."""
    app.chat.slash.follow(app.chat.prompt.text)
    if app.chat.prompt.text:
        app.interrupted = 0.0  # another Ctrl+C is not the second in a row
    if app.presenter is not None:
        app.presenter.typed()


def offers(app: GlmChat, text: str) -> list[Offer]:
    """What may follow; nothing for a text that is no slash command, or one that is complete."""
    if len(text) > LONGEST or "\n" in text or not text.startswith("/"):
        return []
    name, space, argument = text[1:].partition(" ")
    if not space:
        return command_offers(name.lower()) if "/" not in name else []
    row = BY_SLASH.get(name.lower())
    if row is None or not row.completes or app.presenter is None:
        return []
    found: list[Offer] = find(row.completes)(app, argument.lstrip())
    return [] if [each.text for each in found] == [text] else found


def take(app: GlmChat, offer: Offer) -> None:
    """Run an offer that was clicked, or put it into the prompt where something needs to follow."""
    if offer.complete:
        app.chat.prompt.put("")
        submit(app, offer.text.rstrip())
    else:
        app.chat.prompt.put(offer.text)

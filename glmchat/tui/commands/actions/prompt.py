"""What becomes of a prompt: a message, or a slash command with its completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.support.suggestions import nearest
from glmchat.tui.commands.actions import attach, chat, templates
from glmchat.tui.commands.actions.program import wanted
from glmchat.tui.commands.dispatch import Refused, is_open
from glmchat.tui.commands.registry import BY_SLASH, FORMERLY, TABLE
from glmchat.tui.widgets.prompt.slash import Offer

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.commands.command import Work

LONGEST = 400


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
        guess = nearest(name, [*BY_SLASH, *_prompts(app)])
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


def typed(app: ChatApp) -> None:
    """The prompt has changed: keep it soon, and offer what may follow a slash."""
    app.chat.slash.follow(app.chat.prompt.asked())
    app.chat.show_first_page()
    if app.chat.prompt.text:
        app.interrupted = 0.0  # another Ctrl+C is not the second in a row
    if app.presenter is not None:
        app.presenter.typed()


def offers(app: ChatApp, text: str) -> list[Offer]:
    """What may follow: files after an @, else what completes a slash command; nothing for any other text."""
    if text.startswith("@") and len(text) <= LONGEST and not any(map(str.isspace, text)):
        return attach.offers(app, text[1:])
    if len(text) > LONGEST or "\n" in text or not text.startswith("/"):
        return []
    name, space, argument = text[1:].partition(" ")
    if not space:
        return [*command_offers(name.lower()), *_prompt_offers(app, name.lower())] if "/" not in name else []
    row = BY_SLASH.get(name.lower())
    if row is None or row.completes is None or app.presenter is None:
        return []
    found = row.completes(app, argument.lstrip())
    return [] if [each.text for each in found] == [text] else found


def _prompts(app: ChatApp) -> Mapping[str, str]:
    """The prompts of the library that may be used by a slash; names of commands win over them."""
    known = app.presenter.prompts.names() if app.presenter is not None else {}
    return {name: about for name, about in known.items() if name not in BY_SLASH}


def _prompt_offers(app: ChatApp, typed: str) -> list[Offer]:
    return [
        Offer(f"/{name}", f"/{name}", about)
        for name, about in _prompts(app).items()
        if name.startswith(typed)
    ]


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


def command_offers(typed: str) -> list[Offer]:
    """The slash commands that begin with what was typed after the slash; one of just that name comes first."""
    found = [row for row in TABLE if row.slash and row.slash.startswith(typed)]
    return [
        Offer(
            f"/{row.slash} " if row.arguments else f"/{row.slash}",
            f"/{row.slash} {row.arguments}".rstrip(),
            row.help,
            complete=row.slash == typed or row.alone or row.completes is None,
        )
        for row in sorted(found, key=lambda row: (row.slash != typed, wanted(row.slash)))
    ]

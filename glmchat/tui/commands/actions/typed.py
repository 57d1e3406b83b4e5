"""What follows a key in the prompt: offers over it, and a draft that is kept. The first key needs no more than this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.tui.commands.actions.program import wanted
from glmchat.tui.commands.registry import BY_SLASH, TABLE
from glmchat.tui.widgets.prompt.slash import Offer

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

LONGEST = 400


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
        return file_offers(app, text[1:])
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


def file_offers(app: ChatApp, typed: str) -> list[Offer]:
    """The files that may be meant by what follows an @; of a directory that is named, all that is in it first."""
    if app.presenter is None:
        return []
    found = app.presenter.files.find(typed)
    here = typed.removeprefix("./")
    whole = here.endswith("/") and any(path.startswith(here) for path in found)
    first = [Offer(here, here, "All that is in it, after a look.", file=True)] if whole else []
    return [*first, *(Offer(path, path, file=True) for path in found)]


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


def prompts(app: ChatApp) -> Mapping[str, str]:
    """The prompts of the library that may be used by a slash; names of commands win over them."""
    known = app.presenter.prompts.names() if app.presenter is not None else {}
    return {name: about for name, about in known.items() if name not in BY_SLASH}


def _prompt_offers(app: ChatApp, typed: str) -> list[Offer]:
    return [
        Offer(f"/{name}", f"/{name}", about) for name, about in prompts(app).items() if name.startswith(typed)
    ]

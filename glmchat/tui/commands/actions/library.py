"""Everything that was ever said: search in it, tags, and the bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.actions.branches import go_to
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.slash import tags

if TYPE_CHECKING:
    from glmchat.history.records import Hit
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer


async def search(app: ChatApp, words: str) -> None:
    """Search in all sessions, and show the place that is chosen."""
    from glmchat.tui.screens.search import SearchScreen

    presenter = presenter_of(app)
    answer = await app.ask(SearchScreen(presenter.workspace, words))
    if answer is not None:
        await show(app, *answer)


async def show(app: ChatApp, hit: Hit, query: str) -> None:
    """Open the session of a hit at its place, with the words marked; a thought opens its panel."""
    from glmchat.tui.commands.actions.sessions import open_session

    presenter = presenter_of(app)
    await open_session(app, hit.session_id)
    if hit.message_id is None:
        return
    await presenter.workspace.journal.need([hit.message_id])
    message = presenter.current.conversation.loaded.get(hit.message_id)
    if message is None:
        raise Refused("This message is not there any more.")
    if hit.field != "reasoning":
        places = _places(message.content, query)
        go_to(presenter, message.id, places[0][0] if places else 0)
        app.chat.transcript.hits.put({message.id: places}, (message.id, places[0][0]) if places else None)
        return
    go_to(presenter, message.id)
    places = _places(message.reasoning, query)
    presenter.thinking.show(message)
    app.call_after_refresh(presenter.thinking.panel.show_place, message.id, places)


def _places(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words of a query stand in a text, as it is shown."""
    from glmchat.history.search import excerpt
    from glmchat.history.search.query import parse
    from glmchat.support.text import safe

    patterns = [excerpt.pattern(term) for term in parse(query).terms]
    shown = safe(text)
    return sorted(match.span() for each in patterns for match in each.finditer(shown))


# -- tags


async def tag(app: ChatApp, argument: str) -> None:
    """Give the open session tags; alone, say which it has."""
    app.say(await tags.tag(presenter_of(app).workspace, argument))


async def untag(app: ChatApp, argument: str) -> None:
    """Take tags off the open session, all of them where none is named."""
    app.say(await tags.untag(presenter_of(app).workspace, argument))


def complete_untag(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the tags that the session has."""
    from glmchat.tui.widgets.prompt.slash import Offer

    here = presenter_of(app).current.tags
    return [Offer(f"/untag {each}", each) for each in here if each.startswith(typed)]


# -- the bin


async def show_bin(app: ChatApp) -> None:
    """Show the deleted sessions."""
    from glmchat.tui.screens.bin import BinScreen

    await app.ask(
        BinScreen(
            presenter_of(app).workspace, lambda of, title, what: app.perform(act_in_bin, of, title, what)
        )
    )


async def act_in_bin(app: ChatApp, id: int, title: str, what: str) -> None:
    """Bring back or remove what the bin names, and show what is left."""
    from glmchat.support.text import safe_line
    from glmchat.tui.screens.bin import BinScreen

    presenter = presenter_of(app)
    name = safe_line(title) or "Untitled"
    if what == "restore":
        await presenter.workspace.sessions.undelete(id)
        presenter.deleted = [each for each in presenter.deleted if each != id]
        app.say(f"“{name}” is in the list again.")
    elif await _sure(app, name if what == "purge" else None):
        count = await presenter.workspace.sessions.purge(id if what == "purge" else None)
        app.say(f"“{name}” is gone." if what == "purge" else f"The bin is empty; {count} sessions are gone.")
    if isinstance(app.screen, BinScreen):
        await app.screen.renew()


async def _sure(app: ChatApp, name: str | None) -> bool:
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if name is not None:
        title = "Remove it for good?"
        sentence = f"After this, “{name}” cannot be brought back, except from a backup."
    else:
        title = "Empty the bin?"
        sentence = "After this, no session of the bin can be brought back, except from a backup."
    choices = (Choice("no", "Leave the bin as it is"), Choice("yes", "Remove for good"))
    return await app.ask(ConfirmScreen(title, sentence, choices)) == "yes"

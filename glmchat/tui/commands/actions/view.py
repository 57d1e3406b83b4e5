"""What is shown: panes, scrolling, themes, the request, finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer


def toggle_sessions(app: ChatApp) -> None:
    """Go to the sessions, or fold them."""
    app.chat.toggle("sessions")


def toggle_parameters(app: ChatApp) -> None:
    """Go to the parameters, or fold them."""
    app.chat.toggle("sidebar")


def go_to_conversation(app: ChatApp) -> None:
    """Go to the conversation; from there, back to the prompt."""
    here = app.chat.transcript.has_focus
    (app.chat.prompt if here else app.chat.transcript).focus()


def toggle_thinking(app: ChatApp) -> None:
    """Fold the thought of the selected message, else the last one, or open it."""
    if not presenter_of(app).thinking.toggle():
        raise Refused("There is no thought here: no reply came with one.")


def page_up(app: ChatApp) -> None:
    """Scroll up by a page."""
    app.chat.transcript.action_scroll_pages(-1)


def page_down(app: ChatApp) -> None:
    """Scroll down by a page."""
    app.chat.transcript.action_scroll_pages(1)


def scroll_top(app: ChatApp) -> None:
    """Scroll to the start."""
    app.chat.transcript.action_scroll_home()


def scroll_bottom(app: ChatApp) -> None:
    """Scroll to the end and follow it."""
    app.chat.transcript.action_scroll_end()


def focus_next(app: ChatApp) -> None:
    """Go to the next pane."""
    app.chat.move_focus(1)


def focus_previous(app: ChatApp) -> None:
    """Go to the pane before."""
    app.chat.move_focus(-1)


async def show_request(app: ChatApp, id: int | None = None) -> None:
    """Show the request that would be sent now, or the one that a reply was the answer to."""
    from glmchat.tui.screens.request import RequestScreen

    presenter = presenter_of(app)
    preview = await presenter.workspace.requests.preview(app.chat.prompt.whole() if id is None else "")
    message = presenter.current.conversation.loaded.get(id) if id is not None else None
    await app.ask(RequestScreen(preview, message))


async def theme(app: ChatApp, argument: str) -> None:
    """Choose a theme with a live preview, or take the one that is named."""
    if argument:
        app.themes.take(argument)
        chosen: str | None = app.themes.name if app.themes.name == argument else None
    else:
        from glmchat.tui.screens.themes import ThemeScreen

        chosen = await app.ask(ThemeScreen(app.themes.show))
    if chosen is not None:
        await presenter_of(app).workspace.dependencies.config_store.save_setting(("screen", "theme"), chosen)


def complete_theme(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the themes that begin so."""
    from glmchat.tui.theming import themes
    from glmchat.tui.widgets.prompt.slash import Offer

    names = sorted(themes.files(themes.directories()))
    return [Offer(f"/theme {name}", name) for name in names if name.startswith(typed.lower())]


async def find(app: ChatApp, argument: str) -> None:
    """Find words in the open conversation."""
    await presenter_of(app).finder.open(argument)


async def find_words(app: ChatApp, words: str) -> None:
    """Look for other words in this conversation."""
    await presenter_of(app).finder.find(words)

"""How much the model is to think, by key, by slash command and by the sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.dispatch import presenter_of
from glmchat.tui.widgets.prompt.slash import Offer
from glmchat.workspace.slash import thinking

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp


def toggle(app: ChatApp, argument: str) -> None:
    """Turn thinking on or off for the next request, or ask for a level of it."""
    _say(app, thinking.think(presenter_of(app).workspace, argument))


def effort(app: ChatApp, argument: str) -> None:
    """Ask for a level of thought; alone, say which there are."""
    _say(app, thinking.effort(presenter_of(app).workspace, argument))


def step(app: ChatApp, by: int) -> None:
    """Think one level more or less."""
    _say(app, presenter_of(app).workspace.depths.step(by))


def choose(app: ChatApp, depth: str, merge_key: str | None) -> None:
    """Take what the sidebar announced."""
    _say(app, presenter_of(app).workspace.depths.choose(depth, merge_key))


def once(app: ChatApp, argument: str) -> None:
    """Ask for a level with the next message alone; alone, take that back."""
    _say(app, thinking.once(presenter_of(app).workspace, argument, marked=True))


def complete_think(app: ChatApp, typed: str) -> list[Offer]:
    """Offer what there is for the model."""
    return _offers(app, "think", typed)


def complete_effort(app: ChatApp, typed: str) -> list[Offer]:
    """Offer what there is for the model."""
    return _offers(app, "effort", typed)


def complete_once(app: ChatApp, typed: str) -> list[Offer]:
    """Offer what there is for the model."""
    return _offers(app, "once", typed)


def _offers(app: ChatApp, command: str, typed: str) -> list[Offer]:
    depths = presenter_of(app).workspace.depths
    return [
        Offer(f"/{command} {place}", thinking.named(place), depths.about(place))
        for place in depths.scale()
        if place.startswith(typed.lower())
    ]


def _say(app: ChatApp, sentence: str) -> None:
    if sentence:
        app.say(sentence)

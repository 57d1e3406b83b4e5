"""Models, providers and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.support.suggestions import nearest
from glmchat.tui.commands.dispatch import presenter_of
from glmchat.workspace.slash import models

if TYPE_CHECKING:
    from glmchat.api.endpoint import Endpoint
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer


async def choose(app: ChatApp, argument: str) -> None:
    """Choose a model and its provider, or take the one that is named."""
    workspace = presenter_of(app).workspace
    if argument:
        named, model = models.named(workspace, argument)
        provider = named.name
    else:
        from glmchat.tui.screens.models import ModelScreen

        chosen = await app.ask(ModelScreen(workspace))
        if chosen is None:
            return
        provider, model = chosen
    endpoint = models.endpoint(workspace, provider)
    if endpoint.lacks_key and await ask_for_key(app, endpoint) is None:
        return
    if not model:
        await choose(app, "")
        return
    app.say(models.take(workspace, provider, model))


async def add_key(app: ChatApp, argument: str) -> None:
    """Add a key for a provider and switch over to it."""
    workspace = presenter_of(app).workspace
    wanted = models.key_wanted(workspace, argument)
    if argument and wanted.name != argument:
        # It may be a key, so it is not repeated.
        guess = nearest(argument, [each.name for each in models.with_keys(workspace)])
        app.say(
            f"After /key comes the name of a provider.{guess} The key itself belongs in the field of this dialog."
        )
    added = await ask_for_key(app, wanted)
    if added is None:
        return
    if models.switch_over(workspace, added):
        app.say(f"The key works and is stored. {added.name} answers from the next message on.")
    else:
        app.say(f"The key works and is stored. Choose a model of {added.name} now.")
        await choose(app, "")


async def ask_for_key(app: ChatApp, endpoint: Endpoint) -> Endpoint | None:
    """Ask for a key, check it with one small request, and store it."""
    from glmchat.tui.screens.key import KeyScreen

    return await app.ask(KeyScreen(presenter_of(app).workspace, endpoint))


def complete(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the models that are known."""
    from glmchat.tui.widgets.prompt.slash import Offer

    workspace = presenter_of(app).workspace
    offers = []
    for provider in workspace.endpoints:
        offers += [
            Offer(f"/model {model.id} @ {provider}", f"{model.id} @ {provider}", model.name)
            for model in workspace.models.known_models(provider)
            if model.id and typed.lower() in model.id.lower()
        ]
    return offers[:200]


def complete_provider(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the providers that take a key."""
    from glmchat.tui.widgets.prompt.slash import Offer

    endpoints = presenter_of(app).workspace.endpoints.values()
    return [
        Offer(f"/key {each.name}", each.name, each.base_url)
        for each in endpoints
        if not each.demo and each.name.startswith(typed)
    ]

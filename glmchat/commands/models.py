"""``glmchat models``: what there is to choose from."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from glmchat.api import models_dev
from glmchat.api.endpoint import Endpoint
from glmchat.commands import history_access
from glmchat.commands.errors import CommandError, Exit, KeyMissingError, UsageError, status_of
from glmchat.commands.parsing import Call
from glmchat.commands.reaching import client_for
from glmchat.commands.target import Target, endpoint_of, settings_of, target_of
from glmchat.commands.terminal import put_json, say, show, table
from glmchat.core import pricing
from glmchat.core.model import Model
from glmchat.support import paths
from glmchat.support.suggestions import nearest
from glmchat.support.text_files import NotText, read_text

if TYPE_CHECKING:
    from glmchat.api.balance import Balance


def run(call: Call) -> int:
    """Print the endpoint's models, merged with what is known of them; raises UsageError and CommandError."""
    if call.words[:1] == ["balance"] and len(call.words) == 1:
        return _balance(call)
    if call.words:
        return _import(call)
    target = target_of(call, settings_of(call))
    found = asyncio.run(_models(*_reachable(target), call.has("refresh")))
    for notice in target.notices:
        say(notice)
    if call.has("json"):
        put_json([_as_json(model) for model in found])
    else:
        rows = [_as_line(model, model.id is not None and model.id == target.model) for model in found]
        show(table(rows, ("id", "context", "price for 1,000 tokens in / out", "abilities", "name")))
    return Exit.OK


def _import(call: Call) -> int:
    """Take in a snapshot of models.dev; raises UsageError for a file that is none."""
    from glmchat.support import bounded_json

    verb, *rest = call.words
    if verb != "import" or len(rest) != 1:
        guess = nearest(verb, ["import", "balance"]) if verb not in ("import", "balance") else ""
        raise UsageError(
            f"It is `glmchat models`, `glmchat models balance` or `glmchat models import FILE`.{guess}"
        )
    path = paths.expanded(rest[0])
    try:
        entries = models_dev.read(bounded_json.loads(read_text(path)))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from None
    except (NotText, ValueError) as error:
        raise UsageError(f"{path} is no snapshot of models.dev: {error}.") from None
    asyncio.run(_keep(entries))
    hosts = len({entry["host"] for entry in entries})
    show(
        f"{len(entries)} models of {hosts} providers are known now, as they were described when the file was made."
    )
    return Exit.OK


def _balance(call: Call) -> int:
    """Ask the endpoint what is left of the money there; raises UsageError and CommandError."""
    from glmchat.api import dialects
    from glmchat.api.balance import balances
    from glmchat.api.errors.tree import ApiError

    endpoint = target_of(call, settings_of(call)).endpoint()
    row = dialects.of(endpoint)
    if endpoint.demo or not row.balance:
        why = "costs nothing" if endpoint.demo else "has no known way to ask for a balance"
        raise CommandError(f"{endpoint.title} {why}.")

    async def ask() -> list[Balance]:
        client = client_for(endpoint)
        try:
            return await balances(client, endpoint, row.balance)
        finally:
            await client.aclose()

    try:
        found = asyncio.run(ask())
    except ApiError as error:
        failure = error.failure
        sentence = f"{endpoint.title} did not tell a balance. {failure.full_message()}"
        raise CommandError(sentence, status_of(failure.kind, failure.retryable)) from None
    if call.has("json"):
        put_json([{key: value for key, value in asdict(each).items() if key != "note"} for each in found])
    elif found:
        show("\n".join(each.sentence for each in found))
    else:
        raise CommandError(f"{endpoint.title} answered, but with no balance that can be read.")
    return Exit.OK


async def _keep(entries: list[dict[str, Any]]) -> None:
    async with history_access.opened(create=True) as archive:
        await archive.endpoints.save_models(models_dev.KEY, entries)


def _reachable(target: Target) -> tuple[Endpoint, str]:
    """The endpoint, and why it is not asked; a missing key leaves what is known without asking."""
    try:
        return target.endpoint(), ""
    except KeyMissingError as error:
        return endpoint_of(target.provider, target.row, None), str(error)


async def _models(endpoint: Endpoint, why_not: str, refresh: bool) -> list[Model]:
    """The list as it was kept, else the endpoint's own; where it gives none, what is known without it."""
    from glmchat.api.errors.tree import ApiError
    from glmchat.api.models import merge, read_models

    if why_not:
        say(f"This is what is known without asking. {why_not}")
        return merge([], endpoint)
    async with history_access.opened(create=True, needed=False) as archive:
        imported = await archive.endpoints.models(models_dev.KEY)
        told = [] if imported is None else imported.list
        stored = None if refresh or endpoint.demo else await archive.endpoints.models(endpoint.base_url)
        if stored is not None:
            return merge(stored.list, endpoint, told)
        client = client_for(endpoint)
        try:
            listed = read_models(await client.get_json(endpoint, "/models"))
        except ApiError as error:
            failure = error.failure
            sentence = f"{endpoint.host} gave no list of models. {failure.full_message()}".strip()
            if refresh:
                raise CommandError(sentence, status_of(failure.kind, failure.retryable)) from None
            say(sentence)
            listed = []
        finally:
            await client.aclose()
        if listed and not endpoint.demo:
            await archive.endpoints.save_models(endpoint.base_url, listed)
        return merge(listed, endpoint, told)


def _as_json(model: Model) -> dict[str, Any]:
    price, thinking = model.price, model.thinking
    return {
        "id": model.id,
        "name": model.name,
        "abilities": list(model.abilities),
        "context": model.context,
        "output": model.output,
        "price": price and {**asdict(price), "tokens": 1000},
        "thinking": thinking and {**asdict(thinking), "aliases": dict(thinking.aliases)},
        "recommended": dict(model.recommended),
        "parameters": None if model.parameters is None else list(model.parameters),
    }


def _as_line(model: Model, chosen: bool) -> tuple[str, ...]:
    mark = " *" if chosen else ""
    id = f"{model.id}{mark}" if model.id is not None else "unknown"
    context = "unknown" if model.context is None else f"{model.context:,}"
    return id, context, pricing.price_cell(model.price), ", ".join(model.abilities), model.name

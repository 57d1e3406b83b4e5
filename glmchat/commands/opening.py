"""Opens the history and the workspace once the screen is there; imported in a thread, since that is slow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import httpx

from glmchat import demo as built_in
from glmchat.commands.config_store import config_store_of
from glmchat.commands.parsing import Call
from glmchat.commands.target import Target, endpoints_of, providers_of, reach
from glmchat.core import presets
from glmchat.core.catalogue import DEFAULT_MODEL, DEMO, DEMO_MODEL, known
from glmchat.history import Archive, ArchiveProblem
from glmchat.support import paths
from glmchat.workspace import Defaults, Dependencies, Preferences, Preset, Workspace


async def opened(
    call: Call, target: Target, preferences: Preferences, demo: Callable[[], httpx.AsyncBaseTransport]
) -> Workspace:
    """Open the history and the workspace over it."""
    workspaces: list[Workspace] = []

    def tell(problem: ArchiveProblem) -> None:
        for workspace in workspaces:
            workspace.sessions.tell_problem(problem)

    settings = target.settings
    homes = endpoints_of(settings, target.credentials)
    endpoints = dict(homes)
    if target.provider != DEMO:
        endpoints[target.provider] = target.endpoint()
    model = target.model or DEFAULT_MODEL
    own = [Preset(name, row.values, row.system, row.about) for name, row in settings.presets.items()]
    means = Dependencies(
        await Archive.open(paths.database_file(), tell),
        endpoints,
        target.provider,
        model,
        demo=demo,
        demo_logprobs=built_in.logprobs,
        models={DEMO: [DEMO_MODEL]},
        defaults=Defaults(
            settings.parameters,
            settings.models,
            call.values,
            settings.chat.system,
            *target.stated,
            by_thinking=settings.by_thinking,
        ),
        presets=[*presets.shipped(known(model)), *own],
        config_store=config_store_of(
            settings, {**providers_of(settings), target.provider: target.row}, target.credentials
        ),
        preferences=preferences,
        budget=settings.budget.limits,
        reach=partial(reach, settings, target.credentials, homes),
    )
    workspace = Workspace(means)
    workspaces.append(workspace)
    return workspace

"""Where a study's requests go: each variant's and each judge's provider, model and price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.commands import requests
from glmchat.commands.parsing import Call
from glmchat.commands.target import Target, endpoint_of, settings_of, target_of
from glmchat.commands.terminal import say

if TYPE_CHECKING:
    from glmchat.config.values import Settings
    from glmchat.core.budget import Limits
    from glmchat.history import Archive
    from glmchat.study.plan import Plan
    from glmchat.study.runner import Route


@dataclass(frozen=True, slots=True)
class Resolved:
    """A plan with each variant's provider, model and values filled in, and where its requests and its judges go.

    `limits` are those of the configuration's budget.
    """

    plan: Plan
    routes: Mapping[str, Route]
    judges: Mapping[str, Route]
    limits: Limits

    @property
    def every(self) -> list[Route]:
        """Where its requests go, one for each variant and judge."""
        return [*self.routes.values(), *self.judges.values()]

    async def priced(self, archive: Archive) -> Resolved:
        """The same with the prices of the lists that endpoints sent."""
        routes = {name: await _priced(route, archive) for name, route in self.routes.items()}
        judges = {name: await _priced(route, archive) for name, route in self.judges.items()}
        return replace(self, routes=routes, judges=judges)

    def tell_unknown(self) -> None:
        """Say which prices are unknown, where a limit would need them."""
        held = ["the limit of cost"] if self.plan.limits["cost"] else []
        held += ["the budget"] if self.limits else []
        unknown = {each.model for each in self.every if each.price is None and not each.endpoint.demo}
        for name in sorted(unknown) if held else ():
            verb = "do" if len(held) > 1 else "does"
            say(f"The price of {name} is unknown, so {' and '.join(held)} {verb} not hold for it.")


async def _priced(route: Route, archive: Archive) -> Route:
    """A route with the price that its endpoint lists, where it does."""
    if route.endpoint.demo:
        return route
    listed = await requests.listed_model(archive, route.endpoint, route.model)
    return route if listed is None or listed.price is None else replace(route, price=listed.price)


def resolved(call: Call, path: Path, asks: bool = True, judges: bool = True) -> Resolved:
    """Read the plan and fill it in; without keys where variants, or judges, are not asked."""
    from glmchat.study.plan import read

    plan = read(path)
    settings = settings_of(call)
    variants, routes = [], {}
    for variant in plan.variants:
        target, routes[variant.name] = _route(call, settings, variant.provider, variant.model, asks)
        system = variant.system if variant.system is not None else settings.chat.system
        values = {**target.values, **variant.values}
        model = routes[variant.name].model
        variants.append(replace(variant, provider=target.provider, model=model, values=values, system=system))
    first = plan.variants[0]
    grading = {
        check.name: _route(
            call, settings, check.provider or first.provider, check.model or first.model, judges
        )[1]
        for check in plan.checks
        if check.kind == "judge"
    }
    return Resolved(replace(plan, variants=tuple(variants)), routes, grading, settings.budget.limits)


def _route(
    call: Call, settings: Settings, provider: str | None, model: str | None, asks: bool
) -> tuple[Target, Route]:
    """Where requests to a model at a provider go; what is None is as the command line says."""
    from glmchat.study.runner import Route

    options = dict(call.options)
    if provider:
        options["provider"] = provider
        options.pop("demo", None)
    if model:
        options["model"] = model
    target = target_of(replace(call, options=options), settings)
    for notice in target.notices:
        say(notice)
    endpoint = target.endpoint() if asks else endpoint_of(target.provider, target.row, None)
    route = Route(endpoint, target.needed_model(), target.price, requests.retries_of(call, target))
    return target, route

"""What is left at the endpoint: money, and what its headers told of limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.api import dialects
from glmchat.api.balance import balances
from glmchat.api.errors.tree import ApiError
from glmchat.core.refused import Refused
from glmchat.support.text import safe_line

if TYPE_CHECKING:
    from glmchat.workspace import Workspace


async def balance(workspace: Workspace) -> list[str]:
    """Ask the endpoint what is left of the money there, a line each; then what it told of limits."""
    endpoint = workspace.current.endpoint
    if endpoint.demo:
        raise Refused("The built-in model costs nothing.")
    quotas = workspace.shared.quotas.get(endpoint.base_url, ())
    limits = (
        ["", "Limits, as the last answer told them", *(quota.sentence for quota in quotas)] if quotas else []
    )
    row = dialects.of(endpoint)
    if not row.balance:
        return [f"{safe_line(endpoint.title)} has no known way to ask for a balance.", *limits]
    try:
        found = await balances(workspace.shared.client, endpoint, row.balance)
    except ApiError as error:
        said = f"{endpoint.title} did not tell a balance. {error.failure.full_message()}"
        return [safe_line(said), *limits]
    told = [each.sentence for each in found] or ["It answered, but with no balance that can be read."]
    return [safe_line(endpoint.title), *told, *limits]

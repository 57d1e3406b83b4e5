"""Which model and provider are meant by what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.core.refused import Refused

if TYPE_CHECKING:
    from glmchat.api.endpoint import Endpoint
    from glmchat.workspace import Workspace


def named(workspace: Workspace, argument: str) -> tuple[Endpoint, str]:
    """The endpoint and the model that ``MODEL [@ PROVIDER]`` means; the model may be empty."""
    apart = "@ " in argument or " @" in argument
    model, _, provider = argument.rpartition("@") if apart else (argument, "", "")
    return endpoint(workspace, provider.strip() or workspace.current.endpoint.name), model.strip()


def endpoint(workspace: Workspace, provider: str) -> Endpoint:
    """The endpoint of a provider; refused with a list of them where there is none of this name."""
    if provider not in workspace.endpoints:
        raise Refused(f"There is no provider {provider}. They are: {', '.join(workspace.endpoints)}.")
    return workspace.models.endpoint_named(provider)


def take(workspace: Workspace, provider: str, model: str) -> str:
    """Ask a model from the next message on."""
    workspace.tuning.set_model(provider, model)
    return f"{model} at {provider} answers from the next message on."


def with_keys(workspace: Workspace) -> list[Endpoint]:
    """The endpoints that a key can be given for; refused where there are none."""
    found = [each for each in workspace.endpoints.values() if not each.demo]
    if not found:
        raise Refused("No provider is configured. `glmchat config init` writes a config file with examples.")
    return found


def key_wanted(workspace: Workspace, name: str) -> Endpoint:
    """The endpoint that a key is asked for: the one that is named, else this session's, else the first real one."""
    real = with_keys(workspace)
    here = workspace.current.endpoint
    named = next((each for each in real if each.name == name), None)
    return named or (real[0] if here.demo else here)


def switch_over(workspace: Workspace, added: Endpoint) -> bool:
    """Go on at an endpoint that has its key now; False where nobody said yet which model that would be."""
    session = workspace.current
    here = session.model.id if session.endpoint.name == added.name else None
    model = here or workspace.models.first_model(added)
    if model:
        workspace.tuning.set_model(added.name, model)
    return bool(model)

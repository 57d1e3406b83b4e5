"""Makes the client of a command before anything else, so that a wrong setting ends the command at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.commands import demo
from glmchat.commands.errors import UsageError

if TYPE_CHECKING:
    from glmchat.api.client import ChatClient
    from glmchat.api.endpoint import Endpoint


def client_for(endpoint: Endpoint) -> ChatClient:
    """A client that can ask an endpoint; raises UsageError for a proxy, a file or an address that cannot be used."""
    from glmchat.api.client import ChatClient
    from glmchat.api.errors.tree import ApiError, SettingFault

    client = ChatClient(demo=demo.maker() if endpoint.demo else None)
    try:
        client.prepare(endpoint)
    except SettingFault as fault:
        raise UsageError(str(fault)) from None
    except ApiError as error:
        raise UsageError(error.failure.full_message()) from None
    return client

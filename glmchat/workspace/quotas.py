"""What is left of endpoints' limits, told once where little is."""

from __future__ import annotations

from glmchat.api.endpoint import Endpoint
from glmchat.core.quotas import Quota
from glmchat.workspace.shared import Shared


class Quotas:
    """Keeps what the last answer of each endpoint told of its limits."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._told: set[tuple[str, str]] = (
            set()
        )  # base URL and limit of which it was said that little is left

    def take(self, endpoint: Endpoint, quotas: tuple[Quota, ...]) -> None:
        """Take what an answer told; a limit is spoken of again only after there was enough of it."""
        if not quotas:
            return
        self._shared.quotas[endpoint.base_url] = quotas
        for quota in quotas:
            key = (endpoint.base_url, quota.what)
            if not quota.near:
                self._told.discard(key)
            elif key not in self._told:
                self._told.add(key)
                self._shared.notice(f"{endpoint.title}: {quota.sentence}.")

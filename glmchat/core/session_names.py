"""The name that a conversation goes by at an endpoint: one that the person gave, or its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glmchat.core.conversation import format_id

SESSION_ID, AUTO = "session_id", "auto"


def named(values: Mapping[str, Any], id: int) -> dict[str, Any]:
    """The values with the session's own name where it is to go by that."""
    return {**values, SESSION_ID: format_id(id)} if values.get(SESSION_ID) == AUTO else dict(values)


def unnamed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without a name where there is no session to go by."""
    return {name: each for name, each in values.items() if (name, each) != (SESSION_ID, AUTO)}

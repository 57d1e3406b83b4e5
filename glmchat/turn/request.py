"""The request of one turn, and the endpoint that it goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned
from glmchat.core.conversation import new_id
from glmchat.core.model import Price
from glmchat.core.preferences import Preferences
from glmchat.core.thinking import Thinking

_PATIENCE = Preferences()


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """All that one turn needs.

    `messages` are the wire's, the system prompt included; `values` the parameters by name. `retries` counts
    the attempts after the first; a server that asks to wait longer than `max_retry_after_s` is not asked
    again. `token_ratio` is how many tokens the endpoint counts for one that is estimated by the text alone; without it
    nothing is estimated where the endpoint does not count. `thinking` is what the endpoint's list says of the model.
    `parent_id`, `reply_id`, `settings`, `system` and `dropped` go into the reply as they are.
    """

    endpoint: Endpoint
    model: str
    messages: list[dict[str, Any]]
    values: Mapping[str, Any] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    retries: int = _PATIENCE.retries
    max_retry_after_s: float = _PATIENCE.retry_after_limit_s
    parent_id: int | None = None
    reply_id: int = field(default_factory=new_id)
    settings: dict[str, Any] | None = None
    system: str | None = None
    dropped: int = 0
    price: Price | None = None
    token_ratio: float | None = None
    thinking: Thinking | None = None
    prefill: str = ""
